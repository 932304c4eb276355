"""Pictures drawn on the server as SVG; the templates only place what is computed here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from erqi_kg.web.showing.display import Text

LIST_SIZE = 100
_FIRST_WIDE = 0x2E80
"""Characters from here on are as wide as two Latin letters."""


@dataclass(frozen=True)
class Mark:
    """One placement on the scale from the first to the hundredth place."""

    rank: int
    label: Text
    href: str
    words: str
    is_confirmed: bool
    x: float
    """Distance from the left, in percent of the scale."""


@dataclass(frozen=True)
class Scale:
    """Placements on one scale, the best first."""

    marks: list[Mark]
    ticks: list[tuple[int, float]]


def placement_scale(placements: Iterable[tuple[int, Text, str, str, bool]]) -> Scale:
    """Lay placements out on the scale of a list of a hundred.

    Args:
        placements: rank, label of the list, where the mark leads, the words behind it,
            whether they are confirmed.
    """
    marks = [
        Mark(rank, label, href, words, is_confirmed, _position(rank))
        for rank, label, href, words, is_confirmed in placements
        if 1 <= rank <= LIST_SIZE
    ]
    ticks = [(rank, _position(rank)) for rank in (1, 25, 50, 75, 100)]
    return Scale(sorted(marks, key=lambda mark: mark.rank), ticks)


def width_of(text: str) -> int:
    """Return how wide a text is, in Latin letters; a Chinese character counts twice."""
    return sum(2 if ord(char) >= _FIRST_WIDE else 1 for char in text)


def _position(rank: int) -> float:
    return round((rank - 1) / (LIST_SIZE - 1) * 100, 2)
