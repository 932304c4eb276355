"""Oxigraph's server."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from pathlib import Path

from bench.peers.processes import NotAvailable, run
from bench.peers.pypi import FromPyPI


class OxigraphOnDisk(FromPyPI):
    """Oxigraph's server over its RocksDB store."""

    name = "oxigraph-disk"
    about = "Oxigraph server, store on disk"
    package = program = "oxigraph"
    path = "/query"

    @property
    def _oxigraph(self) -> str:
        return str(self.venv / "bin" / "oxigraph")

    def load(self) -> None:
        store = str(self.place / "store")
        for file in (self.loaded.named, self.loaded.merged):
            run([self._oxigraph, "load", "--location", store, "--file", str(file)])
        run([self._oxigraph, "optimize", "--location", store])

    def command(self) -> Sequence[str]:
        location = ["--location", str(self.place / "store")]
        return [self._oxigraph, "serve", *location, "--bind", f"127.0.0.1:{self.port}"]


class OxigraphInMemory(OxigraphOnDisk):
    """Oxigraph's server with the data sent to it."""

    name = "oxigraph-memory"
    about = "Oxigraph server, in memory"

    def load(self) -> None:
        """Nothing: the running server is loaded."""

    def command(self) -> Sequence[str]:
        return [self._oxigraph, "serve", "--bind", f"127.0.0.1:{self.port}"]

    def loaded_late(self) -> None:
        started = time.perf_counter()
        for target, media_type, file in (
            ("/store", "application/n-quads", self.loaded.named),
            ("/store?default", "application/n-triples", self.loaded.merged),
        ):
            _send(self.port, target, media_type, file)
        self.load_s = round(time.perf_counter() - started, 2)


def _send(port: int, target: str, media_type: str, file: Path) -> None:
    """POST a file, in parts."""
    head = (
        f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\n"
        f"Content-Length: {file.stat().st_size}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as connection, file.open("rb") as source:
        connection.sendall(head.encode())
        connection.sendfile(source)
        reply = connection.recv(65_536)
    if reply.split(b" ", 2)[1:2] not in ([b"201"], [b"204"]):
        raise NotAvailable(f"does not take the data: {reply[:300]!r}")
