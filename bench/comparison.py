"""Run rounds of load on two servers in turn, kind by kind, and keep medians and ratios."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from statistics import median

from bench.answers import difference
from bench.arithmetic import paired_ratio, percentile
from bench.driver import Round, ServerError, drive, numbering
from bench.mix import KINDS, Kind, targets
from bench.peers import Peer

Say = Callable[[str], None]


@dataclass(frozen=True)
class Load:
    """How a server is loaded."""

    rounds: int = 3
    seconds: float = 0.8
    clients: int = 4
    warm_s: float = 0.3
    """Of load before the first round, on both servers, not counted."""
    pause_s: float = 1.0
    """Between kinds: others may work on this machine."""


@dataclass
class Result:
    """One kind of request on two servers."""

    kind: str
    peer: str
    ours_rate: float = 0.0
    peer_rate: float = 0.0
    ratio: float = 0.0
    ours_ms: float = 0.0
    peer_ms: float = 0.0
    ours_p95_ms: float = 0.0
    peer_p95_ms: float = 0.0
    ratios: list[float] = field(default_factory=list)
    """Of the single rounds: how far they spread."""
    trouble: str = ""
    """Why there are no figures, or how the answers differ."""

    @property
    def is_abandoned(self) -> bool:
        """Say whether a server was asked something that nobody waited for to the end."""
        return self.trouble.startswith("TimeoutError")


def compare(ours: Peer, peer: Peer, kinds: Sequence[str], load: Load, say: Say) -> Iterator[Result]:
    """Yield one result a kind; a kind that fails names its trouble."""
    for name in kinds:
        result = _one(ours, peer, KINDS[name], load)
        say(
            f"  {name:10} {result.ours_rate:8.1f}/s {result.peer_rate:8.1f}/s "
            f"x{result.ratio:7.2f}  {result.trouble}"
        )
        yield result
        time.sleep(load.pause_s)


def _one(ours: Peer, peer: Peer, kind: Kind, load: Load) -> Result:
    result = Result(kind.name, peer.name)
    try:
        result.trouble = difference(ours, peer, kind, ours.loaded.layout)
    except (ServerError, OSError, TimeoutError, ValueError) as error:
        result.trouble = f"{type(error).__name__}: {str(error) or 'no answer in time'}"[:200]
        return result
    numbers = numbering()
    for server in (peer, ours):
        _round(server, kind, numbers, load, load.warm_s)
    pairs = []
    for turn in range(load.rounds):
        order = (ours, peer) if turn % 2 == 0 else (peer, ours)
        done = {server.name: _round(server, kind, numbers, load, load.seconds) for server in order}
        pairs.append((done[ours.name], done[peer.name]))
        failed = [error for one in pairs[-1] for error in one.errors]
        if failed:
            result.trouble = failed[0][:200]
            return result
    _fill(result, [mine for mine, _ in pairs], [other for _, other in pairs])
    return result


def _round(server: Peer, kind: Kind, numbers: Iterator[int], load: Load, seconds: float) -> Round:
    layout = server.loaded.layout

    def make(number: int) -> list[str]:
        return targets(kind, layout, number, server.path, server.extra)

    return drive(server.port, make, numbers, seconds=seconds, clients=load.clients)


def _fill(result: Result, ours: Sequence[Round], theirs: Sequence[Round]) -> None:
    mine, other = [one.rate for one in ours], [one.rate for one in theirs]
    result.ours_rate, result.peer_rate = round(median(mine), 1), round(median(other), 1)
    result.ratio = round(paired_ratio(mine, other), 2)
    result.ratios = [round(a / b, 2) for a, b in zip(mine, other, strict=True)]
    latencies = list(chain.from_iterable(one.latencies_s for one in ours))
    result.ours_ms = round(median(latencies) * 1000, 2)
    result.ours_p95_ms = round(percentile(latencies, 0.95) * 1000, 2)
    latencies = list(chain.from_iterable(one.latencies_s for one in theirs))
    result.peer_ms = round(median(latencies) * 1000, 2)
    result.peer_p95_ms = round(percentile(latencies, 0.95) * 1000, 2)
