"""How latency grows with the data: the same requests on a hundredth of it, in either residence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from bench.driver import JSON_RESULTS, drive, numbering
from bench.findings import Finding, running
from bench.generator import Layout
from bench.mix import KINDS, targets
from bench.pages import page_targets
from bench.peers import Ours, OursOnDisk
from bench.releases import Loaded, load

_PROJECT = Path(__file__).resolve().parents[1]
_ROUNDS = 5
_SECONDS = 1.0
_FACTOR = 100
_LEAST = 20_000


class OursLarge(Ours):
    """The service with memory for any of the sizes."""

    resident_mb = 16_384


def growth(workdir: Path, loaded: Loaded, rounds: int = _ROUNDS) -> list[Finding]:
    """Ask point queries and pages, one client alone, of both sizes in turn."""
    small = load(_PROJECT, workdir, max(_LEAST, loaded.size // _FACTOR), loaded.seed)
    findings = []
    for kind, where in ((OursLarge, "memory"), (OursOnDisk, "disk")):
        with running(kind, workdir, small) as few, running(kind, workdir, loaded) as many:
            for about, accept, makes in _requests(small, loaded):
                latencies = _latencies((few, many), makes, accept, rounds)
                findings += _findings(f"{about}, {where}", small, loaded, latencies)
    return findings


def _requests(
    small: Loaded, large: Loaded
) -> list[tuple[str, str, list[Callable[[int], list[str]]]]]:
    point = [
        partial(
            lambda layout, number: targets(KINDS["point"], layout, number, "/sparql"), one.layout
        )
        for one in (small, large)
    ]
    page = [page_targets(one.layout)["division page"] for one in (small, large)]
    return [("point query", JSON_RESULTS, point), ("division's page", "text/html", page)]


def _point(layout: Layout, number: int) -> list[str]:
    return targets(KINDS["point"], layout, number, "/sparql")


def _latencies(
    services: tuple[Ours, Ours],
    makes: list[Callable[[int], list[str]]],
    accept: str,
    rounds: int,
) -> tuple[float, float]:
    """Return the medians, in milliseconds, of both services asked in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    numbers = numbering()
    for _ in range(rounds):
        for service, make, kept in zip(services, makes, found, strict=True):
            done = drive(service.port, make, numbers, seconds=_SECONDS, clients=1, accept=accept)
            if done.errors:
                raise RuntimeError(done.errors[0])
            kept.append(median(done.latencies_s) * 1000)
    return median(found[0]), median(found[1])


def _findings(
    about: str, small: Loaded, large: Loaded, latencies: tuple[float, float]
) -> list[Finding]:
    few, many = latencies
    grown = round(many / few, 2)
    sizes = f"{small.quads:,} → {large.quads:,} quads"
    return [
        Finding(f"{about}, {sizes}: {few:.2f} → {many:.2f} ms; times", grown, "≤ 1.5", grown <= 1.5)
    ]
