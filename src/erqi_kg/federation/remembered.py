"""Keep other endpoints' answers for a while, with the dates they gave them (RFC 9111)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from erqi_kg.federation.caller import Found

_OVERHEAD_BYTES = 500


@dataclass(frozen=True)
class Remembered:
    """An answer, and when it came."""

    found: Found
    came_at: float
    """On the monotonic clock."""
    until: float

    def age_s(self, now: float) -> float:
        """Return how old it is, as the endpoint and we count."""
        return self.found.age_s + now - self.came_at


class Memory:
    """Answers by endpoint and query; the one used least recently goes first.

    Args:
        most_bytes: of all together.
        default_s: how long one is kept whose endpoint does not say.
    """

    def __init__(self, most_bytes: int, default_s: float) -> None:
        self.most_bytes = most_bytes
        self.default_s = default_s
        self.bytes = 0
        self._kept: OrderedDict[tuple[str, ...], tuple[Remembered, int]] = OrderedDict()

    def find(self, key: tuple[str, ...], now: float) -> Remembered | None:
        """Return a kept answer that is fresh."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept[0].until <= now:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return kept[0]

    def keep(self, key: tuple[str, ...], found: Found, now: float) -> None:
        """Keep an answer as long as its endpoint lets it."""
        fresh_s = self.default_s if found.fresh_s is None else found.fresh_s
        size = 2 * len(found.lines) + sum(map(len, key)) + _OVERHEAD_BYTES
        if fresh_s <= 0 or size > self.most_bytes // 4:
            return
        if key in self._kept:
            self._drop(key)
        self._kept[key] = (Remembered(found, now, now + fresh_s), size)
        self.bytes += size
        while self.bytes > self.most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[str, ...]) -> None:
        self.bytes -= self._kept.pop(key)[1]
