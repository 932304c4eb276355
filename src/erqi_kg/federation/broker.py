"""The broker: the one process of the service that asks other endpoints.

`python -m erqi_kg.federation.broker SOCKET`, the settings in the environment; standard input is
the lifeline to the keeper. Each request is made by a forked process of its own, which the kernel
bounds, so that whatever an endpoint sends harms that request only.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from erqi_kg.engine.frames import FrameError, receive_frame, send_frame
from erqi_kg.engine.lifeline import tie_to
from erqi_kg.engine.limits import bound_memory, end_after
from erqi_kg.federation.budget import HostBudget
from erqi_kg.federation.caller import CallError, Found, Wish, call
from erqi_kg.federation.remembered import Memory, Remembered
from erqi_kg.settings import Settings
from erqi_kg.settings.federating import AllowedEndpoint, allowed_endpoints

_TALK_S = 5.0
_TICK_S = 0.05
_IDLE_S = 1.0
_BACKLOG = 128
_LEAST_MEMORY_MB = 256
_MEMORY_FACTOR = 16
"""An answer of one MiB may take so many while it is read."""
_PATIENCE_S = 0.05


@dataclass(eq=False)
class Request:
    """What somebody waits for."""

    asker: socket.socket
    wish: Wish
    until: float
    begun: float
    was_asked: bool = False
    """The endpoint has asked once to wait."""

    @property
    def key(self) -> tuple[str, ...]:
        """Return what its answer depends on."""
        return (self.wish.endpoint, self.wish.query, *self.wish.variables)


@dataclass(eq=False)
class Running:
    """A request that a process of its own makes."""

    request: Request
    pid: int
    answers: socket.socket
    budget: HostBudget


@dataclass(eq=False)
class Broker:
    """Takes requests of the web processes, one connection each."""

    settings: Settings
    listener: socket.socket
    selector: selectors.BaseSelector
    make_call: Callable[[Wish, Settings], Found] = call
    waiting: list[Request] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)
    budgets: dict[str, HostBudget] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = self.settings
        self.memory = Memory(settings.service_cache_mb * 1024 * 1024, settings.service_cache_s)
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)

    def serve(self) -> None:
        """Serve until killed."""
        while True:
            self.turn()

    def turn(self) -> None:
        """Do what there is to do, and wait a moment for more."""
        wait_s = _TICK_S if self.waiting or self.running else _IDLE_S
        for key, _ in self.selector.select(wait_s):
            act: Callable[[], None] = key.data
            if self.selector.get_map().get(key.fd) is key:  # another's turn may have closed it
                act()
        self._end_late()
        self._begin()

    def _accept(self) -> None:
        asker, _ = self.listener.accept()
        try:
            frame = receive_frame(asker, time.monotonic() + _TALK_S)
        except (FrameError, TimeoutError):
            frame = None
        if frame is None:
            asker.close()
            return
        members = frame.header
        wish = Wish(**(members | {"variables": tuple(members["variables"])}))
        now = time.monotonic()
        request = Request(asker, wish, now + wish.seconds, now)
        kept = self.memory.find(request.key, now)
        if kept is not None and kept.found.rows <= wish.rows:
            self._reply_found(request, kept.found, kept)
            return
        self.selector.register(asker, selectors.EVENT_READ, lambda: self._leave(request))
        self.waiting.append(request)

    def _leave(self, request: Request) -> None:
        """End what nobody waits for any more."""
        self._forget(request)
        request.asker.close()
        self.waiting = [one for one in self.waiting if one is not request]
        for running in [one for one in self.running if one.request is request]:
            self._stop(running)

    def _begin(self) -> None:
        now = time.monotonic()
        for request in list(self.waiting):
            endpoint = self._endpoint(request.wish.endpoint)
            if endpoint is None:
                self._fail(request, "the operator does not allow it")
                continue
            budget = self._budget(endpoint)
            begins = budget.next_at(now)
            if begins is not None and begins <= now:
                self.waiting.remove(request)
                self._fork(request, budget)
            elif begins is not None and begins > request.until:
                self._fail(request, *self._why_not(endpoint, begins - now, budget, now))

    def _why_not(
        self, endpoint: AllowedEndpoint, wait_s: float, budget: HostBudget, now: float
    ) -> tuple[str, bool, float]:
        if budget.rests_until > now:
            return f"{endpoint.host} asks to be left alone for {wait_s:.0f} s", False, wait_s
        most = self.settings.service_per_minute
        return f"{endpoint.host} is asked at most {most} times a minute", False, wait_s

    def _fork(self, request: Request, budget: HostBudget) -> None:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._become_caller(request, theirs)
        theirs.close()
        budget.begin(time.monotonic())
        running = Running(request, pid, ours, budget)
        self.running.append(running)
        self.selector.register(ours, selectors.EVENT_READ, lambda: self._hear(running))

    def _become_caller(self, request: Request, connection: socket.socket) -> None:
        code = 1
        try:
            rest_s = max(_PATIENCE_S, request.until - time.monotonic())
            end_after(rest_s + _PATIENCE_S)
            bound_memory(_LEAST_MEMORY_MB + _MEMORY_FACTOR * self.settings.service_mb)
            wish = Wish(**(asdict(request.wish) | {"seconds": rest_s}))
            try:
                found = asdict(self.make_call(wish, self.settings))
                lines = found.pop("lines")
                send_frame(connection, found, lines.encode())
            except CallError as error:
                send_frame(connection, vars(error))
            code = 0
        finally:
            os._exit(code)

    def _hear(self, running: Running) -> None:
        """Take what the process of a request says."""
        try:
            frame = receive_frame(running.answers, time.monotonic() + _TALK_S)
        except (FrameError, TimeoutError):
            frame = None
        self._stop(running)
        request, now = running.request, time.monotonic()
        if frame is None:
            is_late = now >= request.until
            self._fail(request, _LATE if is_late else "its answer could not be read", is_late)
        elif "detail" in frame.header:
            self._hear_failure(running, **frame.header)
        else:
            found = Found(lines=frame.body.decode(), **frame.header)
            self.memory.keep(request.key, found, now)
            self._forget(request)
            self._reply_found(request, found)

    def _hear_failure(self, running: Running, detail: str, is_late: bool, wait_s: float) -> None:
        request, now = running.request, time.monotonic()
        if wait_s:
            running.budget.rest(now + wait_s)
            if now + wait_s < request.until and not request.was_asked:
                request.was_asked = True
                self.waiting.append(request)
                return
            detail += f" {wait_s:.0f} s"
        self._fail(request, detail, is_late, wait_s)

    def _end_late(self) -> None:
        now = time.monotonic()
        for running in [one for one in self.running if one.request.until + _PATIENCE_S < now]:
            self._stop(running)
            self._fail(running.request, _LATE, is_late=True)
        for request in [one for one in self.waiting if one.until < now]:
            self._fail(request, "its turn did not come in time", is_late=True)

    def _stop(self, running: Running) -> None:
        self.running.remove(running)
        self.selector.unregister(running.answers)
        running.answers.close()
        running.budget.end()
        os.kill(running.pid, 9)
        os.waitpid(running.pid, 0)

    def _fail(
        self, request: Request, detail: str, is_late: bool = False, wait_s: float = 0.0
    ) -> None:
        self.waiting = [one for one in self.waiting if one is not request]
        self._forget(request)
        self._reply(request, {"detail": detail, "is_late": is_late, "wait_s": wait_s})

    def _reply_found(self, request: Request, found: Found, kept: Remembered | None = None) -> None:
        now = time.monotonic()
        header = {
            "rows": found.rows,
            "date": found.date,
            "age_s": kept.age_s(now) if kept else found.age_s,
            "cached": kept is not None,
            "ms": round((now - request.begun) * 1000),
        }
        self._reply(request, header, found.lines.encode())

    def _reply(self, request: Request, header: dict[str, Any], body: bytes = b"") -> None:
        with request.asker:
            request.asker.settimeout(_TALK_S)
            try:
                send_frame(request.asker, header, body)
            except FrameError:
                return

    def _forget(self, request: Request) -> None:
        if self.selector.get_map().get(request.asker.fileno()) is not None:
            self.selector.unregister(request.asker)

    def _endpoint(self, iri: str) -> AllowedEndpoint | None:
        allowed = allowed_endpoints(self.settings.service_allow)
        return next((one for one in allowed if one.iri == iri), None)

    def _budget(self, endpoint: AllowedEndpoint) -> HostBudget:
        settings = self.settings
        return self.budgets.setdefault(
            endpoint.host.lower(),
            HostBudget(settings.service_concurrency, settings.service_per_minute),
        )


_LATE = "it did not answer in time"


def main(arguments: list[str]) -> int:
    """Serve until standard input ends."""
    tie_to(sys.stdin.fileno())
    path = Path(arguments[0])
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen(_BACKLOG)
        with selectors.DefaultSelector() as selector:
            Broker(Settings.load(), listener, selector).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
