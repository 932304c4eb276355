"""The zygote: holds the store of one release and forks executors for the web processes.

`python -m erqi_kg.engine.zygote RELEASE_DIRECTORY SOCKET RESIDENT_MB READY_FD`. It stays
single-threaded, so forking is safe; standard input is the lifeline to the keeper.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from erqi_kg.engine.compaction import HOLDER
from erqi_kg.engine.confinement import take_network
from erqi_kg.engine.executor import ExecutorLimits, run_executor
from erqi_kg.engine.frames import FrameError, receive_frame, send_frame
from erqi_kg.engine.lifeline import tie_to
from erqi_kg.engine.limits import end_after
from erqi_kg.engine.memory import memory_of
from erqi_kg.engine.residence import load_into_memory, open_on_disk, residence_of
from erqi_kg.errors import ReleaseDamaged, StoreError
from erqi_kg.storedir import Release

_TALK_S = 2.0
_TICK_S = 1.0
_REMEMBERED = 512
_BACKLOG = 128


class Zygote:
    """Answers the web processes' requests, one at a time.

    Args:
        release: what is served.
        store: its in-memory copy; None: executors open it from disk.
        listener: a listening Unix socket.
    """

    def __init__(self, release: Release, store: ox.Store | None, listener: socket.socket) -> None:
        self.release = release
        self.store = store
        held = memory_of(os.getpid()) if store is not None else None
        self.store_mb = held["rss_mb"] if held else 0
        self.listener = listener
        self.executors: set[int] = set()
        self.statuses: OrderedDict[int, int] = OrderedDict()
        self.retires = False

    def serve(self) -> None:
        """Serve until retired and without executors."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ)
            while not (self.retires and not self.executors):
                if selector.select(_TICK_S):
                    connection, _ = self.listener.accept()
                    with connection:
                        self._talk(connection)
                self._reap()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(_TALK_S)
        try:
            frame = receive_frame(connection)
            if frame is None:
                return
            connection.settimeout(_TALK_S)
            wish = frame.header.pop("wish")
            if wish == "executor":
                self._fork(connection, ExecutorLimits(**frame.header))
            elif wish == "status":
                self._reap()
                send_frame(connection, {"status": self.statuses.get(frame.header["pid"])})
            elif wish == "retire":
                self.retires = True
                send_frame(connection, {})
        except (FrameError, TimeoutError):
            return

    def _fork(self, connection: socket.socket, limits: ExecutorLimits) -> None:
        ours, theirs = socket.socketpair()
        lifeline_read, lifeline_write = os.pipe()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(lifeline_read)
            os.close(lifeline_write)
            ours.close()
            theirs.close()
            send_frame(connection, {"error": str(error)})
            return
        if pid == 0:
            theirs.close()
            os.close(lifeline_write)
            connection.close()
            self.listener.close()
            self._become_executor(ours, lifeline_read, limits)
        ours.close()
        os.close(lifeline_read)
        self.executors.add(pid)
        pidfd = os.pidfd_open(pid)
        try:
            send_frame(connection, {"pid": pid}, b"", [theirs.fileno(), lifeline_write, pidfd])
        finally:
            theirs.close()
            os.close(lifeline_write)
            os.close(pidfd)

    def _become_executor(
        self, connection: socket.socket, lifeline: int, limits: ExecutorLimits
    ) -> None:
        code = 1
        try:
            # What the engine says when memory ends is told to the asker, in our words.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
            store = open_on_disk(self.release) if self.store is None else self.store
            base_iri = self.release.manifest.base_iri
            run_executor(connection, lifeline, store, self.store_mb, base_iri, limits)
            code = 0
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while self.executors:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self.executors.discard(pid)
            self.statuses[pid] = status
            if len(self.statuses) > _REMEMBERED:
                self.statuses.popitem(last=False)


def _prepare(release_path: Path, resident_mb: int) -> tuple[Release, ox.Store | None]:
    release = Release.read(release_path)
    if residence_of(release, resident_mb) == "memory":
        return release, load_into_memory(release)
    _try_on_disk(release)
    return release, None


def _try_on_disk(release: Release) -> None:
    """Check that the on-disk store opens, without its threads in this process.

    Raises:
        ReleaseDamaged: it does not.
    """
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            open_on_disk(release)
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(pid, 0)[1] != 0:
        raise ReleaseDamaged(release.id, "its on-disk store does not open")


def _report(ready: int, message: dict[str, Any]) -> None:
    os.write(ready, json.dumps(message).encode())
    os.close(ready)


def main(arguments: list[str]) -> int:
    """Load a release, say so to the keeper, and serve it."""
    tie_to(sys.stdin.fileno())
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    end_after(0)
    release_path, socket_path, resident_mb, ready_text = arguments
    ready = int(ready_text)
    os.set_inheritable(ready, False)
    try:
        release, store = _prepare(Path(release_path), int(resident_mb))
    except StoreError as error:
        _report(ready, {"error": str(error)})
        return 1
    HOLDER.read(Path(release_path))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(socket_path)
        listener.listen(_BACKLOG)
        gc.collect()
        gc.freeze()
        residence = "disk" if store is None else "memory"
        _report(ready, {"residence": residence, "has_network": not take_network()})
        Zygote(release, store, listener).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
