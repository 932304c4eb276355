"""Other endpoints for tests: small SPARQL servers on loopback addresses that note what they get."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pyoxigraph as ox

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
_FORMS = {JSON: ox.QueryResultsFormat.JSON, XML: ox.QueryResultsFormat.XML}


@dataclass
class Reply:
    """What a remote answers."""

    body: bytes = b""
    media_type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    """What Content-Length says, where that is a lie."""


@dataclass
class Remote:
    """A running endpoint."""

    url: str
    port: int
    queries: list[str] = field(default_factory=list)
    """What it was asked, decoded."""
    heard: list[dict[str, str]] = field(default_factory=list)
    """The headers of each request."""
    connections: int = 0
    answer: Callable[[str], Reply | None] = lambda query: Reply()
    """Given a query, what to answer; None: the connection is closed without an answer."""


@contextmanager
def running_remote(
    answer: Callable[[str], Reply | None], host: str = "127.0.0.1"
) -> Iterator[Remote]:
    """Yield an endpoint that answers queries with a function."""
    remote = Remote("", 0, answer=answer)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def get_request(self) -> object:
            found = super().get_request()
            remote.connections += 1
            return found

        def handle_error(self, *about: object) -> None:
            """A client that left is no error here."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            query = parse_qs(body)["query"][0]
            remote.queries.append(query)
            remote.heard.append({name.lower(): value for name, value in self.headers.items()})
            self._send(remote.answer(query))

        def do_GET(self) -> None:
            remote.queries.append(self.path)
            self._send(remote.answer(self.path))

        def _send(self, reply: Reply | None) -> None:
            if reply is None:
                return
            self.send_response_only(reply.status)
            self.send_header("Content-Type", reply.media_type)
            length = len(reply.body) if reply.length is None else reply.length
            self.send_header("Content-Length", str(length))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *about: object) -> None:
            """Write nothing."""

    if ":" in host:
        import socket

        Server.address_family = socket.AF_INET6
    server = Server((host, 0), Handler)
    remote.port = server.server_address[1]
    shown = f"[{host}]" if ":" in host else host
    remote.url = f"http://{shown}:{remote.port}/sparql"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield remote
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answers_from(turtle: str, media_type: str = JSON) -> Callable[[str], Reply]:
    """Return a function that answers queries over triples, as a real endpoint does."""
    store = ox.Store()
    store.load(turtle, format=ox.RdfFormat.TURTLE, base_iri="http://base/")

    def answer(query: str) -> Reply:
        try:
            found = store.query(query)
        except SyntaxError as error:
            return Reply(str(error).encode(), "text/plain", 400)
        body = found.serialize(format=_FORMS[media_type])
        return Reply(body, media_type, headers={"Cache-Control": "no-store"})

    return answer
