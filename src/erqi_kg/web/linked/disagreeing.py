"""Statements of several sources that give different numbers for the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from erqi_kg.namespaces import Names
from erqi_kg.web.linked.nodes import Node
from erqi_kg.web.linked.tables import SOURCE, UNIT
from erqi_kg.web.showing.numbers import finite
from erqi_kg.web.showing.terms import Term

_NUMBERS = ("rank", "amount", "growthRate", "value", "streakLength")
_ABOUT = (
    *("ranking", "series", "edition", "indicator", "measure", "period", "timeReference"),
    *("division", "about", "comparisonSet", "rankedMeasure", "basePeriod", "lastYear"),
)

_Key = tuple[str, tuple[tuple[Term, ...], ...], tuple[Term, ...]]
"""The property of a number, what it is about, and its unit."""


@dataclass(frozen=True)
class Version:
    """What one source says."""

    statement: Node
    number: Term
    source: str


@dataclass(frozen=True)
class Disagreement:
    """What sources say differently, and what about."""

    measure: str
    """The property of the number."""
    about: list[str]
    """What the statements are about, but for the thing that the page is about."""
    versions: list[Version]


def disagreements_in(nodes: Sequence[Node], thing: str, names: Names) -> list[Disagreement]:
    """Return what several sources say differently of a thing, the numbers in their order."""
    alike: dict[_Key, list[Version]] = {}
    for node in nodes:
        about = tuple(tuple(node.values(names.term(name))) for name in _ABOUT)
        for measure, number in _numbers(node, names):
            for source in node.values(SOURCE):
                key = (measure, about, tuple(node.values(UNIT)))
                alike.setdefault(key, []).append(Version(node, number, source.value))
    return [
        Disagreement(measure, _told(versions[0].statement, thing, names), versions)
        for (measure, _, _), versions in _differing(alike)
    ]


def _numbers(node: Node, names: Names) -> Iterator[tuple[str, Term]]:
    for name in map(names.term, _NUMBERS):
        yield from ((name, value) for value in node.values(name) if value.is_number)


def _differing(alike: Mapping[_Key, list[Version]]) -> Iterator[tuple[_Key, list[Version]]]:
    """Yield the versions of what sources differ about, the smallest number first."""
    for key, versions in alike.items():
        numbers = {finite(version.number.value) for version in versions}
        if len(numbers) > 1 and len({version.source for version in versions}) > 1:
            yield key, sorted(versions, key=_in_order)


def _in_order(version: Version) -> tuple[Decimal, str]:
    return finite(version.number.value) or Decimal(0), version.source


def _told(node: Node, thing: str, names: Names) -> list[str]:
    found: Iterable[Term] = (value for name in _ABOUT for value in node.values(names.term(name)))
    return [value.value for value in found if value.is_iri and value.value != thing]
