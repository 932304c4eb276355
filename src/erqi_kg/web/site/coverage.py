"""What a source states and how much of it the facts use, as the release counted it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from erqi_kg.storedir import COVERAGE, Release


@dataclass(frozen=True)
class Excused:
    """A number, phrase or name that no fact uses, by its place in the text, and why."""

    start: int
    end: int
    kind: str
    reason: Mapping[str, str]


@dataclass(frozen=True)
class Coverage:
    """Mentions of a source by kind, and those the facts leave out."""

    used: Mapping[str, int] = field(default_factory=dict)
    excused_counts: Mapping[str, int] = field(default_factory=dict)
    excused: tuple[Excused, ...] = ()

    @property
    def total(self) -> int:
        """Return how many mentions the source has."""
        return sum(self.used.values()) + sum(self.excused_counts.values())


def coverage_of(release: Release, source_id: str) -> Coverage | None:
    """Return the coverage of a source, or None where its text was never at hand."""
    path = release.path / COVERAGE
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8")).get(source_id)
    if not found or not found["mentions"]:
        return None
    mentions = found["mentions"]
    return Coverage(
        {kind: counts["used"] for kind, counts in mentions.items()},
        {kind: counts["excused"] for kind, counts in mentions.items()},
        tuple(Excused(**place) for place in found["excused"]),
    )
