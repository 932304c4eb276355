"""Turn what a remote endpoint answers instead of a result into errors of ours that name it."""

from __future__ import annotations

import re
from http import HTTPStatus

from erqi_kg.engine.remote.connections import Exchange
from erqi_kg.errors import (
    BadRequest,
    NotFound,
    QueryTimedOut,
    QueryTooHeavy,
    RemoteFailed,
    RemoteUnavailable,
    RequestError,
    ServiceError,
    TooLarge,
)
from erqi_kg.sparql.mistakes import translated

_MARKUP = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")
_MOST_CHARACTERS = 400
_TIMED_OUT = frozenset((HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT))
_BUSY = frozenset((HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE))
_OF_TIME = re.compile(r"time(?:d)?[ -]?out|timeout|time limit", re.IGNORECASE)
_OF_MEMORY = re.compile(r"out of memory|memory limit|memory exhausted", re.IGNORECASE)


def refusal(name: str, exchange: Exchange, text: str | None) -> RequestError | ServiceError:
    """Return the error for an answer that is no result.

    Args:
        name: of the endpoint.
        exchange: its answer; it is closed.
        text: the client's query or update; None where the client is not to blame.
    """
    status, words = exchange.status, said(exchange.words())
    told = f"{name} answered {status}" + (f": {words}" if words else ".")
    if 300 <= status < 400:
        return RemoteFailed(f"{name} leads elsewhere, and redirects are not followed.")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return RemoteFailed(f"{name} does not let this service in ({status}).")
    if status in _TIMED_OUT or _OF_TIME.search(words):
        return QueryTimedOut(f"{name} stopped the query at its own deadline.")
    if _OF_MEMORY.search(words):
        return QueryTooHeavy(f"The query passed the memory of {name}.")
    if status in _BUSY:
        return RemoteUnavailable(told)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and text is not None:
        return TooLarge(told)
    if status == HTTPStatus.BAD_REQUEST and text is not None:
        return _malformed(text, words, told)
    if status == HTTPStatus.NOT_FOUND and text is None:
        return NotFound(told)
    return RemoteFailed(told)


def said(words: str) -> str:
    """Return what a remote endpoint says, on one line, short, without markup."""
    plain = _SPACE.sub(" ", _MARKUP.sub(" ", words)).strip()
    shown = "".join(letter for letter in plain if letter.isprintable())
    return shown if len(shown) <= _MOST_CHARACTERS else f"{shown[:_MOST_CHARACTERS]}…"


def _malformed(text: str, words: str, told: str) -> RequestError:
    try:
        return translated(text, words)
    except (IndexError, ValueError):
        return BadRequest(told)
