"""The zygote: holds the store of one release and forks executors for the web processes.

`python -m erqi_kg.engine.zygote RELEASE_DIRECTORY COMMIT SOCKET RESIDENT_MB READY_FD`, the
commit empty for all that are in the log. It stays
single-threaded, so forking is safe; standard input is the lifeline to the keeper.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

from erqi_kg.commitlog import state_of
from erqi_kg.engine.compaction import HOLDER
from erqi_kg.engine.confinement import take_network
from erqi_kg.engine.executor import ExecutorLimits, run_executor
from erqi_kg.engine.frames import FrameError, receive_frame, send_frame
from erqi_kg.engine.holding import Holding, Outdated
from erqi_kg.engine.lifeline import tie_to
from erqi_kg.engine.limits import end_after
from erqi_kg.engine.memory import memory_of
from erqi_kg.engine.rehearsal import rehearse
from erqi_kg.engine.residence import load_into_memory, open_on_disk, residence_of
from erqi_kg.errors import EngineUnavailable, ReleaseDamaged, StoreError
from erqi_kg.storedir import COPIES, Release

_TALK_S = 2.0
_TICK_S = 1.0
_REMEMBERED = 512
_BACKLOG = 128


class Zygote:
    """Answers the web processes' requests, one at a time.

    Args:
        holding: what is served.
        is_resident: its store is in memory, and takes commits; else executors open it from disk.
        listener: a listening Unix socket.
    """

    def __init__(self, holding: Holding, listener: socket.socket, *, is_resident: bool) -> None:
        self.holding = holding
        self.is_resident = is_resident
        held = memory_of(os.getpid()) if is_resident else None
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
            elif wish == "apply":
                send_frame(connection, self._apply(frame.header["commit"]))
            elif wish == "retire":
                self.retires = True
                send_frame(connection, {})
        except (FrameError, TimeoutError):
            return

    def _apply(self, commit: int) -> dict[str, Any]:
        try:
            if self.is_resident:
                self.holding.catch_up(commit)
        except (StoreError, EngineUnavailable) as error:
            return {"error": str(error)}
        return {}

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
            run_executor(connection, lifeline, self.holding, self.store_mb, limits)
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
            if not self.is_resident:
                shutil.rmtree(self.holding.copies / str(pid), ignore_errors=True)
            if len(self.statuses) > _REMEMBERED:
                self.statuses.popitem(last=False)


def _prepare(release_path: Path, commit: int | None, resident_mb: int) -> tuple[Holding, bool]:
    """Return the store of a release, and whether it is in memory, at the commit."""
    release = Release.read(release_path)
    copies = release_path.parent.parent / COPIES / str(os.getpid())
    state = state_of(release_path, commit)
    if commit is not None and state.commit != commit:
        raise Outdated(f"Commit {commit} is not in the log any more: it was folded.")
    release = release.at_commit(state.commit, state.at)
    if residence_of(release, state.quads_total, resident_mb) == "memory":
        holding = Holding(release, load_into_memory(release), copies)
        holding.catch_up(state.commit)
        return holding, True
    _try_on_disk(release)
    return Holding(release, None, copies), False


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
    release_path, commit, socket_path, resident_mb, ready_text = arguments
    ready = int(ready_text)
    os.set_inheritable(ready, False)
    try:
        holding, is_resident = _prepare(
            Path(release_path), int(commit) if commit else None, int(resident_mb)
        )
    except (StoreError, Outdated) as error:
        _report(ready, {"error": str(error)})
        return 1
    HOLDER.read(Path(release_path))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(socket_path)
        listener.listen(_BACKLOG)
        rehearse()
        gc.collect()
        gc.freeze()
        report = {
            "residence": "memory" if is_resident else "disk",
            "has_network": not take_network(),
            "commit": holding.release.commit,
            "committed": holding.release.committed,
        }
        _report(ready, report)
        Zygote(holding, listener, is_resident=is_resident).serve()
    shutil.rmtree(holding.copies, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
