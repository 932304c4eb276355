"""Take in the bodies of requests so that those who send slowly leave threads to all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from erqi_kg.engine.turnstile import Turnstile
from erqi_kg.errors import Overloaded
from erqi_kg.web.http.clients import Networks, client_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WAIT_S = 0.5
"""So long a body waits for its turn to be read: it holds a thread meanwhile."""


class Intake:
    """A WSGI application before another one, which reads bodies a bounded number at a time.

    Half of the threads read bodies; a quarter more is kept for clients that send none yet.

    Args:
        behind: answers.
        threads: that answer requests.
        trusted_proxies: are believed about who a client is.
    """

    def __init__(self, behind: WSGIApplication, threads: int, trusted_proxies: Networks) -> None:
        self._behind = behind
        self._trusted_proxies = trusted_proxies
        self._turnstile = Turnstile(max(1, threads // 2), threads, WAIT_S, reserved=threads // 4)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING"):
            client = client_of(
                environ.get("REMOTE_ADDR", ""),
                environ.get("HTTP_X_FORWARDED_FOR", ""),
                self._trusted_proxies,
            )
            environ["wsgi.input"] = _Body(environ["wsgi.input"], self._turnstile, client)
        return self._behind(environ, start_response)


class _Body:
    """The input stream of a request (PEP 3333), each reading of which waits for its turn."""

    def __init__(self, stream: Any, turnstile: Turnstile, client: str) -> None:
        self._stream = stream
        self._turnstile = turnstile
        self._client = client

    def read(self, size: int = -1) -> bytes:
        return self._in_turn(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._in_turn(self._stream.readline, size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _in_turn(self, read: Any, size: int) -> bytes:
        try:
            with self._turnstile.entered(self._client):
                part: bytes = read(size)
                return part
        except Overloaded as error:
            raise Overloaded(
                "Too many requests send their bodies slowly at this moment; ask again shortly."
            ) from error
