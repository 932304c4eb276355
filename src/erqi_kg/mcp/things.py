"""Find things by name; describe one with the evidence of each value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erqi_kg.mcp.asking import Asker, Refused, json_of
from erqi_kg.mcp.outcome import Outcome, extent
from erqi_kg.mcp.solutions import Names, Row, names_in, solutions, value_of, whole, written

MOST_VALUES = 200
MOST_LINKS = 30
_PREFIXES = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
"""
_OWN = "SELECT DISTINCT ?property ?value WHERE {{ {thing} ?property ?value }}"
_LINKS = """SELECT DISTINCT ?property ?thing
WHERE {{ ?thing ?property {thing} }} ORDER BY ?property ?thing LIMIT {most}"""
_LINK_COUNTS = """SELECT ?property (COUNT(DISTINCT ?thing) AS ?count)
WHERE {{ ?thing ?property {thing} }} GROUP BY ?property ORDER BY DESC(?count)"""
_NAMES = """SELECT DISTINCT ?thing ?label WHERE {{
  VALUES ?thing {{ {things} }}
  ?thing rdfs:label|skos:prefLabel|dcterms:title ?label
}}"""
_EVIDENCE = """PREFIX erqi: <{base}def#>
SELECT DISTINCT ?support ?property ?basis ?reason ?quote ?exact ?before ?after
  ?source ?title ?confirmed
WHERE {{
  ?support erqi:supports {thing} ; erqi:property ?property ; erqi:basis ?basis .
  OPTIONAL {{ ?support erqi:reason ?reason }}
  OPTIONAL {{
    ?support erqi:quote ?quote . ?quote oa:hasSelector ?selector . ?selector oa:exact ?exact .
    OPTIONAL {{ ?selector oa:prefix ?before }} OPTIONAL {{ ?selector oa:suffix ?after }}
    OPTIONAL {{ ?quote erqi:confirmed ?confirmed }}
    OPTIONAL {{ ?quote oa:hasSource ?source }}
    OPTIONAL {{ ?quote oa:hasSource/(dcterms:title|rdfs:label) ?title }}
  }}
}}"""


def search(asker: Asker, words: str, kind: str | None = None, page: int = 1) -> Outcome:
    """Return things by what they are called."""
    fields = {"q": words, "page": str(page), "format": "json"} | ({"kind": kind} if kind else {})
    found = json_of(asker, "/search", fields)
    hits = [
        {"iri": one["iri"], "kind": one["kind"], "labels": one["labels"],
         "matched": one["matched"]["text"]}
        for one in found["hits"]
    ]  # fmt: skip
    members = {name: found[name] for name in ("count", "kinds", "page", "pages")}
    complete = found["pages"] == 1
    said = (
        f"共 {found['count']} 个，第 {page}/{found['pages']} 页。"
        f"{found['count']} found, page {page} of {found['pages']}; describe tells of one."
    )
    return Outcome({"hits": hits, **members, "shown": len(hits), "complete": complete}, said)


def describe(asker: Asker, thing: str) -> Outcome:
    """Return what is stated of a thing, each value with its evidence, and what refers to it."""
    terms = json_of(asker, "/editor/terms")
    base: str = terms["base"]
    iri = whole(thing, terms["prefixes"]) if ":" in thing else f"{base}id/{thing}"
    at = written(iri)
    own = solutions(asker, _OWN.format(thing=at))
    counts = solutions(asker, _LINK_COUNTS.format(thing=at))
    links = solutions(asker, _LINKS.format(thing=at, most=MOST_LINKS))
    if not own and not links:
        detail = f"Nothing is stated about {iri}; `search` finds things by name."
        raise Refused({"title": "Not found", "status": 404, "detail": detail})
    shown = own[:MOST_VALUES]
    names = _names(asker, iri, [*shown, *links])
    found = solutions(asker, _PREFIXES + _EVIDENCE.format(thing=at, base=base))
    evidence = _evidence(found)
    values = [_value(row, names, evidence) for row in shown]
    by_property = {row["property"]["value"]: int(row["count"]["value"]) for row in counts}
    members = {
        "iri": iri,
        "labels": names.get(iri, {}),
        "values": values,
        **extent(len(values), len(own)),
        "referred_to_by": [_link(row, names) for row in links],
        "references": {
            "shown": len(links),
            "total": sum(by_property.values()),
            "by_property": by_property,
        },
    }
    return Outcome(members, _said(members))


def _said(members: Mapping[str, Any]) -> str:
    supported = sum(1 for one in members["values"] if one["evidence"])
    shown, total = members["shown"], members["total"]
    listed, links = members["references"]["shown"], members["references"]["total"]
    return (
        f"{total} 个值，这里有 {shown} 个，其中 {supported} 个自带依据；另有 {links} 处提到它，"
        f"这里列出 {listed} 处，依据随陈述，可再用 describe 查看。"
        f"{total} values, {shown} of them here, {supported} with evidence of their own; "
        f"{links} references to it, {listed} listed: statements carry their evidence, describe "
        "them."
    )


def _names(asker: Asker, iri: str, rows: list[Row]) -> Names:
    """Return what a thing and all that some rows mention is called."""
    terms = [term for row in rows for term in row.values() if term["type"] == "uri"]
    iris = dict.fromkeys([iri, *(term["value"] for term in terms)])
    listed = " ".join(f"<{one}>" for one in iris)
    return names_in(solutions(asker, _PREFIXES + _NAMES.format(things=listed)))


def _value(row: Row, names: Names, evidence: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    prop, value = row["property"]["value"], row["value"]
    found = {"property": prop, "property_labels": names.get(prop, {}), **value_of(value)}
    if labels := names.get(value["value"] if value["type"] == "uri" else ""):
        found["labels"] = labels
    return {**found, "evidence": evidence.get(prop, [])}


def _link(row: Row, names: Names) -> dict[str, Any]:
    prop, thing = row["property"]["value"], row["thing"]["value"]
    return {
        "property": prop,
        "property_labels": names.get(prop, {}),
        "iri": thing,
        "labels": names.get(thing, {}),
    }


def _evidence(rows: list[Row]) -> dict[str, list[dict[str, Any]]]:
    """Return the evidence by property: quotes with their source, or the reason."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name]["value"] if name in row else "" for name in _KEYS)
        one = found.setdefault(
            (key[0], key[1], key[2]),
            {"basis": row["basis"]["value"], "reason": {}, "source_titles": {}},
        )
        for name in ("exact", "before", "after", "source"):
            if name in row:
                one[name] = row[name]["value"]
        if "confirmed" in row:
            one["confirmed"] = row["confirmed"]["value"] == "true"
        for name, member in (("reason", "reason"), ("title", "source_titles")):
            if name in row:
                one[member][row[name].get("xml:lang", "")] = row[name]["value"]
    by_property: dict[str, list[dict[str, Any]]] = {}
    for (prop, _, _), one in found.items():
        bare = {name: value for name, value in one.items() if value != {}}
        by_property.setdefault(prop, []).append(bare)
    return by_property


_KEYS = ("property", "support", "quote")
