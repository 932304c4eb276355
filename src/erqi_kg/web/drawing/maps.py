"""Points as a map: where they lie to each other, with names, or numbers where it is narrow."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from erqi_kg.web.showing.display import Display, Text
from erqi_kg.web.showing.drawing import width_of
from erqi_kg.web.showing.positions import position_of
from erqi_kg.web.showing.terms import Term

_WIDTH, _HEIGHT, _MARGIN = 340, 300, 40
_LETTER, _LINE, _DOT = 7.0, 16, 5
"""Pixels of a Latin letter, of a line, and from the middle of a point to its edge."""
_MOST_BELOW = 60

_Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


@dataclass(frozen=True)
class Point:
    """A named point: degrees east and north."""

    label: Text
    href: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Name:
    """Where a label stands: its base point and which part of it is there, as SVG says it."""

    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Spot:
    """One point on a map."""

    label: Text
    href: str
    coordinates: str
    x: float
    y: float
    name: Name | None = None
    """Where its label, or else its number, stands; None where there is no room for either."""
    number: int = 0
    """Stands in place of a label there was no room for, and before it below the map; 0 for none."""
    is_named: bool = False
    """Its label stands on the map."""


@dataclass(frozen=True)
class Map:
    """Points where they lie, north above; distances alike in both directions."""

    spots: list[Spot]
    width: int = _WIDTH
    height: int = _HEIGHT

    @property
    def named_below(self) -> list[Spot]:
        """Return the points whose labels stand below the map, if those are few enough to read."""
        below = [spot for spot in self.spots if not spot.is_named]
        return below if len(below) <= _MOST_BELOW else []


def map_of_places(places: Mapping[str, Term], display: Display) -> Map | None:
    """Lay out things whose points are known, by IRI; None without two that differ."""
    return map_of(
        [
            Point(display.label(iri), display.href(iri), *position)
            for iri, term in sorted(places.items())
            if (position := position_of(term))
        ]
    )


def map_of(points: Sequence[Point]) -> Map | None:
    """Lay points out; None without two that differ."""
    if len({(point.longitude, point.latitude) for point in points}) < 2:
        return None
    middle = math.radians(sum(point.latitude for point in points) / len(points))
    # A degree of longitude is shorter than one of latitude, by the cosine of the latitude.
    flat = [(point.longitude * math.cos(middle), point.latitude) for point in points]
    left, top = min(x for x, _ in flat), max(y for _, y in flat)
    across = max(x for x, _ in flat) - left
    down = top - min(y for _, y in flat)
    scale = min(
        (size - 2 * _MARGIN) / span
        for size, span in ((_WIDTH, across), (_HEIGHT, down))
        if span > 0
    )
    margin = (_WIDTH - across * scale) / 2
    spots = [
        Spot(
            *(point.label, point.href, f"{point.latitude:g}, {point.longitude:g}"),
            *(round(margin + (x - left) * scale, 1), round(_MARGIN + (top - y) * scale, 1)),
        )
        for point, (x, y) in zip(points, flat, strict=True)
    ]
    return Map(_named(spots), height=round(down * scale) + 2 * _MARGIN)


def _named(spots: Sequence[Spot]) -> list[Spot]:
    """Give each spot its name where it covers no point and no earlier name, else a number."""
    taken = [(spot.x - _DOT, spot.y - _DOT, spot.x + _DOT, spot.y + _DOT) for spot in spots]
    named = []
    for spot in spots:
        name = _placed(spot, spot.label.text, taken)
        named.append(replace(spot, name=name, is_named=name is not None))
    number = 0
    for place, spot in enumerate(named):
        if not spot.is_named and (name := _placed(spot, str(number + 1), taken)):
            number += 1
            named[place] = replace(spot, name=name, number=number)
    return named


def _placed(spot: Spot, text: str, taken: list[_Box]) -> Name | None:
    """Return where a text beside a spot has room, and take that; None where it has none."""
    for name, box in _sides(spot, text):
        if _is_free(box, taken):
            taken.append(box)
            return name
    return None


def _sides(spot: Spot, text: str) -> Iterator[tuple[Name, _Box]]:
    """Yield where a text may stand, the best first: beside the point, above, below, at a corner."""
    wide = _LETTER * width_of(text)
    base, gap = spot.y + _LINE / 3, _DOT + 3
    yield Name(spot.x + gap, base, "start"), _box(spot.x + gap, spot.y, wide)
    yield Name(spot.x - gap, base, "end"), _box(spot.x - gap - wide, spot.y, wide)
    for down in (-_LINE, _LINE):
        yield (
            Name(spot.x, base + down, "middle"),
            _box(spot.x - wide / 2, spot.y + down, wide),
        )
    for slant in (-_LINE * 0.7, _LINE * 0.7):
        yield Name(spot.x + _DOT, base + slant, "start"), _box(spot.x + _DOT, spot.y + slant, wide)
        yield (
            Name(spot.x - _DOT, base + slant, "end"),
            _box(spot.x - _DOT - wide, spot.y + slant, wide),
        )


def _box(left: float, middle: float, wide: float) -> _Box:
    return left, middle - _LINE / 2 + 1, left + wide, middle + _LINE / 2 - 1


def _is_free(box: _Box, taken: Sequence[_Box]) -> bool:
    is_inside = box[0] > 0 and box[2] < _WIDTH
    return is_inside and not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in taken
    )
