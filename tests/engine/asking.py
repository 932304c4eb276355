"""What the engine's tests ask, and how long it takes."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from pathlib import Path

from erqi_kg.engine.interface import Engine, QueryRequest

CSV = "text/csv"
POINT = "SELECT ?o { <http://x/s7> <http://x/p> ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?c) { ?a ?b ?c1 . ?d ?e ?f . ?g ?h ?i }"
BOMB = "SELECT (COUNT(*) AS ?c) { SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }"


def rows(engine: Engine, text: str, **request: object) -> list[list[str]]:
    """The solutions of a query, sorted, without the header."""
    body = engine.answer(QueryRequest(text, CSV, **request)).read().decode()
    return sorted(list(csv.reader(io.StringIO(body)))[1:])


def seconds(action: Callable[[], object]) -> float:
    started = time.monotonic()
    action()
    return time.monotonic() - started


def wait_until(condition: Callable[[], bool], within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
