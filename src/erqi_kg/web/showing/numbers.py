"""Numbers as people read them: digits in groups, or counted in 万 and 亿, million and billion."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

_SIZES: Mapping[str, tuple[tuple[Decimal, str], ...]] = {
    "zh": ((Decimal(10) ** 12, "万亿"), (Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")),
    "en": (
        (Decimal(10) ** 12, " trillion"),
        (Decimal(10) ** 9, " billion"),
        (Decimal(10) ** 6, " million"),
    ),
}
_ABOUT = {"zh": "约{}", "en": "about {}"}
_MOST_DIGITS = 5
"""Significant digits that are still read at a glance; more are rounded, and said to be."""
_LEAST_ROUNDED = Decimal(10) ** 8
"""Below this the digits in groups are as short as a rounded number."""


def grouped(number: str | int) -> str:
    """Return a number with its digits in groups of three; what is no number stays as it is."""
    value = finite(str(number))
    return str(number) if value is None else f"{value:,f}"


def finite(text: str) -> Decimal | None:
    """Return a finite number, None for what is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def compact(number: str, language: str) -> str:
    """Return a large number in words of its size; "" where its digits in groups read as well.

    28280000000 is 28.28 billion, or 282.8亿; a number of too many digits is rounded, and the text
    says so: about 12.346 billion.
    """
    value = finite(number)
    for size, word in _SIZES[language] if value is not None else ():
        if value is None or abs(value) < size:
            continue
        counted = (value / size).normalize()
        if len(counted.as_tuple().digits) <= _MOST_DIGITS and counted * size == value:
            return f"{counted:f}{word}"
        if abs(value) < _LEAST_ROUNDED:
            return ""
        rounded = counted.quantize(_rounding(counted), ROUND_HALF_EVEN).normalize()
        return _ABOUT[language].format(f"{rounded:f}{word}")
    return ""


def _rounding(counted: Decimal) -> Decimal:
    """Return the place of the last digit that is kept of a number."""
    return Decimal(1).scaleb(counted.adjusted() + 1 - _MOST_DIGITS)
