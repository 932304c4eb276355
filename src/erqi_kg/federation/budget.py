"""What one host is asked at most: requests at once and a minute, and never before it said."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

_MINUTE_S = 60.0


@dataclass
class HostBudget:
    """The budget of one host; times are of the monotonic clock."""

    at_once: int
    per_minute: int
    running: int = 0
    rests_until: float = 0.0
    """The host asked to be left alone until then (Retry-After)."""
    begun: deque[float] = field(default_factory=deque)

    def next_at(self, now: float) -> float | None:
        """Return when the next request may begin; None: when one of those that run has ended."""
        while self.begun and self.begun[0] <= now - _MINUTE_S:
            self.begun.popleft()
        if self.running >= self.at_once:
            return None
        free_at = self.begun[0] + _MINUTE_S if len(self.begun) >= self.per_minute else now
        return max(now, free_at, self.rests_until)

    def begin(self, now: float) -> None:
        """Count a request."""
        self.running += 1
        self.begun.append(now)

    def end(self) -> None:
        """Count its end."""
        self.running -= 1

    def rest(self, until: float) -> None:
        """Ask the host nothing until then."""
        self.rests_until = max(self.rests_until, until)
