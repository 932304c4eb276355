"""The answer to a question as a picture, where its columns allow one."""

from __future__ import annotations

from collections.abc import Sequence

from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.drawing.bars import Bars, bars_of
from erqi_kg.web.drawing.maps import Map, Point, map_of
from erqi_kg.web.drawing.progress import Stage, progress_of
from erqi_kg.web.showing.display import Display, Text
from erqi_kg.web.showing.drawing import Scale, placement_scale
from erqi_kg.web.showing.positions import position_of
from erqi_kg.web.showing.terms import Solution, Solutions, Term

_XSD = PREFIXES["xsd"]
_NO_AMOUNTS = frozenset({"rank", "order", "start", "end", "position", "level"})
"""Columns whose numbers count places, where a longer bar would not mean more."""
_SAYING_WHAT = ("unit", "measure")
"""Columns that say what is counted; numbers are on one scale only where these agree."""


def bars_in(found: Solutions, display: Display) -> Bars | None:
    """Return one number column as bars: the only one in which the solutions have numbers."""
    numbers = [
        name
        for name in found.variables
        if name not in _NO_AMOUNTS and all(_is_number(one.get(name)) for one in found.solutions)
    ]
    labels = [name for name in found.variables if _tells_apart(name, found.solutions)]
    if len(numbers) != 1 or not labels or not _counts_one_thing(found):
        return None
    chosen = numbers[0]
    return bars_of(
        (*_label(one[labels[0]], display), one[chosen].value, display.amount(one[chosen]))
        for one in found.solutions
    )


def scale_in(found: Solutions, display: Display) -> Scale | None:
    """Return the places in the column `rank`, on the scale of a list of a hundred."""
    labels = [name for name in found.variables if _tells_apart(name, found.solutions)]
    ranks = [one.get("rank") for one in found.solutions]
    if not labels or not all(
        rank and rank.value.isascii() and rank.value.isdigit() for rank in ranks
    ):
        return None
    places = []
    for one in found.solutions:
        label, href = _label(one[labels[0]], display)
        places.append((int(one["rank"].value), label, href, "", True))
    scale = placement_scale(places)
    return scale if len(scale.marks) == len(places) > 1 else None


def map_in(found: Solutions, display: Display) -> Map | None:
    """Return the points of the solutions as a map; None without two that differ."""
    points = []
    for one in found.solutions:
        places = [place for term in one.values() if (place := position_of(term))]
        named = next((term for term in one.values() if term.is_iri or term.language), None)
        if places and named:
            points.append(Point(*_label(named, display), *places[0]))
    return map_of(points)


def progress_in(found: Solutions, display: Display) -> list[Stage]:
    """Return the things in the column `project` by the stage of their `status`; [] without both."""
    statuses: dict[str, list[str]] = {}
    for one in found.solutions:
        project, status = one.get("project"), one.get("status")
        if not (project and status and project.is_iri and status.is_iri):
            return []
        stated = statuses.setdefault(project.value, [])
        if status.value not in stated:
            stated.append(status.value)
    return progress_of(statuses, display)


def _counts_one_thing(found: Solutions) -> bool:
    columns = [name for name in found.variables if name.lower().startswith(_SAYING_WHAT)]
    return all(len({one.get(name) for one in found.solutions}) == 1 for name in columns)


def _is_number(term: Term | None) -> bool:
    return term is not None and term.is_number


def _tells_apart(name: str, solutions: Sequence[Solution]) -> bool:
    """Say whether a column names each solution, all of them differently."""
    terms = [one.get(name) for one in solutions]
    named = all(term and (term.is_iri or not term.datatype.startswith(_XSD)) for term in terms)
    return named and len(set(terms)) == len(terms)


def _label(term: Term, display: Display) -> tuple[Text, str]:
    if term.is_iri:
        return display.label(term.value), display.href(term.value)
    return Text(term.value, term.language), ""
