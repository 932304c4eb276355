"""Let a bounded number of queries in at once: a turn for each client, in the order they came."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field

from erqi_kg.engine.interface import IsWanted
from erqi_kg.errors import Overloaded, QueryAbandoned, ServiceError, TooManyQueries

_LOOK_S = 0.5


@dataclass(eq=False)
class _Turn:
    client: str
    called: threading.Event = field(default_factory=threading.Event)
    is_displaced: bool = False


class _Stay:
    """Inside for a block; a generator would take longer than all the rest."""

    def __init__(self, turnstile: Turnstile, client: str, is_wanted: IsWanted | None) -> None:
        self._turnstile = turnstile
        self._client = client
        self._is_wanted = is_wanted

    def __enter__(self) -> None:
        self._turnstile.enter(self._client, self._is_wanted)

    def __exit__(self, *error: object) -> None:
        self._turnstile.leave(self._client)


class Turnstile:
    """A semaphore with a bounded queue that is fair to clients; thread-safe.

    Who leaves lets in the client that has the fewest inside; among these the one that came first.

    Args:
        slots: how many may be inside at once.
        queue: how many may wait.
        wait_s: how long each may wait.
        reserved: how many more may be inside of clients that have nobody inside.
        of_one: how many one client may have inside and waiting; "" is nobody's, and has no bound.
    """

    def __init__(
        self, slots: int, queue: int, wait_s: float, *, reserved: int = 0, of_one: int = 1_000_000
    ) -> None:
        self._lock = threading.Lock()
        self._slots = slots
        self._queue = queue
        self._wait_s = wait_s
        self._reserved = reserved
        self._of_one = of_one
        self._inside: Counter[str] = Counter()
        self._waiting: deque[_Turn] = deque()

    @property
    def inside(self) -> int:
        """Return how many are inside."""
        return self._inside.total()

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def entered(self, client: str = "", is_wanted: IsWanted | None = None) -> _Stay:
        """Return a context manager that enters and leaves.

        Args:
            client: who enters.
            is_wanted: says whether there is still a reason to; asked every 0.5 s.

        Raises:
            QueryAbandoned: on entering, when there is none any more.
            TooManyQueries: the client has too many inside and waiting.
            Overloaded: the queue is full, or the wait was too long.
        """
        return _Stay(self, client, is_wanted)

    def enter(self, client: str, is_wanted: IsWanted | None) -> None:
        """Wait for a turn; see `entered`."""
        with self._lock:
            if not self._waiting and self._has_room(client):
                self._inside[client] += 1
                return
            turn = self._queued(client)
        left = self._wait_for(turn, is_wanted)
        with self._lock:
            if turn.is_displaced:
                raise self._full()
            if turn.called.is_set():
                return
            self._waiting.remove(turn)
        if left:
            raise QueryAbandoned("The client has left.")
        raise Overloaded(
            f"No executor became free within {self._wait_s:g} seconds; ask again shortly."
        )

    def _wait_for(self, turn: _Turn, is_wanted: IsWanted | None) -> bool:
        """Wait until a turn is called or time is up; say whether nobody wants it any more."""
        ends = time.monotonic() + self._wait_s
        while (rest := ends - time.monotonic()) > 0:
            if turn.called.wait(min(rest, _LOOK_S)):
                return False
            if is_wanted is not None and not is_wanted():
                return True
        return False

    def _has_room(self, client: str) -> bool:
        inside = self._inside.total()
        room = self._slots if self._inside[client] else self._slots + self._reserved
        return inside < room

    def _queued(self, client: str) -> _Turn:
        waiting = Counter(turn.client for turn in self._waiting)
        if client and self._inside[client] + waiting[client] >= self._of_one:
            raise TooManyQueries(
                f"This client has {self._of_one} queries here at once already; "
                "wait for some of them.",
                headers={"Retry-After": "1"},
            )
        turn = _Turn(client)
        if self._has_room(client):  # those who wait have somebody inside
            self._inside[client] += 1
            turn.called.set()
            return turn
        if len(self._waiting) >= self._queue:
            self._make_place(client, waiting)
        self._waiting.append(turn)
        return turn

    def _make_place(self, client: str, waiting: Counter[str]) -> None:
        """Send away the youngest of the client that waits most, if it waits more than this one."""
        greedy, most = waiting.most_common(1)[0] if waiting else (client, 0)
        if most <= waiting[client] + 1:
            raise self._full()
        displaced = next(turn for turn in reversed(self._waiting) if turn.client == greedy)
        self._waiting.remove(displaced)
        displaced.is_displaced = True
        displaced.called.set()

    def _full(self) -> ServiceError:
        return Overloaded(
            f"All {self._slots} executors are busy and {self._queue} queries wait; "
            "ask again shortly."
        )

    def leave(self, client: str) -> None:
        """Let in whose turn it is."""
        with self._lock:
            self._inside[client] -= 1
            if not self._inside[client]:
                del self._inside[client]
            while self._waiting:
                turn = min(self._waiting, key=lambda one: self._inside[one.client])
                if not self._has_room(turn.client):
                    return
                self._waiting.remove(turn)
                self._inside[turn.client] += 1
                turn.called.set()
