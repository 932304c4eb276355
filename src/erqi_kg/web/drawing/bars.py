"""Numbers of one kind as bars on one scale, which may reach below zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from erqi_kg.web.showing.display import Text

MOST_BARS = 40


@dataclass(frozen=True)
class Bar:
    """One number: where its bar begins and ends, in thousandths of the scale."""

    label: Text
    href: str
    shown: str
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


def number_of(text: str) -> Decimal | None:
    """Return a finite number, None for what is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def bars_of(rows: Iterable[tuple[Text, str, str, str]], unit: Text | None = None) -> Bars | None:
    """Lay numbers out on one scale that holds zero; None for fewer than two, or nothing but zeros.

    Args:
        rows: label, where it leads, the number, and how the number is shown.
        unit: of all numbers.
    """
    found = [(row, number) for row in rows if (number := number_of(row[2])) is not None]
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
        Bar(label, href, shown, min(zero, place(number)), max(zero, place(number)))
        for (label, href, _, shown), number in drawn
    ]
    return Bars(bars, zero, unit, len(found) - len(drawn))
