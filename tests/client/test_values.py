"""Literals become Python's values, and come back as what they were."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.client.values import (
    BOOLEAN,
    DATE,
    DECIMAL,
    DOUBLE,
    INTEGER,
    LOCAL_TIME,
    TEXT,
    XSD,
    YEAR,
    ZONED_TIME,
    Value,
    value_of,
)


@given(st.integers())
def test_integers_of_any_size_stay_exact(number: int) -> None:
    assert value_of(str(number), XSD + "integer") == Value(INTEGER, number)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimals_stay_exact(number: Decimal) -> None:
    assert value_of(f"{number:f}", XSD + "decimal") == Value(DECIMAL, number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_stay_exact(number: float) -> None:
    assert value_of(repr(number), XSD + "double") == Value(DOUBLE, number)


@given(st.dates(min_value=date(1, 1, 1)), st.datetimes(timezones=st.just(UTC)), st.datetimes())
def test_dates_and_times_stay_exact(day: date, zoned: datetime, local: datetime) -> None:
    assert value_of(day.isoformat(), XSD + "date") == Value(DATE, day)
    assert value_of(zoned.isoformat(), XSD + "dateTime") == Value(ZONED_TIME, zoned)
    assert value_of(local.isoformat(), XSD + "dateTime") == Value(LOCAL_TIME, local)


@given(st.text(), st.sampled_from(["integer", "decimal", "double", "boolean", "date", "dateTime"]))
def test_any_text_is_a_value_or_stays_a_text(text: str, name: str) -> None:
    found = value_of(text, XSD + name)
    assert found.kind != TEXT or found.python == text


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("true", "boolean", Value(BOOLEAN, True)),
        ("0", "boolean", Value(BOOLEAN, False)),
        ("INF", "double", Value(DOUBLE, math.inf)),
        ("2018", "gYear", Value(YEAR, 2018)),
        ("2018Z", "gYear", Value(TEXT, "2018Z")),
        ("2018-02-30", "date", Value(TEXT, "2018-02-30")),
        ("2018-10-15+08:00", "date", Value(TEXT, "2018-10-15+08:00")),
        ("１２", "integer", Value(TEXT, "１２")),
        ("1_000", "integer", Value(TEXT, "1_000")),
        ("二七区", "string", Value(TEXT, "二七区")),
    ],
)
def test_what_python_would_read_otherwise_stays_a_text(
    text: str, name: str, expected: Value
) -> None:
    assert value_of(text, XSD + name) == expected
    assert value_of(text, "http://example.org/" + name) == Value(TEXT, text)
    assert value_of(text, None) == Value(TEXT, text)
