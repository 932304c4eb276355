"""Solutions as plain rows: a value of JSON for each term, what the columns hold said beside."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from erqi_kg.web.showing.terms import XSD, Solution, Term

_NUMBERS = frozenset(
    XSD + name
    for name in (
        *("decimal", "integer", "int", "long", "short", "byte", "nonNegativeInteger"),
        *("positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedInt"),
        *("unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
_FLOATS = frozenset((XSD + "double", XSD + "float"))
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}

Value = str | int | float | bool | None


def plain_row(columns: Iterable[str], solution: Solution) -> dict[str, Value]:
    """Return a solution as an object of JSON; what is unbound is null."""
    return {name: plain(solution[name]) if name in solution else None for name in columns}


def plain(term: Term) -> Value:
    """Return a term as a value of JSON.

    Numbers that readers of JSON would round, and those JSON does not have, are their own text.
    """
    if term.datatype in _NUMBERS:
        return _exact(term.value)
    if term.datatype in _FLOATS:
        return _float(term.value)
    if term.datatype == XSD + "boolean":
        return _TRUTHS.get(term.value, term.value)
    return f"_:{term.value}" if term.kind == "bnode" else term.value


def type_of(term: Term) -> str:
    """Return what a term is: `iri`, the local name of a datatype of XML Schema, or its IRI."""
    if term.kind != "literal":
        return term.kind
    if term.language:
        return "langString"
    if not term.datatype:
        return "string"
    return term.datatype.removeprefix(XSD)


def types_of(columns: Iterable[str], solutions: Iterable[Solution]) -> dict[str, list[str]]:
    """Return what each column holds, over all solutions; more than one type is told as such."""
    found: dict[str, set[str]] = {name: set() for name in columns}
    for solution in solutions:
        for name, term in solution.items():
            found[name].add(type_of(term))
    return {name: sorted(types) for name, types in found.items()}


def _exact(text: str) -> Value:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    value = float(number)
    if not math.isfinite(value) or Decimal(repr(value)) != number:
        return text
    return int(number) if number == number.to_integral_value() and abs(number) < 2**53 else value


def _float(text: str) -> Value:
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text
