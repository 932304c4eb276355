"""Ask questions of the library at `/api`, page by page until all rows are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from erqi_kg.client.results import Column, column_of, loaded
from erqi_kg.client.site import site_of
from erqi_kg.client.transport import Transport
from erqi_kg.client.values import TEXT, XSD, Value, value_of
from erqi_kg.errors import RemoteFailed, UsageError

_PAGE = 1000
_OWN = {"limit", "offset", "format"}
_MEMBERS: Mapping[str, type | tuple[type, ...]] = {
    "question": dict, "parameters": dict, "columns": list, "rows": list, "total": int,
    "links": dict, "release": (str, type(None)),
}  # fmt: skip


@dataclass(frozen=True)
class Answered:
    """The whole answer to a question."""

    columns: list[Column]
    about: dict[str, object]
    """The question, its parameters and the release that was asked."""


def listed(transport: Transport) -> list[Column]:
    """Return the questions the service answers: `id`, `zh`, `en`, names of their `parameters`."""
    said = loaded(transport.get(f"{site_of(transport)}/api").body)
    try:
        found = said["questions"]
        return [
            column_of("id", (one["id"] for one in found)),
            column_of("zh", (one["question"]["zh"] for one in found)),
            column_of("en", (one["question"]["en"] for one in found)),
            column_of(
                "parameters", (" ".join(p["name"] for p in one["parameters"]) for one in found)
            ),
        ]
    except (KeyError, TypeError) as error:
        raise RemoteFailed(f"the answer is no list of questions: {error!r}") from error


def answered(transport: Transport, name: str, parameters: Mapping[str, object]) -> Answered:
    """Return all rows of an answer.

    Raises:
        BadRequest: a parameter is unknown or of another type; `extra` names it.
        NotFound: there is no such question.
        RemoteFailed: pages are missing, or of more than one release.
        UsageError: a parameter would ask for a part of the answer, or for another format.
    """
    if kept := _OWN & parameters.keys():
        raise UsageError(f"{', '.join(sorted(kept))}: an answer is returned whole, as a frame")
    asked = {**transport.parameters, **{key: str(value) for key, value in parameters.items()}}
    address = f"{site_of(transport)}/api/{quote(name, safe='')}"
    first = _page(transport, address, asked, 0)
    pinned = _pinned(first)
    rows = list(first["rows"])
    page = first
    while len(rows) < first["total"]:
        if not page["rows"]:
            raise RemoteFailed(f"only {len(rows)} of {first['total']} rows came")
        page = _page(transport, address, asked | pinned, len(rows))
        if (page["release"], page["total"]) != (first["release"], first["total"]):
            raise RemoteFailed("the answer changed between its pages; ask again")
        rows += page["rows"]
    return _made(first, rows)


def _page(transport: Transport, address: str, asked: Mapping[str, str], at: int) -> dict[str, Any]:
    form = urlencode({**asked, "limit": str(_PAGE), "offset": str(at)})
    page = loaded(transport.get(f"{address}?{form}").body, parse_float=Decimal)
    wrong = [name for name, kind in _MEMBERS.items() if not isinstance(page.get(name), kind)]
    if wrong:
        raise RemoteFailed(f"the page of the answer is not whole; see its {', '.join(wrong)}")
    return page


def _pinned(first: Mapping[str, Any]) -> dict[str, str]:
    """Return what keeps further pages in the release of the first; a remote engine has none."""
    address = first["links"].get("next")
    if not address:
        return {}
    return {name: value for name, value in parse_qsl(urlsplit(address).query) if name == "release"}


def _made(first: Mapping[str, Any], rows: list[dict[str, Any]]) -> Answered:
    try:
        columns = [
            Column(
                column["name"],
                tuple(_value(row[column["name"]], column["types"]) for row in rows),
            )
            for column in first["columns"]
        ]
    except (KeyError, TypeError) as error:
        raise RemoteFailed(f"the rows of the answer are not whole: {error!r}") from error
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
