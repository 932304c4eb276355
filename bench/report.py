"""Print a measurement as tables, and store it as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.comparison import Load, Result
from bench.mix import KINDS
from bench.pages import PageResult

GOALS: dict[str, dict[str, float]] = {
    "oxigraph-disk": {"point": 1, "join": 3, "group": 4, "rows": 3, "repeated": 2.5},
    "rdflib-endpoint": {"point": 2, "join": 10, "group": 30},
}
_AHEAD = ("virtuoso", "fuseki")
"""Peers to be ahead of on every kind."""


@dataclass
class PeerFacts:
    """A peer as it was measured, or why it was not."""

    name: str
    about: str
    version: str = ""
    load_s: float | None = None
    memory_mb: int | None = None
    missing: str = ""


@dataclass
class Report:
    """One measurement."""

    when: str
    machine: dict[str, object]
    load: Load
    data: dict[str, object]
    peers: list[PeerFacts] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    pages: list[PageResult] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Store the measurement as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")

    def add_missing(self, stored: str) -> None:
        """Take over what an earlier measurement of the same data holds and this one does not.

        Raises:
            ValueError: it is of other data.
        """
        earlier = json.loads(stored)
        for name in ("size", "seed", "quads", "triples"):
            if earlier["data"][name] != self.data[name]:
                raise ValueError(f"the stored measurement is of other data: {name} differs")
        measured = {(result.kind, result.peer) for result in self.results}
        results = [Result(**one) for one in earlier["results"]]
        kept = [one for one in results if (one.kind, one.peer) not in measured]
        self.results = sorted([*kept, *self.results], key=_place)
        names = {peer.name for peer in self.peers}
        peers = [PeerFacts(**one) for one in earlier["peers"]]
        self.peers = [*(one for one in peers if one.name not in names), *self.peers]
        self.pages = self.pages or [PageResult(**one) for one in earlier["pages"]]

    def to_markdown(self) -> str:
        """Return the tables as they stand in the docs."""
        parts = [self._ratios(), self._rates()]
        if self.pages:
            parts.append(self._pages())
        return "\n\n".join([*parts, self._notes()]) + "\n"

    def _table(self, title: str, cell: str) -> str:
        peers = list(dict.fromkeys(result.peer for result in self.results))
        kinds = list(dict.fromkeys(result.kind for result in self.results))
        rows = [[title, *peers], ["---"] * (len(peers) + 1)]
        found = {(result.kind, result.peer): result for result in self.results}
        for kind in kinds:
            cells = [_CELLS[cell](found.get((kind, peer))) for peer in peers]
            rows.append([kind, *cells])
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _ratios(self) -> str:
        return self._table("requests/s of ours ÷ theirs", "ratio")

    def _rates(self) -> str:
        return self._table("requests/s, ours : theirs", "rate")

    def _pages(self) -> str:
        rows = ["| page | requests/s | alone, ms | alone, p95 ms |", "| --- | --- | --- | --- |"]
        rows += [
            f"| {one.name} | {one.rate:g} | {one.alone_ms:g} | {one.alone_p95_ms:g} {one.trouble}|"
            for one in self.pages
        ]
        return "\n".join(rows)

    def _notes(self) -> str:
        lines = []
        for peer in self.peers:
            if peer.missing:
                lines.append(f"- {peer.name} was not measured: {peer.missing}")
        for result in self.results:
            if result.trouble:
                lines.append(f"- {result.kind} on {result.peer}: {result.trouble}")
        missed = [
            f"{result.kind} against {result.peer} {result.ratio:g} (goal {goal:g})"
            for result in self.results
            if (goal := goal_of(result)) and 0 < result.ratio < goal
        ]
        lines.append(f"- goals not reached: {'; '.join(missed) or 'none'}")
        return "\n".join(lines)


def _place(result: Result) -> int:
    return list(KINDS).index(result.kind)


def goal_of(result: Result) -> float | None:
    """Return the ratio to reach, if there is one."""
    if result.peer in _AHEAD:
        return 1.0
    return GOALS.get(result.peer, {}).get(result.kind)


def _ratio(result: Result | None) -> str:
    if result is None or not result.ratio:
        return "–"
    goal = goal_of(result)
    return f"{result.ratio:.2f}" + (f" (≥ {goal:g})" if goal else "")


def _rate(result: Result | None) -> str:
    if result is None or not result.ratio:
        return "–"
    return f"{_short(result.ours_rate)} : {_short(result.peer_rate)}"


def _short(rate: float) -> str:
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.2g}"


_CELLS = {"ratio": _ratio, "rate": _rate}


def names_of(text: str, known: Sequence[str]) -> list[str]:
    """Return the names of a comma-separated list.

    Raises:
        ValueError: one is unknown.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    return names
