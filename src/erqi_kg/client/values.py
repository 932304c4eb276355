"""Make a Python value of an RDF term, and say of which kind it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

XSD = "http://www.w3.org/2001/XMLSchema#"
INTEGER, DECIMAL, DOUBLE, BOOLEAN = "integer", "decimal", "double", "boolean"
DATE, LOCAL_TIME, ZONED_TIME, TEXT = "date", "local time", "zoned time", "text"
YEAR = "year"
_INTEGERS = frozenset(
    (
        *("integer", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"-?[0-9]{4,9}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)


@dataclass(frozen=True)
class Value:
    """A value and its kind, one of the constants above."""

    kind: str
    python: object
    language: str = ""
    """Of a text that has one (BCP 47)."""


def value_of(lexical: str, datatype: str | None) -> Value:
    """Return the value of a literal; what Python cannot hold exactly stays its text.

    A `gYear` is the number of the year; datatypes that are not known come with their text.
    """
    if datatype is None or not datatype.startswith(XSD):
        return Value(TEXT, lexical)
    try:
        return _typed(lexical, datatype.removeprefix(XSD))
    except ValueError:
        return Value(TEXT, lexical)


def _typed(lexical: str, name: str) -> Value:
    if name in _INTEGERS and _INTEGER.fullmatch(lexical):
        return Value(INTEGER, int(lexical))
    if name == "decimal" and _DECIMAL.fullmatch(lexical):
        return Value(DECIMAL, Decimal(lexical))
    if name in ("double", "float") and _DOUBLE.fullmatch(lexical):
        return Value(DOUBLE, float(lexical))
    if name == "boolean" and lexical in ("true", "false", "1", "0"):
        return Value(BOOLEAN, lexical in ("true", "1"))
    if name == "date" and _DATE.fullmatch(lexical):
        return Value(DATE, date.fromisoformat(lexical))
    if name == "gYear" and _YEAR.fullmatch(lexical):
        return Value(YEAR, int(lexical))
    if name in ("dateTime", "dateTimeStamp") and (found := _TIME.fullmatch(lexical)):
        return Value(ZONED_TIME if found[1] else LOCAL_TIME, datetime.fromisoformat(lexical))
    return Value(TEXT, lexical)
