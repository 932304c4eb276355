"""Tell of candidates, things, types and properties in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from erqi_kg.namespaces import Names
from erqi_kg.web.reconcile.candidates import Candidate
from erqi_kg.web.reconcile.identifiers import term_id, thing_id
from erqi_kg.web.service import service
from erqi_kg.web.showing.language import message
from erqi_kg.web.showing.pages import display, language

Members = dict[str, Any]
_MOST_TYPES = 3


def candidate_0_2(candidate: Candidate) -> Members:
    """Return a candidate as API 0.2 has it."""
    features = [{"id": one.id, "value": one.value} for one in candidate.features]
    return _candidate(candidate) | {"features": features}


def candidate_1_0(candidate: Candidate) -> Members:
    """Return a candidate as the draft of API 1.0 has it."""
    features = [
        {"id": one.id, "name": _feature_name(one.id), "value": one.value}
        for one in candidate.features
    ]
    named = display().label(candidate.iri)
    tag = {"lang": named.language} if named.language else {}
    return _candidate(candidate) | {"features": features} | tag


def _candidate(candidate: Candidate) -> Members:
    return {
        "id": thing_id(candidate.iri, service().names),
        "name": display().label(candidate.iri).text,
        "description": described(candidate.iri, candidate.types, candidate.matched),
        "score": candidate.score,
        "match": candidate.is_match,
        "type": [named_term(iri) for iri in candidate.types],
    }


def described(iri: str, types: Iterable[str], matched: str = "") -> str:
    """Return what a thing is, what else it is called, and by which name it was found."""
    shown = display()
    own = shown.label(iri).text
    parts = [shown.label(one).text for one in list(types)[:1]]
    others = [name for name in shown.labels_of(iri).values() if name != own]
    parts += others[:1]
    if matched and matched not in (own, *others):
        parts.append(message("reconcile.found-by", language(), name=matched))
    return " · ".join(parts)


def named_term(iri: str) -> Members:
    """Return a type or property with its id and name."""
    shown = display()
    return {"id": term_id(iri, shown.short(iri)), "name": shown.label(iri).text}


def _feature_name(feature_id: str) -> str:
    kind, _, property_id = feature_id.partition(":")
    name = message(f"reconcile.feature-{kind}", language())
    return f"{name} {property_id}".strip()


def names_of_terms(counted: Mapping[str, int], names: Names) -> list[tuple[str, int]]:
    """Return terms that have names, those of ours first, then those used most."""
    return sorted(
        ((iri, count) for iri, count in counted.items() if display().has_label(iri)),
        key=lambda pair: (not pair[0].startswith(names.terms), -pair[1], pair[0]),
    )
