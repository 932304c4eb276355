"""Ask the engine what a page shows: queries live in files, values are bound, never pasted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from erqi_kg.engine.interface import Answer, QueryRequest
from erqi_kg.namespaces import DEFAULT_BASE_IRI, ID_PATTERN
from erqi_kg.sparql.scan import Scan, scan_query
from erqi_kg.web.http.formats import JSON_RESULTS
from erqi_kg.web.service import service
from erqi_kg.web.showing.terms import Solutions, iri_text, read_solutions

QUERIES = Path(__file__).parent.parent / "queries"
_LIMIT = re.compile(r"LIMIT (\d+) OFFSET 0\b")
_BASE = re.compile(r"^BASE <([^>]+)>$", re.MULTILINE)
_INCLUDE = re.compile(r"#include (\S+)\n")


@cache
def query_text(name: str, base_iri: str = DEFAULT_BASE_IRI) -> str:
    """Return the query of a file in `queries/`, about the graph under a base IRI."""
    text = (QUERIES / f"{name}.rq").read_text(encoding="utf-8")
    text = _INCLUDE.sub(lambda match: (QUERIES / match[1]).read_text(encoding="utf-8"), text)
    return text.replace(DEFAULT_BASE_IRI, base_iri)


@cache
def scan_of(name: str, base_iri: str) -> Scan:
    """Return the scan of a query here; IRIs among its values and its OFFSET do not change it."""
    return scan_query(query_text(name, base_iri), base_iri)


def page_size(name: str) -> int:
    """Return the LIMIT of a paged query."""
    found = _LIMIT.search(query_text(name))
    if found is None:
        raise ValueError(f"{name} is not paged")
    return int(found[1])


def ask(
    name: str,
    bound: Mapping[str, str] | None = None,
    *,
    values: Mapping[str, Iterable[str]] | None = None,
    page: int = 1,
) -> Solutions:
    """Return the solutions of a page query.

    Args:
        name: the file's stem.
        bound: variable to term in N-Triples syntax.
        values: variable to IRIs, in place of the query's `VALUES ?variable { ... }`.
        page: from 1; moves the query's `LIMIT n OFFSET 0`.
    """
    solutions = read_solutions(answer_of(name, bound, values=values, page=page).read())
    if isinstance(solutions, bool):
        raise TypeError(f"{name} is an ASK query")
    return solutions


def answer_of(
    name: str,
    bound: Mapping[str, str] | None = None,
    media_type: str = JSON_RESULTS,
    *,
    values: Mapping[str, Iterable[str]] | None = None,
    page: int = 1,
) -> Answer:
    """Return the engine's answer to a page query, in a media type; see `ask`."""
    base_iri = service().names.base_iri
    text = query_text(name, base_iri)
    for variable, iris in (values or {}).items():
        text = with_values(text, variable, iris)
    if page > 1:
        text = _LIMIT.sub(rf"LIMIT \1 OFFSET {page_size(name) * (page - 1)}", text)
    pinned = service().pinned
    return service().engine.answer(
        QueryRequest(
            text,
            media_type,
            substitutions=dict(bound or {}),
            release=pinned.id if pinned else None,
            is_own=True,
            scan=scan_of(name, base_iri),
        )
    )


def with_values(text: str, variable: str, iris: Iterable[str]) -> str:
    """Put IRIs, each checked to be one, into the query's block of values, relative to its BASE."""
    declared = _BASE.search(text)
    base = declared[1] if declared else ""
    block = " ".join(sorted(_relative(iri, base) for iri in iris))
    old = re.compile(rf"VALUES \?{variable} \{{[^}}]*\}}")
    return old.sub(lambda _: f"VALUES ?{variable} {{ {block} }}", text)


def _relative(iri: str, base: str) -> str:
    """Return an IRI as a query says it; an id of ours needs no more than its own part."""
    local = iri.removeprefix(base)
    return f"<{local}>" if base and ID_PATTERN.fullmatch(local) else iri_text(iri)
