"""Let a bounded number of queries in at once, in the order they came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from erqi_kg.errors import Overloaded


class Turnstile:
    """A fair semaphore with a bounded queue.

    Args:
        slots: how many may be inside at once.
        queue: how many may wait.
        wait_s: how long each may wait.
    """

    def __init__(self, slots: int, queue: int, wait_s: float) -> None:
        self._lock = threading.Lock()
        self._free = slots
        self._slots = slots
        self._queue = queue
        self._wait_s = wait_s
        self._waiting: deque[threading.Event] = deque()

    @property
    def inside(self) -> int:
        """Return how many are inside."""
        return self._slots - self._free

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Stay inside for the block.

        Raises:
            Overloaded: the queue is full, or the wait was too long.
        """
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._lock:
            if self._free and not self._waiting:
                self._free -= 1
                return
            if len(self._waiting) >= self._queue:
                raise Overloaded(
                    f"All {self._slots} executors are busy and {self._queue} queries wait; "
                    "ask again shortly."
                )
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(self._wait_s):
            return
        with self._lock:
            if turn.is_set():
                return
            self._waiting.remove(turn)
        raise Overloaded(
            f"No executor became free within {self._wait_s:g} seconds; ask again shortly."
        )

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
