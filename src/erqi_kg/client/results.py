"""Read SPARQL 1.1 results in JSON, strictly: an answer that is not whole is an error."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from erqi_kg.client.values import TEXT, Value, value_of
from erqi_kg.errors import RemoteFailed


@dataclass(frozen=True)
class Column:
    """A variable and its value in each solution; None where it is unbound."""

    name: str
    values: tuple[Value | None, ...]

    def languages(self) -> Column | None:
        """Return a column of the languages of the texts; None when no text has one."""
        if not any(value is not None and value.language for value in self.values):
            return None
        tags = (value.language if value else "" for value in self.values)
        return Column(f"{self.name}@", tuple(Value(TEXT, tag) if tag else None for tag in tags))


def loaded(body: bytes, **options: Any) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        RemoteFailed: it is not JSON, or no object.
    """
    try:
        read = json.loads(body, **options)
    except (ValueError, RecursionError) as error:
        raise RemoteFailed(f"the answer is not whole JSON: {error}") from error
    if not isinstance(read, dict):
        raise RemoteFailed("the answer is not a JSON object")
    return read


def truth(body: bytes) -> bool:
    """Return the answer to an ASK query."""
    read = loaded(body)
    answer = read.get("boolean")
    if answer is None and read.get("head") and read.get("results"):
        answer = _truth_of_virtuoso(columns(body))
    if not isinstance(answer, bool):
        raise RemoteFailed("the answer has no `boolean`; is the query an ASK query?")
    return answer


def _truth_of_virtuoso(found: list[Column]) -> bool | None:
    """Return the truth value that Virtuoso puts into a solution; None: these are solutions."""
    if [column.name for column in found] != ["__ASK_RETVAL"]:
        return None
    return any(value is not None and value.python in (1, "1") for value in found[0].values)


def column_of(name: str, texts: Iterable[str]) -> Column:
    """Return a column of plain texts."""
    return Column(name, tuple(Value(TEXT, text) for text in texts))


def columns(body: bytes) -> list[Column]:
    """Return the columns of solutions, all of the same length, in the order of the query.

    Raises:
        RemoteFailed: something that every answer must have is missing.
    """
    read = loaded(body)
    try:
        names, rows = read["head"]["vars"], read["results"]["bindings"]
        if not isinstance(names, list) or not isinstance(rows, list):
            raise TypeError("`vars` and `bindings` are lists")
        return [Column(str(name), tuple(_bound(row, name) for row in rows)) for name in names]
    except (KeyError, TypeError, AttributeError) as error:
        raise RemoteFailed(
            f"the answer is no table of solutions ({error!r}); is it a SELECT query?"
        ) from error


def _bound(row: dict[str, dict[str, str]], name: str) -> Value | None:
    term = row.get(name)
    if term is None:
        return None
    lexical = term["value"]
    if not isinstance(lexical, str):
        raise TypeError("`value` is a string")
    if term["type"] in ("uri", "bnode"):
        return Value(TEXT, lexical)
    if "xml:lang" in term:
        return Value(TEXT, lexical, str(term["xml:lang"]))
    return value_of(lexical, term.get("datatype"))
