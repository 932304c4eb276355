"""Send a request through SPARQLWrapper or as GET, and read the answer whole or raise."""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from erqi_kg import __version__
from erqi_kg.client.bodies import Received, whole
from erqi_kg.client.problems import problem
from erqi_kg.client.waiting import AskAgain, patiently, wait_s
from erqi_kg.errors import RemoteFailed, RemoteUnavailable, RequestError, ServiceError, UsageError

AGENT = f"erqi-kg/{__version__}"
_LONGEST_PROBLEM = 1_000_000
_ASK_AGAIN = (429, 503)


@dataclass(frozen=True)
class Transport:
    """How to reach an endpoint.

    Attributes:
        endpoint: address of the SPARQL endpoint.
        timeout_s: seconds for one answer, reading it included.
        retries: how often an answer that has `Retry-After` (429, 503) is asked for again.
        longest_wait_s: seconds waited for retries of one request in all.
        most_bytes: longest answer that is read.
        agent: put before our own name in the User-Agent; public endpoints want to know whom to
            write to.
        parameters: sent with each query, such as `release` to this service.
    """

    endpoint: str
    timeout_s: float = 30.0
    retries: int = 2
    longest_wait_s: float = 30.0
    most_bytes: int = 256 * 1024 * 1024
    agent: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the limits."""
        if (
            self.timeout_s <= 0
            or self.retries < 0
            or self.longest_wait_s < 0
            or self.most_bytes < 1
        ):
            raise UsageError("timeout_s and most_bytes are above 0, retries and waits not below 0")

    def query(self, text: str, *media_types: str) -> Received:
        """Ask a query by POST (SPARQL 1.1 Protocol, 2.1).

        Raises:
            RequestError, ServiceError: what the server answered.
            RemoteUnavailable: it cannot be reached or is too slow.
            RemoteFailed: the answer is broken off, incomplete, longer than `most_bytes`, or of
                another media type.
        """
        return self._patiently(lambda: self._wrapped(text, media_types), media_types)

    def get(self, url: str, media_type: str = "application/json") -> Received:
        """Fetch a document; raises as `query` does."""
        request = Request(url, headers={"Accept": media_type, "User-Agent": self._agent()})
        return self._patiently(lambda: self._opened(request), (media_type,))

    def post(self, url: str, form: bytes, media_type: str) -> Received:
        """Send a form and read the document it leads to; raises as `query` does."""
        request = Request(url, form, {"Accept": media_type, "User-Agent": self._agent()})
        return self._patiently(lambda: self._opened(request), (media_type,))

    def _agent(self) -> str:
        return f"{self.agent} {AGENT}".lstrip()

    def _opened(self, request: Request) -> Any:
        return urlopen(request, timeout=self.timeout_s)

    def _wrapped(self, text: str, media_types: tuple[str, ...]) -> Any:
        wrapper = SPARQLWrapper(self.endpoint, agent=self._agent())
        with warnings.catch_warnings():
            # It warns of a query whose form it does not see; the endpoint says what is wrong.
            warnings.simplefilter("ignore", RuntimeWarning)
            wrapper.setQuery(text)
        if wrapper.isSparqlUpdateRequest():
            raise UsageError("this client asks; it sends no updates")
        wrapper.setMethod(POST)
        wrapper.timeout = self.timeout_s  # type: ignore[assignment] # setTimeout() rounds down
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", _accept(media_types))
        for name, value in self.parameters.items():
            wrapper.addParameter(name, value)
        return wrapper.query().response

    def _patiently(self, opened: Callable[[], Any], media_types: tuple[str, ...]) -> Received:
        return patiently(lambda: self._once(opened, media_types), self.retries, self.longest_wait_s)

    def _once(self, opened: Callable[[], Any], media_types: tuple[str, ...]) -> Received:
        deadline = time.monotonic() + self.timeout_s
        try:
            with opened() as response:
                return whole(response, deadline, self.most_bytes, media_types)
        except SPARQLWrapperException as error:
            cause = error.__context__
            status = cause.code if isinstance(cause, HTTPError) else 500
            raise problem(status, _said(error), self.endpoint) from error
        except HTTPError as error:
            raise self._answered(error) from error
        except HTTPException as error:
            raise RemoteFailed(f"the answer of {self.endpoint} is broken off: {error!r}") from error
        except TimeoutError as error:
            raise RemoteUnavailable(f"{self.endpoint} is too slow: {error}") from error
        except (URLError, OSError) as error:
            raise RemoteUnavailable(f"{self.endpoint} cannot be reached: {error}") from error

    def _answered(self, error: HTTPError) -> RequestError | ServiceError | AskAgain:
        with error:
            try:
                said = error.read(_LONGEST_PROBLEM)
            except (HTTPException, OSError):
                said = b""  # the status alone has to do
        found = problem(error.code, said, self.endpoint)
        wait = wait_s(error.headers.get("Retry-After", ""))
        if error.code in _ASK_AGAIN and wait is not None:
            return AskAgain(found, wait)
        return found


def _accept(media_types: tuple[str, ...]) -> str:
    """Return an Accept header that likes the first best."""
    return ", ".join(
        f"{media_type};q={1 - at / 10:.1f}" if at else media_type
        for at, media_type in enumerate(media_types)
    )


def _said(error: SPARQLWrapperException) -> bytes:
    """Return the body of an error, which SPARQLWrapper shows as the bytes' representation."""
    text = str(error).partition("Response:\n")[2]
    try:
        read = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text.encode()
    return read if isinstance(read, bytes) else text.encode()
