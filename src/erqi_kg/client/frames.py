"""Make data frames of columns: pandas or polars, whichever is asked for."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from erqi_kg.client import values
from erqi_kg.client.results import Column
from erqi_kg.errors import UsageError

MIXED = "mixed"
_LIBRARIES = ("pandas", "polars")
_PANDAS = {
    values.INTEGER: "Int64",
    values.YEAR: "Int64",
    values.DOUBLE: "Float64",
    values.BOOLEAN: "boolean",
    values.DATE: "datetime64[s]",
    values.LOCAL_TIME: "datetime64[us]",
    values.ZONED_TIME: "datetime64[us, UTC]",
    values.TEXT: "str",
}
_POLARS = {
    values.INTEGER: "Int64",
    values.YEAR: "Int64",
    values.DOUBLE: "Float64",
    values.BOOLEAN: "Boolean",
    values.DATE: "Date",
    values.TEXT: "String",
}
_MOST_DIGITS = 38


def frame_of(columns: Sequence[Column], to: str, attrs: Mapping[str, object]) -> Any:
    """Return a frame with a row for each solution, typed as docs/python.md says.

    Args:
        columns: one or more, of the same length.
        to: `pandas` or `polars`.
        attrs: where the frame is from; polars has no place for it.

    Raises:
        UsageError: the library is not installed, or not known.
    """
    made = library(to)
    if to == "polars":
        return made.DataFrame([_polars(made, column) for column in columns])
    frame = made.concat([_pandas(made, column) for column in columns], axis=1)
    frame.attrs = dict(attrs)
    return frame


def library(name: str) -> Any:
    """Return the module that makes frames; asked for before a query is sent.

    Raises:
        UsageError: it is not installed, or not known.
    """
    if name not in _LIBRARIES:
        raise UsageError(f"to={name!r} is not known; use {' or '.join(map(repr, _LIBRARIES))}")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise UsageError(
            f"{name} is not installed: pip install {name}, or erqi-kg with its extra [{name}]"
        ) from error


def kind_of(column: Column) -> str:
    """Return the one kind all values of a column have, or MIXED; TEXT when nothing is bound."""
    kinds = {value.kind for value in column.values if value is not None}
    if len(kinds) > 1:
        return MIXED
    kind = kinds.pop() if kinds else values.TEXT
    if kind == values.INTEGER and not all(_fits(held) for held in _plain(column)):
        return MIXED
    return kind


def _fits(held: Any) -> bool:
    return held is None or -(2**63) <= held < 2**63


def _plain(column: Column) -> list[Any]:
    return [None if value is None else value.python for value in column.values]


def _pandas(pd: Any, column: Column) -> Any:
    kind, plain = kind_of(column), _plain(column)
    dtype = _PANDAS.get(kind, "object")
    if kind == values.DOUBLE and any(held is not None and math.isnan(held) for held in plain):
        dtype = "object"
    if kind == values.ZONED_TIME:
        made = pd.to_datetime(pd.Series(plain, dtype="object"), utc=True).astype(dtype)
        return made.rename(column.name)
    return pd.Series(plain, dtype=dtype, name=column.name)


def _polars(pl: Any, column: Column) -> Any:
    kind, plain = kind_of(column), _plain(column)
    if kind == values.DECIMAL and (scale := _scale(plain)) is not None:
        return pl.Series(column.name, plain, dtype=pl.Decimal(_MOST_DIGITS, scale))
    if kind == values.LOCAL_TIME:
        return pl.Series(column.name, plain, dtype=pl.Datetime("us"))
    if kind == values.ZONED_TIME:
        return pl.Series(column.name, plain, dtype=pl.Datetime("us", "UTC"))
    return pl.Series(column.name, plain, dtype=getattr(pl, _POLARS.get(kind, "Object")))


def _scale(plain: Sequence[Decimal | None]) -> int | None:
    """Return the digits after the point, or None when the numbers need more than 38 in all."""
    scale = before = 0
    for held in plain:
        if held is not None:
            _, digits, exponent = held.as_tuple()
            after = max(0, -int(exponent))
            scale, before = max(scale, after), max(before, len(digits) - after)
    return scale if scale + before <= _MOST_DIGITS else None
