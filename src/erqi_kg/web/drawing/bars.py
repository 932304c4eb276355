"""Numbers of one kind as bars on one scale, which may reach below zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from erqi_kg.web.showing.display import Text
from erqi_kg.web.showing.numbers import finite, grouped

MOST_BARS = 40


@dataclass(frozen=True)
class Bar:
    """One number: where its bar begins and ends, in thousandths of the scale."""

    label: Text
    href: str
    shown: str
    exact: str
    """All digits, where they are not shown."""
    begin: float
    end: float


@dataclass(frozen=True)
class Bars:
    """Numbers on one scale, in the order they came."""

    bars: list[Bar]
    zero: float
    """Where the zero is, in thousandths of the scale."""
    unit: Text | None = None
    left_out: int = 0
    """Numbers past the most that are drawn; the table has them."""


def bars_of(rows: Iterable[tuple[Text, str, str, str]], unit: Text | None = None) -> Bars | None:
    """Lay numbers out on one scale that holds zero; None for fewer than two, or nothing but zeros.

    Args:
        rows: label, where it leads, the number, and how the number is shown.
        unit: of all numbers.
    """
    found = [(row, number) for row in rows if (number := finite(row[2])) is not None]
    drawn = found[:MOST_BARS]
    low = min([Decimal(0), *(number for _, number in drawn)])
    high = max([Decimal(0), *(number for _, number in drawn)])
    if len(drawn) < 2 or low == high:
        return None
    span = high - low

    def place(number: Decimal) -> float:
        return round(float((number - low) / span) * 1000, 1)

    zero = place(Decimal(0))
    bars = [
        Bar(
            *(label, href, shown, grouped(text) if shown != grouped(text) else ""),
            *(min(zero, place(number)), max(zero, place(number))),
        )
        for (label, href, text, shown), number in drawn
    ]
    return Bars(bars, zero, unit, len(found) - len(drawn))
