"""Answers as data frames of pandas and polars."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.client.frames import frame_of
from erqi_kg.client.results import columns
from erqi_kg.client.values import XSD
from erqi_kg.errors import UsageError

LIBRARIES = ["pandas", "polars"]


def literal(text: str, datatype: str | None = None) -> dict[str, str]:
    return {"type": "literal", "value": text} | ({"datatype": XSD + datatype} if datatype else {})


def answer(*terms: dict[str, str] | None) -> bytes:
    rows = [{} if term is None else {"x": term} for term in terms]
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode()


def read(to: str, *terms: dict[str, str] | None) -> Any:
    return frame_of(columns(answer(*terms)), to, {"query": "q"})


CASES = {
    "integer": (["1", "-2"], [1, -2], "Int64", pl.Int64),
    "decimal": (["282.80", "1"], [Decimal("282.8"), Decimal(1)], "object", None),
    "double": (["1e3", "INF"], [1000.0, math.inf], "Float64", pl.Float64),
    "boolean": (["true", "0"], [True, False], "boolean", pl.Boolean),
    "date": (["2018-10-15", "1950-01-01"], [date(2018, 10, 15), date(1950, 1, 1)],
             "datetime64[s]", pl.Date),
    "dateTime": (["2018-10-15T08:00:00Z", "2018-10-15T16:00:00+08:00"],
                 [datetime(2018, 10, 15, 8, tzinfo=UTC)] * 2,
                 "datetime64[us, UTC]", pl.Datetime("us", "UTC")),
    "gYear": (["2018", "-0044"], [2018, -44], "Int64", pl.Int64),
    "string": (["二七区", ""], ["二七区", ""], "str", pl.String),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("gap", [False, True])
def test_a_column_has_the_type_of_its_values(name: str, gap: bool) -> None:
    texts, expected, pandas_type, polars_type = CASES[name]
    terms = [*(literal(text, name) for text in texts), *([None] if gap else [])]
    of_pandas, of_polars = read("pandas", *terms), read("polars", *terms)
    assert str(of_pandas.x.dtype) == pandas_type
    assert of_polars["x"].dtype == polars_type if polars_type else of_polars["x"].dtype.is_decimal()
    found = of_pandas.x.dropna().tolist()
    assert [one.date() if name == "date" else one for one in found] == expected
    assert of_polars["x"].drop_nulls().to_list() == expected
    assert of_pandas.x.isna().sum() == of_polars["x"].null_count() == gap


@given(st.lists(st.none() | st.integers(), max_size=5))
def test_integers_of_any_size_come_back(numbers: list[int | None]) -> None:
    terms = [None if number is None else literal(str(number), "integer") for number in numbers]
    for to in LIBRARIES:
        found = list(read(to, *terms)["x"])
        assert [None if pd.isna(one) else int(one) for one in found] == numbers


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=4), max_size=5))
def test_decimals_are_not_rounded(numbers: list[Decimal]) -> None:
    terms = [literal(f"{number:f}", "decimal") for number in numbers]
    for to in LIBRARIES:
        assert list(read(to, *terms)["x"]) == numbers


@pytest.mark.parametrize("to", LIBRARIES)
def test_values_of_several_types_stay_what_they_are(to: str) -> None:
    found = list(read(to, literal("1", "integer"), literal("约3万平方米"))["x"])
    assert found == [1, "约3万平方米"]


@pytest.mark.parametrize("to", LIBRARIES)
def test_no_number_is_told_from_no_value(to: str) -> None:
    found = list(read(to, literal("NaN", "double"), None)["x"])
    assert math.isnan(found[0])
    assert found[1] is None or pd.isna(found[1])


@pytest.mark.parametrize("to", LIBRARIES)
def test_an_answer_without_solutions_has_its_columns(to: str) -> None:
    frame = read(to)
    assert list(frame.columns) == ["x"]
    assert len(frame) == 0


def test_a_frame_says_where_it_is_from() -> None:
    assert read("pandas").attrs == {"query": "q"}


def test_other_libraries_are_not_known() -> None:
    with pytest.raises(UsageError, match="pandas"):
        read("numpy")
