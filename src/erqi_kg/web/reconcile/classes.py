"""The classes of things, the narrowest first."""

from __future__ import annotations

from collections.abc import Iterable

from erqi_kg.web.reconcile.identifiers import asked_in_parts
from erqi_kg.web.service import service
from erqi_kg.web.showing.pages import display

QUERY = "reconcile-types"


def types_of(iris: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the classes of ours that things are of, by thing; nothing for what is not stated."""
    found: dict[str, set[str]] = {}
    for one in asked_in_parts(QUERY, "thing", iris):
        found.setdefault(one["thing"].value, set()).add(one["type"].value)
    return {iri: narrowest_first(types) for iri, types in found.items()}


def narrowest_first(classes: Iterable[str]) -> tuple[str, ...]:
    """Return classes, those with most classes above them first."""
    return tuple(sorted(classes, key=lambda one: (-_depth(one), one)))


def is_of_statements(class_iri: str) -> bool:
    """Say whether a class is of statements about things, not of things."""
    return display().vocabulary.is_a(class_iri, service().names.term("Statement"))


def _depth(class_iri: str) -> int:
    parents, seen, waiting = display().vocabulary.parents, set[str](), {class_iri}
    while waiting:
        seen |= waiting
        waiting = {up for one in waiting for up in parents.get(one, ())} - seen
    return len(seen)
