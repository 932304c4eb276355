"""Measure what only this service has: its pages as a browser gets them, and bare requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from urllib.parse import quote

from bench.arithmetic import percentile
from bench.comparison import Load
from bench.driver import drive, numbering
from bench.generator import LETTERS, Layout
from bench.peers import Peer


@dataclass(frozen=True)
class PageResult:
    """One kind of page under load, and asked by one client alone."""

    name: str
    rate: float
    alone_ms: float
    alone_p95_ms: float
    trouble: str = ""


def page_targets(layout: Layout) -> dict[str, Callable[[int], list[str]]]:
    """Return what is asked of each kind of page, by a number that makes it a new address."""

    def division(number: int) -> list[str]:
        code = layout.county(number * 31 % layout.counties)
        return [f"/doc/division/{code}.html?n={number}"]

    def observation(number: int) -> list[str]:
        found = layout.observation(number * 31 % layout.counties, 2009 + number % 10, "gdp")
        return [f"/doc/{found}.html?n={number}"]

    def search(number: int) -> list[str]:
        words = LETTERS[number % 30] + LETTERS[number * 7 // 30 % 30]
        return [f"/search?q={quote(words)}&n={number}"]

    return {
        "health": lambda number: ["/healthz"],
        "division page": division,
        "observation page": observation,
        "search page": search,
    }


def measure_pages(ours: Peer, load: Load) -> Iterator[PageResult]:
    """Yield the rate with all clients, and the latency one client sees alone."""
    for name, make in page_targets(ours.loaded.layout).items():
        numbers = numbering()
        busy = drive(
            ours.port, make, numbers, seconds=load.seconds, clients=load.clients, accept="text/html"
        )
        alone = drive(ours.port, make, numbers, seconds=load.seconds, clients=1, accept="text/html")
        errors = [*busy.errors, *alone.errors]
        if errors:
            yield PageResult(name, 0, 0, 0, errors[0][:200])
            continue
        yield PageResult(
            name,
            round(busy.rate, 1),
            round(median(alone.latencies_s) * 1000, 2),
            round(percentile(alone.latencies_s, 0.95) * 1000, 2),
        )
