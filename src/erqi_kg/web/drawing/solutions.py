"""The answer to a question as bars or as a map, where its columns allow one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.drawing.bars import Bars, bars_of
from erqi_kg.web.showing.display import Display, Text
from erqi_kg.web.showing.drawing import Scale, placement_scale
from erqi_kg.web.showing.terms import Solution, Solutions, Term

_XSD = PREFIXES["xsd"]
_WKT = PREFIXES["geo"] + "wktLiteral"
_POINT = re.compile(r"(?:<[^>]*> ?)?POINT ?\( ?(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?) ?\)", re.I)
_NO_AMOUNTS = frozenset({"rank", "order", "start", "end", "position", "level"})
"""Columns whose numbers count places, where a longer bar would not mean more."""
_SAYING_WHAT = ("unit", "measure")
"""Columns that say what is counted; numbers are on one scale only where these agree."""
_WIDTH, _HEIGHT, _MARGIN = 340, 300, 40


@dataclass(frozen=True)
class Spot:
    """One point on a map."""

    label: Text
    href: str
    coordinates: str
    x: float
    y: float
    is_left: bool
    """Its label stands to the left of it, where the right has no room."""


@dataclass(frozen=True)
class Map:
    """Points where they lie, north above; distances alike in both directions."""

    spots: list[Spot]
    width: int = _WIDTH
    height: int = _HEIGHT


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
        (*_label(one[labels[0]], display), one[chosen].value, display.number(one[chosen]))
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
        wkt = next((term for term in one.values() if term.datatype == _WKT), None)
        place = _POINT.fullmatch(wkt.value.strip()) if wkt else None
        named = next((term for term in one.values() if term.is_iri or term.language), None)
        if place and named:
            points.append((*_label(named, display), float(place[1]), float(place[2])))
    if len({point[2:] for point in points}) < 2:
        return None
    return Map(_spots(points))


def _spots(points: Sequence[tuple[Text, str, float, float]]) -> list[Spot]:
    middle = math.radians(sum(point[3] for point in points) / len(points))
    # A degree of longitude is shorter than one of latitude, by the cosine of the latitude.
    flat = [(longitude * math.cos(middle), latitude) for _, _, longitude, latitude in points]
    left, top = min(x for x, _ in flat), max(y for _, y in flat)
    across = max(x for x, _ in flat) - left
    down = top - min(y for _, y in flat)
    scale = min(
        (size - 2 * _MARGIN) / span
        for size, span in ((_WIDTH, across), (_HEIGHT, down))
        if span > 0
    )
    spots = []
    for (label, href, longitude, latitude), (x, y) in zip(points, flat, strict=True):
        at = _MARGIN + (x - left) * scale
        below = _MARGIN + (top - y) * scale
        place = f"{latitude:g}, {longitude:g}"
        spots.append(Spot(label, href, place, round(at, 1), round(below, 1), at > _WIDTH / 2))
    return spots


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
