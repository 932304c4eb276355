"""The writer: makes one commit after another.

`python -m erqi_kg.engine.writer RUNTIME_DIRECTORY`, the settings in the environment; standard
input is the lifeline to the keeper. A change is evaluated in an executor of its own; what it
adds and removes goes to the log and to the disk, then to the process that holds the store, and
is acknowledged when every new query sees it.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from erqi_kg.commitlog import Record, now
from erqi_kg.engine.answers import AnswerFacts, WholeAnswer
from erqi_kg.engine.changes import ChangeTask
from erqi_kg.engine.executor import ExecutorLimits
from erqi_kg.engine.failures import error_of, header_of
from erqi_kg.engine.frames import Frame, FrameError, receive_frame, send_frame
from erqi_kg.engine.handle import fork_executor, talk
from erqi_kg.engine.interface import ChangeRequest, Committed
from erqi_kg.engine.ledger import Ledger
from erqi_kg.engine.lifeline import tie_to
from erqi_kg.engine.runtime import RuntimeDirectory, Served
from erqi_kg.engine.spool import spool_directory
from erqi_kg.errors import (
    EngineUnavailable,
    ErqiError,
    PreconditionFailed,
    QueryTimedOut,
    QueryTooHeavy,
    RequestError,
    ServiceError,
    StoreError,
)
from erqi_kg.namespaces import Names
from erqi_kg.settings import Settings
from erqi_kg.sparql.updates import DEFAULT_GRAPH
from erqi_kg.storedir import StoreDirectory, release_id

_TALK_S = 10.0
_PATIENCE_S = 10.0
"""How long a change waits while another release, or another process, takes over."""
_POLL_S = 0.01
_BACKLOG = 64

log = logging.getLogger(__name__)


class Writer:
    """Writes the commits of the release that is served."""

    def __init__(self, settings: Settings, runtime: RuntimeDirectory) -> None:
        self.settings = settings
        self.runtime = runtime
        self.directory = StoreDirectory(settings.served_dir)
        self.limits = ExecutorLimits(
            settings.query_memory_mb, settings.commit_log_mb, spool_directory()
        )
        self._ledger: Ledger | None = None

    def serve(self, listener: socket.socket) -> None:
        """Take one change after another, for ever."""
        while True:
            connection, _ = listener.accept()
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        try:
            frame = receive_frame(connection, time.monotonic() + _TALK_S)
            if frame is not None:
                send_frame(connection, self._reply(frame))
        except (FrameError, TimeoutError):
            log.info("a client's process is gone before its commit was acknowledged")

    def _reply(self, frame: Frame) -> dict[str, Any]:
        request = ChangeRequest(**frame.header, body=frame.body)
        try:
            with self.directory.lock("writer", _PATIENCE_S):
                return asdict(self._commit(request))
        except (RequestError, ServiceError) as error:
            return header_of(error)
        except (StoreError, OSError) as error:
            log.error("a change could not be written: %s", error)
            return header_of(EngineUnavailable(f"The change could not be written: {error}"))

    def _commit(self, request: ChangeRequest) -> Committed:
        served = self._served()
        ledger = self._ledger_of(served)
        _check_unchanged(request, ledger)
        reply = self._evaluated(request, served, ledger)
        record = _record_of(reply, ledger.state.commit + 1)
        if record.counts or record.created or record.dropped:
            ledger.write(record)
            self._show(record.commit, record.at, served)
            ledger.fold()
        return Committed(
            release_id(served.release, ledger.state.commit),
            record.added_count,
            record.removed_count,
            record.created,
            record.dropped,
            bool(reply.header["existed"]),
        )

    def _served(self) -> Served:
        """Return what is served, once it is the current release."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            served = self.runtime.current()
            if served is not None and served.release == self.directory.current_id():
                return served
            time.sleep(_POLL_S)
        raise EngineUnavailable("A new release is being loaded; send the change again shortly.")

    def _ledger_of(self, served: Served) -> Ledger:
        """Return the log of the served release; read again when another process wrote to it."""
        path = Path(served.path)
        ledger = self._ledger
        if ledger is None or not ledger.is_of(path):
            ledger = self._ledger = Ledger(path, self.settings)
        if served.commit < ledger.state.commit:
            # On the disk, and not shown yet when the process that wrote it ended.
            self._show(ledger.state.commit, ledger.state.at, served)
        return ledger

    def _evaluated(self, request: ChangeRequest, served: Served, ledger: Ledger) -> Frame:
        settings, body, cut = self.settings, request.body, 0
        if request.kind == "undo":
            record = ledger.record(request.commit)
            body, cut = record.removed + record.added, len(record.removed)
        task = ChangeTask(
            kind=request.kind,
            seconds=settings.update_timeout_s,
            nesting=settings.query_nesting,
            chain=settings.query_chain,
            writable="" if settings.plain else Names(ledger.base_iri).workspace,
            graph=request.graph,
            media_type=request.media_type,
            using=request.using,
            using_named=request.using_named,
            commit=ledger.state.commit,
            cut=cut,
        )
        executor = fork_executor(served, self.limits)
        try:
            frame = executor.ask(task, time.monotonic() + task.seconds, body)
            if frame is None:
                raise self._ended(executor.exit_signal())
        except TimeoutError as error:
            raise self._timed_out() from error
        finally:
            executor.end()
        if "error" in frame.header:
            raise self._refused(error_of(frame.header))
        return frame

    def _ended(self, ended_by: int | None) -> ErqiError:
        if ended_by == signal.SIGALRM:
            return self._timed_out()
        return self._refused(QueryTooHeavy("process"))

    def _refused(self, error: ErqiError) -> ErqiError:
        if not isinstance(error, QueryTooHeavy):
            return error
        return QueryTooHeavy(
            f"The change needs more than {self.settings.query_memory_mb} MiB of memory, or is "
            "nested too deeply for the engine; nothing of it was done. Split it.",
            extra={"query_memory_mb": self.settings.query_memory_mb},
        )

    def _timed_out(self) -> QueryTimedOut:
        seconds = self.settings.update_timeout_s
        return QueryTimedOut(
            f"The change was stopped after {seconds:g} seconds; nothing of it was done. Split it.",
            extra={"timeout_s": seconds},
        )

    def _show(self, commit: int, committed: str, served: Served) -> None:
        """Let every query from now on see a commit that is on the disk.

        Raises:
            EngineUnavailable: the process that holds the store is gone; the next one sees it.
        """
        for path, wish in (
            (served.socket, {"wish": "apply", "commit": commit}),
            (
                self.runtime.keeper_socket,
                {
                    "wish": "committed",
                    "commit": {
                        "socket_path": served.socket,
                        "commit": commit,
                        "committed": committed,
                    },
                },
            ),
        ):
            reply = talk(path, wish, self.settings.update_timeout_s).header
            if "error" in reply:
                raise EngineUnavailable(
                    f"The change is stored, and shown as soon as the store is ready again: "
                    f"{reply['error']}"
                )


def _check_unchanged(request: ChangeRequest, ledger: Ledger) -> None:
    if request.unchanged_since is None:
        return
    graph = "" if request.graph == DEFAULT_GRAPH else request.graph
    if ledger.last_touched(graph) > request.unchanged_since:
        raise PreconditionFailed("The graph was changed meanwhile; fetch it again.")


def _record_of(reply: Frame, commit: int) -> Record:
    header = reply.header
    cut = header["removed_bytes"]
    body = WholeAnswer(AnswerFacts("application/n-quads", ""), reply).read()
    return Record(
        commit=commit,
        at=now(),
        removed=body[:cut],
        added=body[cut:],
        created=tuple(header["created"]),
        dropped=tuple(header["dropped"]),
        counts={graph: (pair[0], pair[1]) for graph, pair in header["counts"].items()},
    )


def main(arguments: list[str]) -> int:
    """Write commits until standard input ends."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    tie_to(sys.stdin.fileno())
    runtime = RuntimeDirectory(Path(arguments[0]))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(runtime.writer_socket)
        listener.listen(_BACKLOG)
        runtime.announce_writer(os.getpid())
        Writer(Settings.load(), runtime).serve(listener)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
