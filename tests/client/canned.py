"""A server of the loopback interface that answers, byte for byte, what a test gives it."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

RESULTS = "application/sparql-results+json"


def answer(
    body: str | bytes, media_type: str = RESULTS, *, status: str = "200 OK", **fields: str
) -> bytes:
    """A whole answer; fields by name, with _ for -."""
    content = body.encode() if isinstance(body, str) else body
    told = {"Content-Type": media_type, "Content-Length": str(len(content))}
    told |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status}\r\nConnection: close\r\n{head}\r\n".encode() + content


def solutions(*rows: dict[str, object], names: tuple[str, ...] = ("x",)) -> str:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}})


@dataclass
class Canned:
    """Gives its answers in turn, the last one for ever, and keeps what it was asked."""

    answers: list[bytes]
    url: str = ""
    asked: list[bytes] = field(default_factory=list)
    pause_s: float = 0.0
    """Waited before the second half of an answer."""

    def next_answer(self, request: bytes) -> bytes:
        self.asked.append(request)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@contextmanager
def canned(*answers: bytes, pause_s: float = 0.0) -> Iterator[Canned]:
    kept = Canned(list(answers), pause_s=pause_s)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            sent = kept.next_answer(self.request_bytes())
            half = len(sent) // 2
            self.wfile.write(sent[:half])
            self.wfile.flush()
            time.sleep(kept.pause_s)
            self.wfile.write(sent[half:])

        def request_bytes(self) -> bytes:
            lines = list(iter(self.rfile.readline, b"\r\n"))
            length = [line for line in lines if line.lower().startswith(b"content-length:")]
            body = self.rfile.read(int(length[0].split(b":")[1])) if length else b""
            return b"".join(lines) + b"\r\n" + body

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request: object, address: object) -> None:
            """The client may leave before it has heard all."""

    with Server(("127.0.0.1", 0), Handler) as server:
        kept.url = f"http://127.0.0.1:{server.server_address[1]}/sparql"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
