"""Ask the service at its documented addresses, whichever way leads there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

JSON = "application/json"
MOST_BYTES = 8 * 1024 * 1024
"""More of an answer is not read."""


class Refused(Exception):
    """The service answered with an error, or not at all; a tool tells it to the model.

    Args:
        problem: the members of the problem document.
    """

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title")))
        self.problem = dict(problem)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    media_type: str
    body: bytes
    is_whole: bool = True
    """False: it was longer than what is read."""


class Asker(Protocol):
    """Whoever brings a request to the service."""

    def ask(
        self, path: str, fields: Mapping[str, str], accept: str, *, posts: bool = False
    ) -> Reply:
        """Send fields to an address, by GET, or by POST as a form; read MOST_BYTES at most.

        Raises:
            Refused: there is no answer at all.
        """


def answer_of(
    asker: Asker, path: str, fields: Mapping[str, str], accept: str = JSON, *, posts: bool = False
) -> Reply:
    """Return an answer that is none of the errors.

    Raises:
        Refused: it is one; carries the problem document.
    """
    reply = asker.ask(path, fields, accept, posts=posts)
    if reply.status >= 400:
        raise Refused(_problem(reply))
    return reply


def json_of(
    asker: Asker, path: str, fields: Mapping[str, str] | None = None, *, posts: bool = False
) -> Any:
    """Return an answer in JSON.

    Raises:
        Refused: an error, or an answer longer than what is read.
    """
    reply = answer_of(asker, path, fields or {}, posts=posts)
    if not reply.is_whole:
        detail = f"The answer of {path} is longer than {MOST_BYTES >> 20} MiB; ask for less."
        raise Refused({"title": "Answer too long", "detail": detail})
    try:
        return json.loads(reply.body)
    except ValueError as error:
        detail = f"{path} does not answer in JSON: is this the address of the service?"
        raise Refused({"title": "No answer", "detail": detail}) from error


def head_of(chunks: Iterable[bytes]) -> tuple[bytes, bool]:
    """Return the first MOST_BYTES of a body, and whether that is all."""
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > MOST_BYTES:
            return bytes(found[:MOST_BYTES]), False
    return bytes(found), True


def _problem(reply: Reply) -> dict[str, Any]:
    try:
        found = json.loads(reply.body)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    return {"title": f"HTTP {reply.status}", "status": reply.status}
