"""Read the body of an answer whole, or say what is missing (RFC 9112, sections 6 and 8)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.message import Message
from typing import Any

from erqi_kg.errors import RemoteFailed

TRIPLES = ("application/n-triples", "text/turtle", "application/rdf+xml")
CLOSED_TRIPLES = ("application/ld+json",)
"""Of it a part is no document: its end is told by a bracket."""
_TOLD_BY_LENGTH_ALONE = (
    "application/n-triples", "text/turtle", "text/csv", "text/tab-separated-values",
    "application/x-bibtex", "text/plain", "application/rdf+xml",
)  # fmt: skip
"""A part of such a document may be one too; the library reads RDF/XML without its last tags."""
_ALSO = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
}
"""Broader names that servers give to what was asked for."""
_PIECE = 65536
_PART_OF_THE_TIME = "S1TAT"
"""Virtuoso's state of an answer that was ended by its time limit, with the rows found by then."""


class UntoldEndError(RemoteFailed):
    """Nobody can say whether the answer is whole, in this media type."""


@dataclass(frozen=True)
class Received:
    """An answer of status 200, whole."""

    body: bytes
    headers: Message
    media_type: str
    address: str
    """Where it is from in the end, redirections followed."""


def whole(
    response: Any, deadline: float, most_bytes: int, media_types: tuple[str, ...]
) -> Received:
    """Return an answer that is all there.

    Args:
        response: as `urlopen` returns it.
        deadline: on the monotonic clock.
        most_bytes: longest answer that is read.
        media_types: what was asked for.

    Raises:
        RemoteFailed: it is not whole, says so itself, or is something else than was asked for.
        TimeoutError: the deadline has passed.
    """
    headers = response.headers
    _check_status(response.status, headers)
    media_type = _media_type(headers, media_types)
    if media_type not in media_types:
        opening = response.read1(200).decode("utf-8", "replace").strip()
        raise RemoteFailed(
            f"{response.url} sent {media_type} and not {media_types[0]}; it begins: {opening!r}"
        )
    promised = headers.get("Content-Length")
    if not promised and not response.chunked and media_type in _TOLD_BY_LENGTH_ALONE:
        raise UntoldEndError(f"{response.url} does not say where its {media_type} ends")
    body = _read(response, deadline, most_bytes)
    if promised and promised.isdecimal() and len(body) != int(promised):
        raise RemoteFailed(
            f"the answer of {response.url} is broken off: {len(body)} of {promised} bytes came"
        )
    return Received(body, headers, media_type, response.url)


def check_not_limited(headers: Message, came: int) -> None:
    """Raise `RemoteFailed` where as much came as the endpoint gives at most, so more may be there.

    Virtuoso tells its `ResultSetMaxRows` in a header, with status 200.
    """
    most = headers.get("X-SPARQL-MaxRows", "")
    if most.isdecimal() and came >= int(most):
        raise RemoteFailed(
            f"the endpoint gives at most {most} rows, and {came} came: there may be more; "
            "ask in parts, with ORDER BY, LIMIT and OFFSET"
        )


def _media_type(headers: Message, asked: tuple[str, ...]) -> str:
    """Return what the body is told to be; without a Content-Type, what was asked for."""
    if "Content-Type" not in headers:
        return asked[0]
    told = headers.get_content_type()
    return _ALSO[told] if _ALSO.get(told) in asked else told


def _check_status(status: int, headers: Message) -> None:
    if status != 200:
        raise RemoteFailed(f"the answer has status {status}; only 200 is a whole answer")
    if headers.get("X-SQL-State") == _PART_OF_THE_TIME:
        raise RemoteFailed("the endpoint says that its answer is incomplete: it ran out of time")
    if (coding := headers.get("Content-Encoding", "identity")) != "identity":
        raise RemoteFailed(f"the answer is coded as {coding}, which was not asked for")


def _read(response: Any, deadline: float, most_bytes: int) -> bytes:
    body = bytearray()
    while piece := response.read1(_PIECE):
        body += piece
        if len(body) > most_bytes:
            raise RemoteFailed(f"the answer is longer than {most_bytes} bytes; ask for less")
        if time.monotonic() > deadline:
            raise TimeoutError("the time for the whole answer is over")
    return bytes(body)
