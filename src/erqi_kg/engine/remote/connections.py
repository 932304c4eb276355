"""Exchange HTTP messages with one endpoint: kept connections, one deadline, no redirects.

A redirect is an answer like any other here, so a remote endpoint can never lead this service to
another host.
"""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from erqi_kg import __version__
from erqi_kg.engine.remote.credentials import Credentials
from erqi_kg.engine.remote.patience import Patience, PatientSocket

_PART_BYTES = 65_536
_WORDS_BYTES = 2_000
_BROKEN = (http.client.HTTPException, ConnectionError)


class Broken(Exception):
    """The answer is not whole; says why."""


@dataclass(frozen=True)
class Address:
    """Where an endpoint is."""

    url: str

    @property
    def name(self) -> str:
        """Return the host and port, to name the endpoint in messages."""
        return urlsplit(self.url).netloc

    def target(self, parameters: Mapping[str, str] | None = None) -> str:
        """Return path and query string, with further parameters."""
        parts = urlsplit(self.url)
        query = "&".join(filter(None, (parts.query, urlencode(parameters or {}))))
        return urlunsplit(("", "", parts.path or "/", query, ""))

    def connect(self, connect_s: float) -> http.client.HTTPConnection:
        """Return a connection that is made when it is first used."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, parts.port, timeout=connect_s, context=context)
        return http.client.HTTPConnection(host, parts.port, timeout=connect_s)


@dataclass(frozen=True)
class Message:
    """A request."""

    method: str
    target: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_safe: bool = True
    """Asking it twice does no more than asking once."""


class Exchange:
    """An answer whose body is still to be read; close it, or read it to its end.

    Args:
        connections: take the connection back when the answer was read whole.
        connection: it comes from there.
        response: status and headers were read.
    """

    def __init__(
        self,
        connections: Connections,
        connection: http.client.HTTPConnection,
        response: http.client.HTTPResponse,
    ) -> None:
        self._connections = connections
        self._connection = connection
        self._response = response
        self.status = response.status
        self.headers = response.headers

    @property
    def says_its_end(self) -> bool:
        """Say whether the answer tells where it ends, so that a half is known for one."""
        return bool(self._response.chunked or self._response.length is not None)

    def parts(self) -> Any:
        """Yield the body.

        Raises:
            Broken: it ends too early.
            TimeoutError, QueryAbandoned: nobody waits any longer.
        """
        try:
            while part := self._response.read1(_PART_BYTES):
                yield part
        except _BROKEN as error:
            raise Broken("the connection ended in the middle of the answer") from error
        if self._response.length:
            raise Broken(f"{self._response.length} bytes of the answer are missing")
        if self._response.will_close:
            self.close()
        else:
            self._connections.take_back(self._connection)

    def words(self) -> str:
        """Return the beginning of the body as text, for messages; then close."""
        try:
            return self._response.read(_WORDS_BYTES).decode("utf-8", "replace").strip()
        except (*_BROKEN, OSError):
            return ""
        finally:
            self.close()

    def close(self) -> None:
        """End the exchange and its connection."""
        self._connection.close()


class Connections:
    """Connections to one endpoint, kept for the next request; thread-safe.

    Args:
        address: of the endpoint.
        credentials: for it.
        most_idle: so many are kept.
        connect_s: longest wait for a new one.
    """

    def __init__(
        self, address: Address, credentials: Credentials, most_idle: int, connect_s: float
    ) -> None:
        self.address = address
        self._credentials = credentials
        self._most_idle = most_idle
        self._connect_s = connect_s
        self._lock = threading.Lock()
        self._idle: list[http.client.HTTPConnection] = []

    def send(self, message: Message, patience: Patience) -> Exchange:
        """Send a request and return its answer, whatever its status.

        Raises:
            OSError: the endpoint cannot be reached; TimeoutError when time is over.
            Broken: what came is no HTTP answer.
            QueryAbandoned: nobody waits any longer.
        """
        exchange = self._send(message, patience, self._credentials.at_once())
        if exchange.status != http.HTTPStatus.UNAUTHORIZED:
            return exchange
        challenge = exchange.headers.get("WWW-Authenticate", "")
        url = urljoin(self.address.url, message.target)
        answer = self._credentials.answer_to(challenge, message.method, url)
        if answer is None:
            return exchange
        exchange.close()
        return self._send(message, patience, answer)

    def take_back(self, connection: http.client.HTTPConnection) -> None:
        """Keep a connection for the next request."""
        with self._lock:
            if len(self._idle) < self._most_idle:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _send(self, message: Message, patience: Patience, authorization: str | None) -> Exchange:
        with self._lock:
            kept = self._idle.pop() if self._idle and message.is_safe else None
        if kept is not None:
            try:
                return self._exchange(kept, message, patience, authorization)
            except (*_BROKEN, Broken):
                kept.close()  # the other side had closed it meanwhile
        connection = self.address.connect(min(self._connect_s, patience.rest_s()))
        try:
            return self._exchange(connection, message, patience, authorization)
        except http.client.HTTPException as error:
            connection.close()
            raise Broken(f"what came is no HTTP answer ({type(error).__name__})") from error
        except BaseException:
            connection.close()
            raise

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        message: Message,
        patience: Patience,
        authorization: str | None,
    ) -> Exchange:
        if connection.sock is None:
            connection.connect()
        connection.sock.settimeout(patience.rest_s())
        headers = {"User-Agent": f"erqi-kg/{__version__}", **message.headers}
        if authorization is not None:
            headers["Authorization"] = authorization
        connection.request(message.method, message.target, message.body or None, headers)
        response_class: Any = partial(_response, patience)
        connection.response_class = response_class
        return Exchange(self, connection, connection.getresponse())


def _response(patience: Patience, connection: Any, **options: Any) -> http.client.HTTPResponse:
    patient: Any = PatientSocket(connection, patience)
    return http.client.HTTPResponse(patient, **options)
