"""Let each client do something so often in an hour, and no more."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from erqi_kg.errors import TooManyQueries

_HOUR_S = 3600.0
_MOST_CLIENTS = 10_000


class HourlyBudget:
    """Counts what clients did in the last hour; thread-safe.

    Args:
        clock: seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._done: OrderedDict[str, deque[float]] = OrderedDict()

    def spend(self, client: str, most: int) -> None:
        """Count one more of a client.

        Raises:
            TooManyQueries: it did so many already in the last hour; says when the next may come.
        """
        now = self._clock()
        with self._lock:
            done = self._done.setdefault(client, deque())
            self._done.move_to_end(client)
            while done and done[0] <= now - _HOUR_S:
                done.popleft()
            if len(done) >= most:
                wait_s = int(done[0] + _HOUR_S - now) + 1
                raise TooManyQueries(
                    f"{most} answers were cited in the last hour; the next in {wait_s} seconds.",
                    headers={"Retry-After": str(wait_s)},
                )
            done.append(now)
            while len(self._done) > _MOST_CLIENTS:
                self._done.popitem(last=False)
