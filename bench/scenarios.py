"""What must hold when somebody behaves badly: runaways, a memory bomb, a slow reader, new releases.

Each scenario starts the service for itself and returns what it found, with the goal beside it.
"""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from bench.driver import ServerError, fetch
from bench.findings import Finding, running
from bench.mix import KINDS, targets
from bench.peers import Ours
from bench.releases import Loaded
from erqi_kg.storedir import MANIFEST, StoreDirectory

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a a ?b . ?c a ?d . ?e a ?f . ?g a ?h }"
BOMB = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }"
MANY = "SELECT ?a ?d {{ ?a ?b ?c . {{ SELECT * {{ ?d ?e ?f }} LIMIT {times} }} }} LIMIT {rows}"
_DEADLINE_S = 3.0
_OTHER = "127.0.0.2"
"""Another client's address."""


class Strict(Ours):
    """The service with a short deadline and little memory for a query."""

    name = "erqi-kg-strict"

    def environment(self) -> Mapping[str, str]:
        strict = {"ERQI_QUERY_TIMEOUT_S": f"{_DEADLINE_S:g}", "ERQI_QUERY_MEMORY_MB": "256"}
        return {**super().environment(), **strict}


def ask(port: int, query: str, address: str = "127.0.0.1") -> tuple[int, float]:
    """Return the status of a query and the seconds it took, from an address of one's own."""
    started = time.monotonic()
    with _asked(port, query, address) as connection:
        head = connection.recv(65_536)
        status = int(head.split(b" ", 2)[1]) if head else 0
    return status, time.monotonic() - started


def _asked(port: int, query: str, address: str = "127.0.0.1") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), 60, (address, 0))
    head = f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: localhost\r\n"
    connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
    return connection


def runaways(workdir: Path, loaded: Loaded, points: int = 100) -> list[Finding]:
    """Fill every executor with runaways of one client; ask point queries from another."""

    def wait_ms(first: int) -> float:
        texts = (_point(loaded, first + number) for number in range(points))
        found = [ask(ours.port, text, _OTHER) for text in texts]
        if {status for status, _ in found} != {200}:
            return float("inf")
        return median(seconds for _, seconds in found) * 1000

    with running(Strict, workdir, loaded) as ours:
        wait_ms(1)
        alone = wait_ms(1_000)
        ends: list[tuple[int, float]] = []
        asked = [
            threading.Thread(target=lambda n=n: ends.append(ask(ours.port, f"{RUNAWAY} # {n}")))
            for n in range(8)
        ]
        for thread in asked:
            thread.start()
        time.sleep(0.5)
        more = round(wait_ms(2_000) - alone, 2)
        for thread in asked:
            thread.join()
        status, seconds = ask(ours.port, RUNAWAY)
    statuses = {status for status, _ in ends} | {status}
    over_s = round(seconds - _DEADLINE_S, 2)
    return [
        Finding("a point query beside runaways waits longer by, ms", more, "≤ 100", more <= 100),
        Finding("a runaway ends past its deadline by, s", over_s, "≤ 0.3", over_s <= 0.3),
        Finding(
            "runaways answered otherwise than 503 or 429",
            len(statuses - {503, 429}),
            "0",
            statuses <= {503, 429},
        ),
    ]


def bomb(workdir: Path, loaded: Loaded, bombs: int = 5) -> list[Finding]:
    """Ask what would take all memory."""
    with running(Strict, workdir, loaded) as ours:
        ask(ours.port, _point(loaded, 1))
        before = ours.memory_mb
        statuses = {ask(ours.port, f"{BOMB} # {number}")[0] for number in range(bombs)}
        time.sleep(1)
        grown = ours.memory_mb - before
        after, _ = ask(ours.port, _point(loaded, 2))
    return [
        Finding("bombs not answered with 503", len(statuses - {503}), "0", statuses == {503}),
        Finding("a query afterwards is answered", after, "200", after == 200),
        Finding("all processes have grown by, MiB", grown, "≤ 50", grown <= 50),
    ]  # fmt: skip


def slow_reader(workdir: Path, loaded: Loaded, rows: int = 1_000_000) -> list[Finding]:
    """Ask for a large answer and read it slowly."""
    times = max(1, rows // loaded.triples + 1)
    query = MANY.format(times=times, rows=rows)
    with running(Ours, workdir, loaded) as ours:
        ask(ours.port, _point(loaded, 1))
        before = web_memory_mb(ours)
        most, received = before, 0
        with _asked(ours.port, query) as connection:
            ends = time.monotonic() + 8
            while part := connection.recv(65_536):
                received += len(part)
                if time.monotonic() < ends:
                    most = max(most, web_memory_mb(ours))
                    time.sleep(0.05)
    grown = round(most - before, 1)
    return [
        Finding("megabytes the slow reader got", round(received / 1e6, 1), "> 0", received > 1_000),
        Finding(f"the web processes grew by, MiB, for {rows} rows", grown, "< 50", grown < 50),
    ]


def swaps(workdir: Path, loaded: Loaded, times: int = 50) -> list[Finding]:
    """Publish one release after the other while four clients ask."""
    place = workdir / f"swaps-{loaded.size}"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(loaded.path, place, symlinks=True)
    ids = _two_releases(place)
    failures: list[str] = []
    asked = [0]
    stop = threading.Event()

    def client(first: int) -> None:
        number = first
        while not stop.is_set():
            number += 4
            try:
                fetch(ours.port, targets(KINDS["point"], loaded.layout, number, "/sparql")[0])
                asked[0] += 1
            except (ServerError, OSError, TimeoutError) as error:
                failures.append(str(error))

    done = 0
    try:
        with running(Ours, workdir, replace(loaded, directory=str(place))) as ours:
            clients = [threading.Thread(target=client, args=(number,)) for number in range(4)]
            for one in clients:
                one.start()
            for turn in range(times):
                done += _published(ours.port, place, ids[(turn + 1) % 2])
            stop.set()
            for one in clients:
                one.join()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return [
        Finding("releases swapped", done, str(times), done == times),
        Finding(f"failed requests of {asked[0]}", len(failures), "0", not failures),
    ]


def web_memory_mb(ours: Ours) -> float:
    """Return the memory that the web processes have for themselves, with what they share."""
    return sum(_anonymous_kb(pid) for pid in ours.web_processes) / 1024


def _anonymous_kb(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(text.partition("RssAnon:")[2].split()[0])


def _point(loaded: Loaded, number: int) -> str:
    return KINDS["point"].make(loaded.layout, number)[0]


def _two_releases(place: Path) -> tuple[str, str]:
    releases = StoreDirectory(place)
    first = releases.current()
    second = ("0" if first.id[0] != "0" else "1") + first.id[1:]
    copy = releases.releases_path / second
    shutil.copytree(first.path, copy)
    manifest = json.loads((copy / MANIFEST).read_text(encoding="utf-8")) | {"release": second}
    (copy / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return first.id, second


def _published(port: int, place: Path, release_id: str, patience_s: float = 60.0) -> bool:
    """Make a release the current one; say whether it is served in time."""
    temporary = place / "current.new"
    temporary.symlink_to(Path("releases") / release_id)
    temporary.replace(place / "current")
    ends = time.monotonic() + patience_s
    while time.monotonic() < ends:
        if release_id.encode() in fetch(port, "/healthz", "text/plain"):
            return True
        time.sleep(0.05)
    return False
