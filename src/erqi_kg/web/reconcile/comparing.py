"""Compare what is stated of candidates with what a query says of their properties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from erqi_kg.namespaces import Names
from erqi_kg.search.folding import folded, runs
from erqi_kg.web.reconcile.asked import Condition, Value
from erqi_kg.web.reconcile.identifiers import asked_in_parts, term_iri, thing_iri
from erqi_kg.web.showing.pages import display
from erqi_kg.web.showing.terms import Term

Held: TypeAlias = Mapping[tuple[str, str], list[Term]]
"""Values by thing and property."""


def held_values(things: Iterable[str], properties: Iterable[str]) -> Held:
    """Return what some properties say of some things; learns what the values are called."""
    held: dict[tuple[str, str], list[Term]] = defaultdict(list)
    wanted = sorted(set(properties))
    if wanted:
        for one in asked_in_parts("reconcile-values", "thing", things, property=wanted):
            held[one["thing"].value, one["property"].value].append(one["value"])
    learn_names(term.value for terms in held.values() for term in terms if term.is_iri)
    return held


def learn_names(iris: Iterable[str]) -> None:
    """Learn what IRIs are called, a few at once."""
    listed = sorted(set(iris))
    for start in range(0, len(listed), 200):
        display().learn(listed[start : start + 200])


def share_that_holds(condition: Condition, thing: str, held: Held, names: Names) -> float:
    """Return how much of a condition on a property holds of a thing, 0 to 1."""
    property_iri = term_iri(condition.property, names)
    terms = held.get((thing, property_iri), []) if property_iri else []
    holding = [any(_is_same(value, term, names) for term in terms) for value in condition.values]
    if condition.quantifier == "any":
        return float(any(holding))
    if condition.quantifier == "all":
        return sum(holding) / len(holding)
    return float(not any(holding))


def _is_same(value: Value, term: Term, names: Names) -> bool:
    if term.is_iri:
        if value.text == term.value or thing_iri(value.text, names) == term.value:
            return True
        called = display().labels_of(term.value).values()
        return not value.is_id and any(_plain(value.text) == _plain(name) for name in called)
    if value.is_id:
        return False
    if term.is_number:
        return _number(value.text) is not None and _number(value.text) == _number(term.value)
    return _plain(value.text) == _plain(term.value)


def _plain(text: str) -> str:
    """Return a text without case, accents, widths, spaces and marks."""
    return "".join(runs(folded(text))) or text.strip()


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
