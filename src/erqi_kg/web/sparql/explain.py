"""`/sparql?explain=1`: what a query would combine, before it is asked."""

from __future__ import annotations

import json
from functools import lru_cache

from flask import Response

from erqi_kg.federation.planning import plan_of
from erqi_kg.federation.rewriting import local_query
from erqi_kg.settings.federating import allowed_endpoints
from erqi_kg.sparql.cost import Cost, Part, cost_of
from erqi_kg.sparql.patterns import RDF_TYPE, Pattern, patterns_of
from erqi_kg.sparql.scan import scan_query
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import ask
from erqi_kg.web.showing.language import LANGUAGES, message
from erqi_kg.web.sparql.protocol import QueryOperation

JSON = "application/json"


def explanation(operation: QueryOperation) -> Response:
    """Return the parts of a query that nothing joins, with sizes from the release's VoID."""
    text = operation.query or ""
    where = patterns_of(text, service().names.base_iri)
    cost = cost_of(where, _count)
    members = {
        "parts": [_members(part) for part in cost.parts],
        "combinations": cost.combinations,
        "is_heavy": cost.is_heavy,
        "warning": _warning(cost) if cost.is_heavy else None,
        "not_looked_at": list(where.left_out),
    }
    if service().settings.service_allow and scan_query(text).service is not None:
        members["services"] = _services(text)
    response = Response(json.dumps(members, ensure_ascii=False) + "\n", mimetype=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def _services(text: str) -> list[dict[str, object]]:
    """Return what other endpoints would be asked; raises as `plan_of` does."""
    settings = service().settings
    allowed = frozenset(one.iri for one in allowed_endpoints(settings.service_allow))
    plan = plan_of(text, service().names.base_iri, allowed)
    return [
        {
            "endpoint": one.endpoint,
            "silent": one.element.is_silent,
            "asked": list(one.variables),
            "sent": list(one.sent),
            "local": local_query(plan, one, {}, settings.service_values) if one.sent else None,
            "reason": one.reason or None,
        }
        for one in plan.services
    ]


def _members(part: Part) -> dict[str, object]:
    return {
        "patterns": [
            {"text": pattern.text, "triples": _count(pattern)} for pattern in part.patterns
        ],
        "at_least": part.at_least,
    }


def _warning(cost: Cost) -> dict[str, str]:
    first, second = (part.patterns[0].text for part in cost.parts[:2])
    return {
        language: message("doctor.product", language, first=first, second=second)
        for language in LANGUAGES
    }


def _count(pattern: Pattern) -> int | None:
    """Return how many triples a pattern may match, as the release describes itself."""
    properties, classes = _counts(service().release.manifest.release)
    if not properties:
        return None
    if pattern.predicate.kind != "iri":
        found = sum(properties.values())
    elif pattern.predicate.value == RDF_TYPE and pattern.object.kind == "iri":
        found = classes.get(pattern.object.value, 0)
    else:
        found = properties.get(pattern.predicate.value, 0)
    return min(found, 1) if pattern.subject.kind != "variable" else found


@lru_cache(maxsize=2)
def _counts(release: str) -> tuple[dict[str, int], dict[str, int]]:
    properties: dict[str, int] = {}
    classes: dict[str, int] = {}
    for solution in ask("property-counts"):
        table, name = (
            (properties, solution["property"])
            if "property" in solution
            else (classes, solution["class"])
        )
        table[name.value] = int(solution["count"].value)
    return properties, classes
