"""Carry an error of an executor to the process that asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erqi_kg.engine.holding import Outdated
from erqi_kg.errors import (
    BadRequest,
    EngineUnavailable,
    ErqiError,
    Forbidden,
    Malformed,
    MalformedData,
    MalformedQuery,
    NotAcceptable,
    NotFound,
    PreconditionFailed,
    QueryTimedOut,
    QueryTooHeavy,
    RequestError,
    ServiceError,
    TooLarge,
)

_MALFORMED = {error.__name__: error for error in (MalformedQuery, MalformedData)}
_BY_NAME: dict[str, type[RequestError] | type[ServiceError]] = {
    error.__name__: error
    for error in (
        BadRequest,
        EngineUnavailable,
        Forbidden,
        NotFound,
        Outdated,
        PreconditionFailed,
        QueryTimedOut,
        QueryTooHeavy,
        TooLarge,
    )
}


def header_of(error: RequestError | ServiceError) -> dict[str, Any]:
    """Return an error as JSON members."""
    header: dict[str, Any] = {"error": type(error).__name__, "detail": error.detail}
    if isinstance(error, Malformed):
        return header | {"line": error.line, "column": error.column, "told": error.told}
    return header | {"extra": error.extra}


def error_of(header: Mapping[str, Any]) -> ErqiError:
    """Return the error that `header_of` wrote."""
    name, detail = header["error"], header["detail"]
    if name in _MALFORMED:
        return _MALFORMED[name](detail, header["line"], header["column"], told=header["told"])
    if name == NotAcceptable.__name__:
        return NotAcceptable(header["extra"]["offers"])
    return _BY_NAME[name](detail, extra=header["extra"])
