"""A server on the loopback interface that answers what a test tells it to."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Reply:
    """What is sent; a length that is not the body's breaks the answer off."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass
class Told:
    """A server, what it will answer, one reply a request, the last again; and what it was asked."""

    url: str
    replies: list[Reply] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def next(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@pytest.fixture(autouse=True)
def _no_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what `make test` does not install, wherever these tests run."""
    for library in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, library, None)


@pytest.fixture
def told() -> Iterator[Callable[..., Told]]:
    """Start such a server; called with its replies."""
    servers: list[ThreadingHTTPServer] = []

    def start(*replies: Reply) -> Told:
        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.asked.append((self.command, self.path, dict(self.headers), body))
                reply = server.next()
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                length = len(reply.body) if reply.length is None else reply.length
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(reply.body)

            def __getattr__(self, name: str) -> Any:
                """Answer every method alike."""
                if name.startswith("do_"):
                    return self._answer
                raise AttributeError(name)

            def log_message(self, *arguments: Any) -> None:
                """Stay silent."""

        listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        listening.daemon_threads = True
        servers.append(listening)
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        server = Told(f"http://127.0.0.1:{listening.server_port}/sparql", list(replies))
        return server

    yield start
    for listening in servers:
        listening.shutdown()
        listening.server_close()
