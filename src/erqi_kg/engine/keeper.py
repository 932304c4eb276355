"""The keeper: starts a zygote for each served release, and watches over them.

`python -m erqi_kg.engine.keeper RUNTIME_DIRECTORY`, the settings in the environment; standard
input is the lifeline to the process that started it.
"""

from __future__ import annotations

import logging
import os
import selectors
import shutil
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from erqi_kg.engine.frames import FrameError, receive_frame, send_frame
from erqi_kg.engine.nursery import StartedBroker, StartedWriter, StartedZygote
from erqi_kg.engine.runtime import Failed, RuntimeDirectory
from erqi_kg.settings import Settings
from erqi_kg.storedir import COPIES, StoreDirectory, commit_of, release_id

_TICK_S = 0.1
_TALK_S = 2.0
_RETRY_S = 30.0
_OLDER_MOST = 2

log = logging.getLogger(__name__)


class Keeper:
    """Keeps one zygote serving the current release, and a few serving older ones."""

    def __init__(self, settings: Settings, runtime: RuntimeDirectory) -> None:
        self.settings = settings
        self.runtime = runtime
        self.directory = StoreDirectory(settings.served_dir)
        self.selector = selectors.DefaultSelector()
        self.serving: StartedZygote | None = None
        self.starting: StartedZygote | None = None
        self.older: dict[str, StartedZygote] = {}
        self.leaving: list[StartedZygote] = []
        self.waiting: dict[str, list[socket.socket]] = {}
        self.writer: StartedWriter | None = None
        self.broker: StartedBroker | None = None
        self.failed_at: dict[str, float] = {}
        self.restarts = 0
        self.started = 0

    def run(self) -> None:
        """Watch until the process that started this one ends."""
        self._remove_old_copies()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(self.runtime.keeper_socket)
            listener.listen()
            self.selector.register(listener, selectors.EVENT_READ, lambda: self._accept(listener))
            self.selector.register(sys.stdin, selectors.EVENT_READ, None)
            while True:
                self._tick()
                for key, _ in self.selector.select(_TICK_S):
                    if key.data is None:
                        return
                    act: Callable[[], None] = key.data
                    act()

    def _remove_old_copies(self) -> None:
        """Remove private copies of processes that were ended before they could."""
        copies = self.directory.path / COPIES
        for path in copies.iterdir() if copies.is_dir() else ():
            if not Path(f"/proc/{path.name}").exists():
                shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """End all zygotes."""
        for process in (self.writer, self.broker):
            if process is not None:
                process.end()
        for zygote in self._all():
            zygote.end()
        self.runtime.remove()

    def _all(self) -> list[StartedZygote]:
        single = [one for one in (self.serving, self.starting) if one is not None]
        return [*single, *self.older.values(), *self.leaving]

    def _tick(self) -> None:
        self._keep_writer()
        self._keep_broker()
        self.leaving = [zygote for zygote in self.leaving if zygote.is_alive()]
        for older_id, zygote in list(self.older.items()):
            if zygote.served is not None and not zygote.is_alive():
                del self.older[older_id]
        wanted = self.directory.current_id()
        if self.serving is not None and not self.serving.is_alive():
            log.warning(
                "the process that held release %s ended; starting another", self.serving.release_id
            )
            self.restarts += 1
            wanted = wanted or self.serving.release_id
            self.serving = None
        if wanted is None or self.starting is not None:
            return
        if self.serving is not None and self.serving.release_id == wanted:
            self._forget_failures()
            return
        if time.monotonic() - self.failed_at.get(wanted, -_RETRY_S) < _RETRY_S:
            return
        self.starting = self._start(wanted, self._is_ready)

    def _keep_writer(self) -> None:
        if self.settings.update_token is None:
            return
        if self.writer is not None and not self.writer.is_alive():
            log.warning("the process that writes ended; starting another")
            self.writer = None
        if self.writer is None:
            self.writer = StartedWriter(self.runtime)

    def _keep_broker(self) -> None:
        if not self.settings.service_allow:
            return
        if self.broker is not None and not self.broker.is_alive():
            log.warning("the process that asks other endpoints ended; starting another")
            self.broker = None
        if self.broker is None:
            self.broker = StartedBroker(self.runtime)

    def _forget_failures(self) -> None:
        if self.failed_at:
            self.failed_at.clear()
            self.runtime.forget_failure()

    def _start(
        self,
        base_id: str,
        when_told: Callable[[StartedZygote], None],
        commit: int | None = None,
    ) -> StartedZygote:
        self.started += 1
        zygote = StartedZygote(
            base_id if commit is None else release_id(base_id, commit),
            self.directory.releases_path / base_id,
            str(self.runtime.path / f"{os.getpid()}-{self.started}.sock"),
            self.settings.resident_mb,
            commit,
        )
        self.selector.register(
            zygote.ready, selectors.EVENT_READ, lambda: self._hear(zygote, when_told)
        )
        return zygote

    def _hear(self, zygote: StartedZygote, then: Callable[[StartedZygote], None]) -> None:
        self.selector.unregister(zygote.ready)
        zygote.hear(self.restarts)
        then(zygote)

    def _is_ready(self, zygote: StartedZygote) -> None:
        self.starting = None
        if zygote.served is None:
            log.warning("release %s is not served: %s", zygote.release_id, zygote.failure)
            self.failed_at[zygote.release_id] = time.monotonic()
            self.runtime.announce_failure(Failed(zygote.release_id, zygote.failure))
            return
        self.runtime.announce(zygote.served)
        if self.serving is not None:
            self.serving.retire()
            self.leaving.append(self.serving)
        self.serving = zygote

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.settimeout(_TALK_S)
        try:
            frame = receive_frame(connection, time.monotonic() + _TALK_S)
        except (FrameError, TimeoutError):
            frame = None
        if frame is None:
            connection.close()
            return
        if frame.header["wish"] == "committed":
            with connection:
                _send(connection, self._note_commit(**frame.header["commit"]))
        else:
            self._serve_older(str(frame.header["release"]), connection)

    def _note_commit(self, socket_path: str, commit: int, committed: str) -> dict[str, Any]:
        """Tell the web processes that the serving zygote shows a commit."""
        serving = self.serving
        if serving is None or serving.socket_path != socket_path or serving.served is None:
            return {"error": "it does not serve any more"}
        serving.has_committed(commit, committed)
        self.runtime.announce(serving.served)
        return {}

    def _serve_older(self, wanted: str, connection: socket.socket) -> None:
        serving = self.serving
        if serving is not None and serving.served and serving.served.release_id == wanted:
            with connection:
                _send(connection, serving.served_members())
            return
        zygote = self.older.pop(wanted, None)
        if zygote is None:
            while len(self.older) >= _OLDER_MOST:
                leaving = self.older.pop(next(iter(self.older)))
                leaving.retire()
                self.leaving.append(leaving)
            base_id = release_id(wanted, 0)
            zygote = self._start(base_id, self._older_is_ready, commit_of(wanted))
        self.older[wanted] = zygote  # last: used last
        self.waiting.setdefault(wanted, []).append(connection)
        if zygote.is_told:
            self._older_is_ready(zygote)

    def _older_is_ready(self, zygote: StartedZygote) -> None:
        reply: dict[str, Any] = {"error": zygote.failure}
        if zygote.served is not None:
            reply = zygote.served_members()
        else:
            self.older.pop(zygote.release_id, None)
        for connection in self.waiting.pop(zygote.release_id, []):
            with connection:
                _send(connection, reply)


def _send(connection: socket.socket, reply: dict[str, Any]) -> None:
    try:
        send_frame(connection, reply)
    except FrameError:
        log.info("a process that asked for an older release is gone")


def main(arguments: list[str]) -> int:
    """Keep zygotes until standard input ends."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    keeper = Keeper(Settings.load(), RuntimeDirectory(Path(arguments[0])))
    try:
        keeper.run()
    finally:
        keeper.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
