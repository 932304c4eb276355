"""The executors of one web process: spares kept ready, the current release noticed."""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path

from erqi_kg.engine.executor import ExecutorLimits
from erqi_kg.engine.handle import Executor, fork_executor
from erqi_kg.engine.runtime import RuntimeDirectory, Served
from erqi_kg.errors import EngineUnavailable
from erqi_kg.storedir import Release

_TICK_S = 0.5
_PATIENCE_S = 10.0
"""How long a query waits while a zygote is replaced."""
_RETRY_S = 0.05


class Pool:
    """Gives out executors of the current release; thread-safe.

    Args:
        runtime: where the keeper says which zygote serves.
        limits: of each executor.
        ready: how many executors are kept, busy and idle together.
    """

    def __init__(self, runtime: RuntimeDirectory, limits: ExecutorLimits, ready: int) -> None:
        self.runtime = runtime
        self.limits = limits
        self._ready = ready
        self._lock = threading.Lock()
        self._idle: deque[Executor] = deque()
        self._busy: set[Executor] = set()
        self._turn = runtime.turn()
        self._seen = b""
        self._served: Served | None = None
        self._release: Release | None = None
        self._wanted = threading.Event()
        self._closed = False
        self._keeper = threading.Thread(target=self._keep_ready, name="spares", daemon=True)
        self._keeper.start()
        self._wanted.set()

    @property
    def is_closed(self) -> bool:
        """Say whether the pool was closed."""
        return self._closed

    @property
    def idle(self) -> int:
        """Return how many executors are ready."""
        return len(self._idle)

    @property
    def busy(self) -> int:
        """Return how many executors work."""
        return len(self._busy)

    def served(self) -> Served:
        """Return the zygote that serves now.

        Raises:
            EngineUnavailable: none does yet.
        """
        if self._closed:
            raise EngineUnavailable("The service is stopping.")
        seen = self._turn[:]
        served = self._served
        if seen == self._seen and served is not None:
            return served
        with self._lock:
            if seen != self._seen or self._served is None:
                self._served = self.runtime.current()
                self._seen = seen
                self._drop_outdated()
            if self._served is None:
                raise EngineUnavailable("No release is loaded yet; ask again shortly.")
            return self._served

    def release(self) -> Release:
        """Return the release that is served now.

        Raises:
            EngineUnavailable: none is yet.
        """
        served = self.served()
        release = self._release
        if release is None or release.manifest.release != served.release:
            release = Release.read(Path(served.path))
        if release.commit != served.commit or release is not self._release:
            release = self._release = release.at_commit(served.commit, served.committed)
        return release

    def take(self, *, fresh: bool = False) -> Executor:
        """Return an idle executor of the current release, or fork one.

        Args:
            fresh: fork one even if others are idle.

        Raises:
            EngineUnavailable: none can be had.
        """
        served = self.served()
        with self._lock:
            while self._idle and not fresh:
                executor = self._idle.popleft()
                if executor.served.socket == served.socket:
                    executor.served = served
                    self._busy.add(executor)
                    return executor
                executor.end()
        executor = self._fork()
        with self._lock:
            self._busy.add(executor)
        return executor

    def give_back(self, executor: Executor, *, reusable: bool) -> None:
        """Take back an executor after a query; end it unless it is reusable."""
        with self._lock:
            self._busy.discard(executor)
            outdated = self._served is None or executor.served.socket != self._served.socket
            if reusable and not outdated and not self._closed:
                self._idle.appendleft(executor)
                return
        executor.end()
        self._wanted.set()

    def close(self) -> None:
        """End all executors; queries that run end without an answer."""
        with self._lock:
            self._closed = True
            for executor in self._busy:
                executor.kill()
        self._wanted.set()
        self._keeper.join()
        with self._lock:
            while self._idle:
                self._idle.popleft().end()

    def _fork(self) -> Executor:
        patience = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return fork_executor(self.served(), self.limits)
            except EngineUnavailable:
                if time.monotonic() > patience or self._closed:
                    raise
                time.sleep(_RETRY_S)

    def _keep_ready(self) -> None:
        while not self._closed:
            self._wanted.wait(_TICK_S)
            self._wanted.clear()
            try:
                served = self.served()
                while self._is_short() and not self._closed:
                    executor = fork_executor(served, self.limits)
                    with self._lock:
                        self._idle.append(executor)
                    self._drop_surplus()
            except EngineUnavailable:
                continue

    def _is_short(self) -> bool:
        with self._lock:
            for executor in [one for one in self._idle if not one.is_alive()]:
                self._idle.remove(executor)
                executor.end()
            return len(self._idle) + len(self._busy) < self._ready

    def _drop_surplus(self) -> None:
        with self._lock:
            while self._idle and len(self._idle) + len(self._busy) > self._ready:
                self._idle.pop().end()

    def _drop_outdated(self) -> None:
        socket = self._served.socket if self._served else ""
        for executor in [one for one in self._idle if one.served.socket != socket]:
            self._idle.remove(executor)
            executor.end()
