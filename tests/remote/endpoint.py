"""A SPARQL endpoint for tests: a small real one, and one that misbehaves as it is told."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

JSON, TRIPLES = "application/sparql-results+json", "application/n-triples"
Behaviour = Callable[["Handler"], None]


@dataclass
class Endpoint:
    """What the endpoint holds, and what was asked of it."""

    store: ox.Store = field(default_factory=ox.Store)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    behaviour: Behaviour | None = None
    """Answers in the place of the endpoint."""
    takes_gzip: bool = True
    url: str = ""

    @property
    def query_url(self) -> str:
        return f"{self.url}/query"

    @property
    def update_url(self) -> str:
        return f"{self.url}/update"

    @property
    def store_url(self) -> str:
        return f"{self.url}/store"

    def count(self, graph: str) -> int:
        return len(list(self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))))


class Handler(BaseHTTPRequestHandler):
    """Answers queries, updates and the graph store protocol, as the standards say."""

    protocol_version = "HTTP/1.1"
    endpoint: Endpoint

    def handle_any(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.endpoint.requests.append((self.command, self.path))
        self.endpoint.headers.append(dict(self.headers))
        if self.endpoint.behaviour is not None:
            self.endpoint.behaviour(self)
            return
        self.handle_any_again()

    def handle_any_again(self) -> None:
        """Answer as the standards say."""
        path = urlsplit(self.path).path
        {"/query": self._query, "/update": self._update, "/store": self._store}[path]()

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the library's names

    def reply(self, status: int, body: bytes = b"", media_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _query(self) -> None:
        form = parse_qs(self.body.decode())
        self.endpoint.asked.append(form)
        default = [ox.NamedNode(iri) for iri in form.get("default-graph-uri", [])]
        named = [ox.NamedNode(iri) for iri in form.get("named-graph-uri", [])]
        dataset: dict[str, Any] = {}
        if default or named:
            dataset = {"default_graph": default, "named_graphs": named}
        try:
            found = self.endpoint.store.query(form["query"][0], **dataset)
        except SyntaxError as error:
            self.reply(400, str(error).encode())
            return
        if isinstance(found, ox.QueryTriples):
            self.reply(200, found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", TRIPLES)
        else:
            self.reply(200, found.serialize(format=ox.QueryResultsFormat.JSON) or b"", JSON)

    def _update(self) -> None:
        try:
            self.endpoint.store.update(self.body.decode())
        except SyntaxError as error:
            self.reply(400, str(error).encode())
            return
        self.reply(204)

    def _store(self) -> None:
        graph = ox.NamedNode(parse_qs(urlsplit(self.path).query)["graph"][0])
        existed = self.endpoint.store.contains_named_graph(graph)
        if self.command == "DELETE":
            self.endpoint.store.remove_graph(graph)
            self.reply(204 if existed else 404)
            return
        if self.headers.get("Content-Encoding") == "gzip":
            if not self.endpoint.takes_gzip:
                self.reply(415, b"no codings")
                return
            self.body = gzip.decompress(self.body)
        form = ox.RdfFormat.from_media_type(self.headers["Content-Type"])
        if self.command == "PUT":
            self.endpoint.store.clear_graph(graph)
        self.endpoint.store.add_graph(graph)
        self.endpoint.store.load(self.body, format=form, to_graph=graph)
        self.reply(204 if existed else 201)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that leave."""


@contextmanager
def running_endpoint(**options: Any) -> Iterator[Endpoint]:
    """Yield an endpoint on a free port of the loopback interface."""
    endpoint = Endpoint(**options)
    handler = type("OneHandler", (Handler,), {"endpoint": endpoint})
    server = _Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
