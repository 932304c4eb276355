"""Small queries of the tools' own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from erqi_kg.mcp.asking import Asker, Refused, json_of

Row = dict[str, dict[str, str]]
Names = dict[str, dict[str, str]]
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>"{}|^`\\]*')


def solutions(asker: Asker, query: str) -> list[Row]:
    """Return the solutions of a SELECT query, as SPARQL 1.1 JSON has them."""
    found = json_of(asker, "/sparql", {"query": query, "format": "json"}, posts=True)
    rows: list[Row] = found["results"]["bindings"]
    return rows


def written(iri: str) -> str:
    """Return an IRI as it stands in a query.

    Raises:
        Refused: it is none.
    """
    if not _IRI.fullmatch(iri):
        raise Refused({"title": "Bad request", "detail": f"{iri!r} is no IRI."})
    return f"<{iri}>"


def whole(name: str, prefixes: Mapping[str, str]) -> str:
    """Return a prefixed name as an IRI; what is none, as it is."""
    prefix, _, local = name.strip("<> ").partition(":")
    return prefixes.get(prefix, f"{prefix}:") + local


def names_in(rows: Iterable[Row], thing: str = "thing", label: str = "label") -> Names:
    """Return names by IRI and language."""
    found: Names = {}
    for row in rows:
        if thing in row and label in row:
            names = found.setdefault(row[thing]["value"], {})
            names.setdefault(row[label].get("xml:lang", ""), row[label]["value"])
    return found


def value_of(term: dict[str, str]) -> dict[str, Any]:
    """Return a term as a member: `iri`, or `value` with its language or datatype."""
    if term["type"] == "uri":
        return {"iri": term["value"]}
    if term["type"] == "bnode":
        return {"blank": term["value"]}
    found = {"value": term["value"]}
    if "xml:lang" in term:
        found["language"] = term["xml:lang"]
    if "datatype" in term:
        found["datatype"] = term["datatype"]
    return found
