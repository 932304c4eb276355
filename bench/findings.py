"""What a scenario found, and the service it plays with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench.peers import Ours
from bench.releases import Loaded

Service = TypeVar("Service", bound=Ours)


@dataclass(frozen=True)
class Finding:
    """One figure of a scenario."""

    about: str
    figure: float
    goal: str
    is_reached: bool

    def __str__(self) -> str:
        reached = "yes" if self.is_reached else "no"
        return f"| {self.about} | {self.figure:g} | {self.goal} | {reached} |"


@contextmanager
def running(kind: type[Service], workdir: Path, loaded: Loaded) -> Iterator[Service]:
    """Yield the service over the data, and end it."""
    ours = kind(workdir, loaded)
    ours.prepare()
    try:
        ours.start()
        yield ours
    finally:
        ours.stop()
