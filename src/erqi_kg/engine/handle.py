"""The asker's side of an executor: fork it, ask it, end it."""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass

from erqi_kg.engine.changes import ChangeTask
from erqi_kg.engine.evaluation import Task
from erqi_kg.engine.executor import ExecutorLimits
from erqi_kg.engine.frames import (
    Frame,
    FrameError,
    Part,
    assembled,
    receive_frame,
    receive_part,
    send_frame,
)
from erqi_kg.engine.interface import IsWanted
from erqi_kg.engine.runtime import Served
from erqi_kg.errors import EngineUnavailable, QueryAbandoned

_TALK_S = 5.0
_LOOK_S = 0.2
"""So often it is asked whether somebody still waits for a reply."""
_RETRY_S = 0.02
_TIMEVAL = struct.Struct("ll")
_LOOK = _TIMEVAL.pack(0, int(_LOOK_S * 1_000_000))
_SEND = _TIMEVAL.pack(int(_TALK_S), 0)
"""As socket(7) has them; an idle executor reads at once."""


class ExecutorGone(EngineUnavailable):
    """The executor had ended before it was asked."""


@dataclass(eq=False)
class Executor:
    """A forked executor; closing its descriptors ends it.

    The connection blocks, and the kernel wakes a receiver after `_LOOK_S`: one call into the kernel
    for each direction, as every further one lets another thread run first.
    """

    served: Served
    pid: int
    pidfd: int
    connection: socket.socket
    lifeline: int

    def is_alive(self) -> bool:
        """Say whether the process still runs."""
        return not _is_readable(self.pidfd, 0.0)

    def ask(
        self,
        task: Task | ChangeTask,
        deadline: float,
        body: bytes = b"",
        *,
        is_wanted: IsWanted | None = None,
    ) -> Frame | None:
        """Return the executor's reply; None when it ended without one.

        Raises:
            TimeoutError: the deadline, on the monotonic clock, has passed.
            QueryAbandoned: nobody waits for the reply any more.
            ExecutorGone: it was not asked.
        """
        try:
            send_frame(self.connection, task.to_header(), body)
        except FrameError as error:
            raise ExecutorGone("The executor has ended; ask again.") from error

        def receive() -> Part:
            while (rest_s := deadline - time.monotonic()) > 0:
                if rest_s < _LOOK_S and not _is_readable(self.connection.fileno(), rest_s):
                    break
                try:
                    return receive_part(self.connection)
                except BlockingIOError:
                    if is_wanted is not None and not is_wanted():
                        raise QueryAbandoned("The client has left.") from None
            raise TimeoutError

        try:
            return assembled(receive)
        except FrameError:
            return None

    def kill(self) -> None:
        """End the process at once; whoever asks it gets no reply."""
        if self.is_alive():
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def end(self) -> None:
        """End the process at once and free what it holds here."""
        if self.connection.fileno() < 0:
            return
        self.kill()
        self.connection.close()
        os.close(self.lifeline)
        os.close(self.pidfd)

    def exit_signal(self) -> int | None:
        """Return the signal that ended the process, 0 for none; None when nobody knows."""
        _is_readable(self.pidfd, 0.5)
        try:
            reply = talk(self.served.socket, {"wish": "status", "pid": self.pid})
        except EngineUnavailable:
            return None
        status = reply.header.get("status")
        return None if status is None else os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def fork_executor(served: Served, limits: ExecutorLimits) -> Executor:
    """Ask a zygote for a new executor.

    Raises:
        EngineUnavailable: the zygote does not answer.
    """
    wish = {
        "wish": "executor",
        "memory_mb": limits.memory_mb,
        "answer_mb": limits.answer_mb,
        "spool_directory": limits.spool_directory,
    }
    frame = talk(served.socket, wish)
    if len(frame.descriptors) != 3:
        frame.close()
        raise EngineUnavailable("The process that holds the store gave no executor.")
    descriptor, lifeline, pidfd = frame.descriptors
    connection = socket.socket(fileno=descriptor)
    connection.setblocking(True)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _LOOK)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _SEND)
    return Executor(served, frame.header["pid"], pidfd, connection, lifeline)


def talk(
    path: str,
    wish: Mapping[str, object],
    wait_s: float = _TALK_S,
    body: bytes = b"",
    patience_s: float = 0.0,
) -> Frame:
    """Send one frame to a zygote, the writer or the keeper and return its reply.

    Args:
        path: of its socket.
        wish: the header.
        wait_s: longest wait for the reply.
        body: of the frame.
        patience_s: how long to try while nobody listens.

    Raises:
        EngineUnavailable: it is not there or does not answer.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(wait_s)
        try:
            _connect(connection, path, time.monotonic() + patience_s)
            send_frame(connection, wish, body)
            frame = receive_frame(connection, time.monotonic() + wait_s)
        except (OSError, FrameError) as error:
            raise EngineUnavailable("The process that holds the store does not answer.") from error
    if frame is None:
        raise EngineUnavailable("The process that holds the store ended.")
    return frame


def _connect(connection: socket.socket, path: str, until: float) -> None:
    while True:
        try:
            return connection.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            if time.monotonic() >= until:
                raise
            time.sleep(_RETRY_S)


def _is_readable(descriptor: int, wait_s: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(wait_s * 1000))
