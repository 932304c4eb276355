"""Ask questions of the library at `/api`, page by page until all rows are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from erqi_kg.client.results import Column, loaded
from erqi_kg.client.transport import Transport
from erqi_kg.client.values import TEXT, XSD, Value, value_of
from erqi_kg.errors import RemoteFailed, UsageError

_ENDPOINT = "/sparql"
_PAGE = 1000


@dataclass(frozen=True)
class Answered:
    """The whole answer to a question."""

    columns: list[Column]
    about: dict[str, object]
    """The question, its parameters and the release that was asked."""


def listed(transport: Transport) -> list[dict[str, Any]]:
    """Return the questions the service answers, each with its words, tags and parameters."""
    found = loaded(transport.get(f"{_site(transport)}/api").body).get("questions")
    if not isinstance(found, list):
        raise RemoteFailed("the answer has no list of questions")
    return found


def answered(transport: Transport, name: str, parameters: Mapping[str, object]) -> Answered:
    """Return all rows of an answer.

    Raises:
        BadRequest: a parameter is unknown or of another type; `extra` names it.
        NotFound: there is no such question.
        RemoteFailed: pages are missing, or of more than one release.
    """
    asked = {key: str(value) for key, value in parameters.items()} | {"limit": str(_PAGE)}
    address = f"{_site(transport)}/api/{quote(name, safe='')}"
    first: dict[str, Any] | None = None
    rows: list[dict[str, Any]] = []
    while True:
        url = f"{address}?{urlencode(asked | {'offset': str(len(rows))})}"
        page = loaded(transport.get(url).body, parse_float=Decimal)
        try:
            if first is not None and (page["release"], page["total"]) != (
                first["release"],
                first["total"],
            ):
                raise RemoteFailed("the answer changed between its pages; ask again")
            first = first or page
            rows += page["rows"]
            if len(rows) >= page["total"]:
                return _made(first, rows)
            if not page["rows"]:
                raise RemoteFailed(f"only {len(rows)} of {page['total']} rows came")
        except (KeyError, TypeError) as error:
            raise RemoteFailed(f"the page of the answer is not whole: {error!r}") from error


def _made(first: Mapping[str, Any], rows: list[dict[str, Any]]) -> Answered:
    columns = [
        Column(
            column["name"],
            tuple(_value(row[column["name"]], column["types"]) for row in rows),
        )
        for column in first["columns"]
    ]
    about = {name: first[name] for name in ("question", "parameters", "release")}
    return Answered(columns, about)


def _value(held: object, types: list[str]) -> Value | None:
    """Return a value of plain JSON; its datatype is known when the column has one only."""
    if held is None:
        return None
    lexical = str(held).lower() if isinstance(held, bool) else str(held)
    if len(types) == 1:
        return value_of(lexical, XSD + types[0])
    if isinstance(held, bool):
        return value_of(lexical, XSD + "boolean")
    if isinstance(held, int):
        return value_of(lexical, XSD + "integer")
    return value_of(lexical, XSD + "decimal") if isinstance(held, Decimal) else Value(TEXT, lexical)


def _site(transport: Transport) -> str:
    site = transport.endpoint.rstrip("/")
    if not site.endswith(_ENDPOINT):
        raise UsageError(
            f"questions are asked where the endpoint ends with {_ENDPOINT}, unlike {site}"
        )
    return site.removesuffix(_ENDPOINT)
