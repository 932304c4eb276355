"""One client's flood is that client's own trouble, and nobody works for one who has left."""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.live.test_isolation import POINT, RUNAWAY
from tests.servers import Server, running_server


@pytest.fixture
def patient_server(store_copy: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of two web processes whose queries may run for long."""
    settings = {"ERQI_QUERY_TIMEOUT_S": 20, "ERQI_EXECUTORS": 1, "ERQI_CLIENT_QUERIES": 4}
    with running_server(store_copy, tmp_path / "log", **settings) as running:
        yield running


class From(HTTPAdapter):
    """Connects from an address of one's own on the loopback interface."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments: object, **options: object) -> None:
        super().init_poolmanager(*arguments, source_address=(self.address, 0), **options)


def client_at(address: str) -> requests.Session:
    session = requests.Session()
    session.mount("http://", From(address))
    return session


def start_runaway(server: Server, number: int) -> socket.socket:
    """Ask a query that never ends on a connection of its own."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    target = urlencode({"query": f"{RUNAWAY} # {number}"})
    connection.sendall(f"GET /sparql?{target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return connection


def abandoned(server: Server) -> int:
    """How many queries were stopped, of all web processes that answer within some tries."""
    found = {}
    for _ in range(20):
        for line in requests.get(f"{server.url}/metrics", timeout=5).text.splitlines():
            if line.startswith("erqi_queries_total") and "QueryAbandoned" in line:
                name, _, count = line.partition("} ")
                found[name] = int(count)
    return sum(found.values())


def test_a_query_ends_when_its_client_leaves(patient_server: Server) -> None:
    connections = [start_runaway(patient_server, number) for number in range(2)]
    time.sleep(0.7)
    assert abandoned(patient_server) == 0
    for connection in connections:
        connection.close()
    deadline = time.monotonic() + 5
    while abandoned(patient_server) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_flood_of_runaways_costs_another_client_no_wait(patient_server: Server) -> None:
    other = client_at("127.0.0.2")

    def point(number: int) -> float:
        started = time.monotonic()
        query = f"{POINT} # {number}"
        answer = other.get(f"{patient_server.url}/sparql", params={"query": query}, timeout=10)
        assert answer.status_code == 200
        return time.monotonic() - started

    alone = statistics.median(point(number) for number in range(20))
    flood = [start_runaway(patient_server, number) for number in range(8)]
    time.sleep(0.5)
    try:
        beside = statistics.median(point(100 + number) for number in range(20))
    finally:
        for connection in flood:
            connection.close()
    assert beside < alone + 0.1


def test_a_client_past_its_share_gets_429_and_no_other_does(patient_server: Server) -> None:
    def status(number: int) -> int:
        answer = requests.get(
            f"{patient_server.url}/sparql",
            params={"query": f"{RUNAWAY} # {number}", "timeout": "1"},
            timeout=30,
        )
        assert answer.status_code != 429 or answer.headers["Retry-After"]
        return answer.status_code

    with ThreadPoolExecutor(24) as pool:
        asked = [pool.submit(status, number) for number in range(24)]
        time.sleep(0.5)
        answer = client_at("127.0.0.2").get(
            f"{patient_server.url}/sparql", params={"query": POINT}, timeout=10
        )
        statuses = [one.result() for one in asked]
    assert answer.status_code == 200
    assert set(statuses) == {429, 503}
