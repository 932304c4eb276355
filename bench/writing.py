"""What writing must hold: a commit is seen at once, and none that was acknowledged is lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from bench.findings import Finding, running
from bench.peers import Ours
from bench.peers.processes import command_of, family
from bench.releases import Loaded

TOKEN = "bench"
GRAPH = "https://w3id.org/erqi/graph/workspace/bench"
_SMALL_QUADS = 200_000
_RESTART_S = 60.0


class Writing(Ours):
    """The service with writing on."""

    name = "erqi-kg-writing"

    def environment(self) -> Mapping[str, str]:
        return {**super().environment(), "ERQI_UPDATE_TOKEN": TOKEN}

    @property
    def writer(self) -> int | None:
        """Return the id of the process that writes."""
        for pid in family(self._process):
            with suppress(OSError):  # it ended meanwhile
                if "engine.writer" in command_of(pid):
                    return pid
        return None

    def kill(self) -> None:
        """End all processes at once."""
        for pid in family(self._process):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def update(connection: HTTPConnection, number: int) -> bool:
    """Add one triple; say whether it was acknowledged."""
    text = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <urn:x:s{number}> <urn:x:p> {number} }} }}"
    headers = {
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/update", urlencode({"update": text}), headers)
    reply = connection.getresponse()
    reply.read()
    return reply.status == 200


def numbers_there(connection: HTTPConnection) -> set[int]:
    """Return the numbers that were added and can be read."""
    query = f"SELECT ?n {{ GRAPH <{GRAPH}> {{ ?s <urn:x:p> ?n }} }}"
    address = f"/sparql?{urlencode({'query': query})}"
    connection.request("GET", address, headers={"Accept": "application/json"})
    rows = json.loads(connection.getresponse().read())["results"]["bindings"]
    return {int(row["n"]["value"]) for row in rows}


def visible(workdir: Path, loaded: Loaded, updates: int = 200) -> list[Finding]:
    """Add one triple after the other; another client reads each as soon as it may."""
    place = _copy(workdir, loaded)
    took: list[float] = []
    with running(Writing, workdir, replace(loaded, directory=str(place))) as ours:
        writes, reads = _connection(ours), _connection(ours)
        update(writes, 0)
        for number in range(1, updates + 1):
            started = time.monotonic()
            done = update(writes, number)
            query = f"ASK {{ GRAPH <{GRAPH}> {{ <urn:x:s{number}> <urn:x:p> ?n }} }}"
            reads.request("GET", f"/sparql?{urlencode({'query': query, 'format': 'csv'})}")
            seen = b"true" in reads.getresponse().read()
            took.append((time.monotonic() - started) * 1000 if done and seen else float("inf"))
        writes.close()
        reads.close()
    shutil.rmtree(place, ignore_errors=True)
    most = 50 if loaded.size <= _SMALL_QUADS else 200
    p95 = round(quantiles(took, n=20)[18], 1)
    return [
        Finding("an update is read by another client after, median ms", round(median(took), 1),
                "-", True),
        Finding("an update is read by another client after, p95 ms", p95, f"≤ {most}", p95 <= most),
    ]  # fmt: skip


def killed_writer(
    workdir: Path, loaded: Loaded, updates: int = 1000, kills: int = 100
) -> list[Finding]:
    """Add triples while the writer is killed at random; each tenth time the whole service is."""
    place = _copy(workdir, loaded)
    acknowledged: set[int] = set()
    killed = starts = 0
    chance = random.Random(7)
    number = 0
    while number < updates or killed < kills:
        with running(Writing, workdir, replace(loaded, directory=str(place))) as ours:
            starts += 1
            done: list[int] = []
            killer = threading.Thread(target=_kill, args=(ours, chance, min(10, kills), done))
            killer.start()
            connection = _connection(ours)
            until = number + max(1, updates * 10 // max(kills, 10))
            while killer.is_alive() or number < until:
                number += 1
                try:
                    if update(connection, number):
                        acknowledged.add(number)
                except (OSError, HTTPException):
                    connection.close()
            connection.close()
            killer.join()
            killed += len(done)
            ours.kill()
    with (
        running(Writing, workdir, replace(loaded, directory=str(place))) as ours,
        closing(_connection(ours)) as connection,
    ):
        there = numbers_there(connection)
    shutil.rmtree(place, ignore_errors=True)
    lost = acknowledged - there
    return [
        Finding(f"updates acknowledged of {number}", len(acknowledged), "> 0", bool(acknowledged)),
        Finding("times the writer was killed", killed, str(kills), killed >= kills),
        Finding("times the service opened its store", starts + 1, str(starts + 1), True),
        Finding("acknowledged updates lost", len(lost), "0", not lost),
    ]


def _kill(ours: Writing, chance: random.Random, times: int, done: list[int]) -> None:
    for _ in range(times):
        time.sleep(chance.uniform(0.02, 0.4))
        ends = time.monotonic() + _RESTART_S
        while (pid := ours.writer) is None and time.monotonic() < ends:
            time.sleep(0.02)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                done.append(pid)


def _connection(ours: Ours) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", ours.port, timeout=60)


def _copy(workdir: Path, loaded: Loaded) -> Path:
    place = workdir / f"writing-{loaded.size}"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(loaded.path, place, symlinks=True)
    return place
