"""Which classes there are, and what is said of the things of one (VoID and the ontology)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erqi_kg.mcp.asking import Asker, Refused, json_of
from erqi_kg.mcp.outcome import Outcome, extent
from erqi_kg.mcp.solutions import solutions, whole, written

_COUNTS = """PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?property ?count WHERE {{ GRAPH <{base}graph/void> {{
  <{base}.well-known/void#dataset> void:classPartition ?whole .
  ?whole void:class {kind} ; void:propertyPartition ?part .
  ?part void:property ?property ; void:triples ?count
}} }} ORDER BY DESC(?count) ?property"""
_TOLD = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?term ?definition ?range WHERE {{
  VALUES ?term {{ {terms} }}
  {{ ?term skos:definition ?definition }} UNION {{ ?term rdfs:range ?range }}
}}"""


def schema(asker: Asker, class_: str | None = None) -> Outcome:
    """Return all classes, or one with its properties, counts and definitions."""
    terms = json_of(asker, "/editor/terms")
    if not class_:
        classes = [
            {name: one[name] for name in ("iri", "count", "labels")} for one in terms["classes"]
        ]
        members = {"classes": classes, **extent(len(classes), len(classes)),
                   "prefixes": terms["prefixes"], "release": terms["release"]}  # fmt: skip
        said = f"{len(classes)} 个类。{len(classes)} classes; name one to see its properties."
        return Outcome(members, said)
    return _one(asker, terms, _class_named(terms, class_))


def _one(asker: Asker, terms: Mapping[str, Any], found: Mapping[str, Any]) -> Outcome:
    kind = written(found["iri"])
    counted = solutions(asker, _COUNTS.format(base=terms["base"], kind=kind))
    listed = " ".join([kind, *(written(row["property"]["value"]) for row in counted)])
    told = _told(asker, listed)
    labels = {one["iri"]: one["labels"] for one in terms["properties"]}
    properties = [
        {"iri": row["property"]["value"], "count": int(row["count"]["value"]),
         "labels": labels.get(row["property"]["value"], {}),
         **told.get(row["property"]["value"], {})}
        for row in counted
    ]  # fmt: skip
    members = {
        "class": {**{name: found[name] for name in ("iri", "count", "labels")},
                  **told.get(found["iri"], {})},
        "properties": properties,
        **extent(len(properties), len(properties)),
        "prefixes": terms["prefixes"],
        "release": terms["release"],
    }  # fmt: skip
    said = (
        f"{found['count']} 个实例，{len(properties)} 个属性。"
        f"{found['count']} things, {len(properties)} properties, those used most first."
    )
    return Outcome(members, said)


def _told(asker: Asker, listed: str) -> dict[str, dict[str, Any]]:
    """Return definitions and ranges by IRI."""
    found: dict[str, dict[str, Any]] = {}
    for row in solutions(asker, _TOLD.format(terms=listed)):
        one = found.setdefault(row["term"]["value"], {})
        if "definition" in row:
            language = row["definition"].get("xml:lang", "")
            one.setdefault("definition", {})[language] = row["definition"]["value"]
        elif row["range"]["type"] == "uri":
            one.setdefault("range", []).append(row["range"]["value"])
    return found


def _class_named(terms: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a class by IRI, prefixed name, local name or label.

    Raises:
        Refused: there is none; says which there are.
    """
    iri = whole(name, terms["prefixes"])
    wanted = name.casefold()
    for one in terms["classes"]:
        short = one["iri"].replace("#", "/").rpartition("/")[2]
        names = (short, *one["labels"].values())
        if iri == one["iri"] or wanted in (text.casefold() for text in names):
            found: Mapping[str, Any] = one
            return found
    known = [one["iri"] for one in terms["classes"]]
    detail = f"There is no class {name!r} with things here."
    raise Refused({"title": "Not found", "status": 404, "detail": detail, "known": known})
