"""Send a request through SPARQLWrapper or as GET, and read the answer whole or raise."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from erqi_kg import __version__
from erqi_kg.client.problems import problem
from erqi_kg.errors import RemoteFailed, RemoteUnavailable, UsageError

AGENT = f"erqi-kg/{__version__}"
_PIECE = 65536
_LONGEST_PROBLEM = 1_000_000


@dataclass(frozen=True)
class Received:
    """An answer of status 200, whole."""

    body: bytes
    headers: Message


@dataclass(frozen=True)
class Transport:
    """How to reach an endpoint.

    Attributes:
        endpoint: address of the SPARQL endpoint.
        timeout_s: seconds for one answer, reading it included.
        retries: how often a 503 that has `Retry-After` is asked again.
        longest_wait_s: seconds waited for retries of one request in all.
        most_bytes: longest answer that is read.
    """

    endpoint: str
    timeout_s: float = 30.0
    retries: int = 2
    longest_wait_s: float = 30.0
    most_bytes: int = 256 * 1024 * 1024

    def __post_init__(self) -> None:
        """Check the limits."""
        if (
            self.timeout_s <= 0
            or self.retries < 0
            or self.longest_wait_s < 0
            or self.most_bytes < 1
        ):
            raise UsageError("timeout_s and most_bytes are above 0, retries and waits not below 0")

    def query(self, text: str, media_type: str) -> Received:
        """Ask a query by POST (SPARQL 1.1 Protocol, 2.1).

        Raises:
            RequestError, ServiceError: what the server answered.
            RemoteUnavailable: it cannot be reached or is too slow.
            RemoteFailed: the answer is broken off, or longer than `most_bytes`.
        """
        return self._patiently(lambda: self._wrapped(text, media_type))

    def get(self, url: str) -> Received:
        """Fetch JSON; raises as `query` does."""
        request = Request(url, headers={"Accept": "application/json", "User-Agent": AGENT})
        return self._patiently(lambda: urlopen(request, timeout=self.timeout_s))

    def _wrapped(self, text: str, media_type: str) -> Any:
        wrapper = SPARQLWrapper(self.endpoint, agent=AGENT)
        wrapper.setQuery(text)
        wrapper.setMethod(POST)
        wrapper.setTimeout(max(1, round(self.timeout_s)))
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", media_type)
        return wrapper.query().response

    def _patiently(self, opened: Callable[[], Any]) -> Received:
        waited, left = 0.0, self.retries
        while True:
            try:
                return self._once(opened)
            except _AskAgain as again:
                waited += again.wait_s
                if not left or waited > self.longest_wait_s:
                    raise again.error from None
                left -= 1
                time.sleep(again.wait_s)

    def _once(self, opened: Callable[[], Any]) -> Received:
        deadline = time.monotonic() + self.timeout_s
        try:
            with opened() as response:
                return Received(self._whole(response, deadline), response.headers)
        except SPARQLWrapperException as error:
            said = _said(error)
            cause = error.__context__
            status = cause.code if isinstance(cause, HTTPError) else 500
            raise problem(status, said, self.endpoint) from None
        except HTTPError as error:
            with error:
                found = problem(error.code, error.read(_LONGEST_PROBLEM), self.endpoint)
                wait = error.headers.get("Retry-After", "")
            if error.code == 503 and wait.isdecimal():
                raise _AskAgain(found, float(wait)) from error
            raise found from None
        except HTTPException as error:
            raise RemoteFailed(f"the answer of {self.endpoint} is broken off: {error}") from error
        except TimeoutError as error:
            raise RemoteUnavailable(f"{self.endpoint} is too slow: {error}") from error
        except (URLError, OSError) as error:
            raise RemoteUnavailable(f"{self.endpoint} cannot be reached: {error}") from error

    def _whole(self, response: Any, deadline: float) -> bytes:
        body = bytearray()
        while piece := response.read1(_PIECE):
            body += piece
            if len(body) > self.most_bytes:
                raise RemoteFailed(
                    f"the answer is longer than {self.most_bytes} bytes; ask for less"
                )
            if time.monotonic() > deadline:
                raise TimeoutError(f"the answer took longer than {self.timeout_s:g} s")
        promised = response.headers.get("Content-Length")
        if promised and promised.isdecimal() and len(body) != int(promised):
            raise RemoteFailed(
                f"the answer of {self.endpoint} is broken off: {len(body)} of {promised} bytes came"
            )
        return bytes(body)


class _AskAgain(Exception):
    """The server named a time after which to ask again."""

    def __init__(self, error: Exception, wait_s: float) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s


def _said(error: SPARQLWrapperException) -> bytes:
    """Return the body of an error, which SPARQLWrapper shows as the bytes' representation."""
    text = str(error).partition("Response:\n")[2]
    try:
        read = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text.encode()
    return read if isinstance(read, bytes) else text.encode()
