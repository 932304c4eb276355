"""One client for all servers: keep-alive connections that ask as fast as they are answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from itertools import count

JSON_RESULTS = "application/sparql-results+json"
_LIMIT_BYTES = 64 * 1024 * 1024


class ServerError(Exception):
    """A server answered with an error, or not as HTTP/1.1 says."""


@dataclass
class Round:
    """What one load on one server came to."""

    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    received_bytes: int = 0

    @property
    def rate(self) -> float:
        """Return requests a second."""
        return len(self.latencies_s) / self.seconds if self.seconds else 0.0


class Connection:
    """A keep-alive connection to a server of this machine."""

    def __init__(self, port: int, accept: str = JSON_RESULTS) -> None:
        self._port = port
        self._accept = accept
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, target: str) -> bytes:
        """Return the body of a GET; connect when there is no connection.

        Raises:
            ServerError: the status is not 200.
        """
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                "127.0.0.1", self._port, limit=_LIMIT_BYTES
            )
        head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: {self._accept}\r\n\r\n"
        self._writer.write(head.encode())
        status, headers = await _head(self._reader)
        body = await _body(self._reader, headers)
        if "close" in headers.get(b"connection", b"").decode().lower():
            self.close()
        if status != 200:
            raise ServerError(f"status {status}: {body[:300].decode('utf-8', 'replace')}")
        return body

    def close(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[bytes, bytes]]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    fields = (line.partition(b":") for line in lines if line)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in fields}


async def _body(reader: asyncio.StreamReader, headers: dict[bytes, bytes]) -> bytes:
    if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
        parts = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readuntil(b"\r\n")
        return b"".join(parts)
    if b"content-length" in headers:
        return await reader.readexactly(int(headers[b"content-length"]))
    return await reader.read(-1)


def drive(
    port: int,
    make: Callable[[int], list[str]],
    numbers: Iterator[int],
    *,
    seconds: float,
    clients: int = 4,
    accept: str = JSON_RESULTS,
    patience_s: float = 20.0,
) -> Round:
    """Load a server for so many seconds, and wait for what was asked by then.

    Args:
        port: of the server, on the loopback interface.
        make: returns the targets of a request, asked one after the other, from its number.
        numbers: of the requests.
        patience_s: a request that takes longer is an error.
    """
    return asyncio.run(_drive(port, make, numbers, seconds, clients, accept, patience_s))


async def _drive(
    port: int,
    make: Callable[[int], list[str]],
    numbers: Iterator[int],
    seconds: float,
    clients: int,
    accept: str,
    patience_s: float,
) -> Round:
    found = Round()
    started = time.perf_counter()
    ends = started + seconds

    async def client() -> None:
        connection = Connection(port, accept)
        try:
            while time.perf_counter() < ends and not found.errors:
                wanted = make(next(numbers))
                asked = time.perf_counter()
                for target in wanted:
                    body = await asyncio.wait_for(connection.get(target), patience_s)
                    found.received_bytes += len(body)
                found.latencies_s.append(time.perf_counter() - asked)
        except (ServerError, OSError, EOFError, TimeoutError) as error:
            found.errors.append(f"{type(error).__name__}: {str(error) or 'no answer in time'}")
        finally:
            connection.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    found.seconds = time.perf_counter() - started
    return found


def fetch(port: int, target: str, accept: str = JSON_RESULTS, patience_s: float = 20.0) -> bytes:
    """Return the body of one GET.

    Raises:
        ServerError: the status is not 200, or the server ended.
        TimeoutError: it took too long.
    """

    connection = HTTPConnection("127.0.0.1", port, timeout=patience_s)
    try:
        connection.request("GET", target, headers={"Accept": accept})
        reply = connection.getresponse()
        body = reply.read()
    except HTTPException as error:
        raise ServerError(f"the connection ended inside an answer: {error!r}") from error
    finally:
        connection.close()
    if reply.status != HTTPStatus.OK:
        raise ServerError(f"{reply.status}: {body[:200].decode(errors='replace')}")
    return body


def numbering() -> Iterator[int]:
    """Return the numbers of requests, never the same again."""
    return count(1)
