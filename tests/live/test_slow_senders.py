"""Who sends bodies slowly leaves threads to all others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.servers import Server, running_server

QUERY = {"query": "ASK {}"}
SENDERS = 60
"""More than the web process has threads."""
HALF = (
    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 100\r\n\r\nASK"
)


@pytest.fixture
def few_threads(store_copy: Path, tmp_path: Path) -> Iterator[Server]:
    with running_server(store_copy, tmp_path / "log", ERQI_WORKERS=1, ERQI_THREADS=8) as running:
        yield running


def test_slow_senders_leave_threads_to_all_others(few_threads: Server) -> None:
    address = urlsplit(few_threads.url)
    with ExitStack() as senders:
        for _ in range(SENDERS):
            sender = socket.create_connection((address.hostname, address.port))
            senders.enter_context(sender)
            sender.sendall(HALF)
        for _ in range(10):
            assert requests.get(f"{few_threads.url}/sparql", QUERY, timeout=10).status_code == 200
        late = requests.post(f"{few_threads.url}/sparql", QUERY, timeout=10)
        assert late.status_code == 503
        assert "bodies slowly" in late.json()["detail"]
        assert "Retry-After" in late.headers
    assert answered_in_the_end(few_threads)


def answered_in_the_end(server: Server) -> bool:
    """Say whether a query in a body is answered once the slow senders have left."""
    return any(
        requests.post(f"{server.url}/sparql", QUERY, timeout=10).status_code == 200
        for _ in range(10)
    )
