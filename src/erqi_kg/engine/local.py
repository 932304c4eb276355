"""The engine over the releases of this machine: bounded queries in forked executors."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from erqi_kg.commitlog import state_of
from erqi_kg.engine.answers import AnswerFacts, WholeAnswer
from erqi_kg.engine.evaluation import Task
from erqi_kg.engine.executor import ExecutorLimits
from erqi_kg.engine.failures import error_of
from erqi_kg.engine.frames import Frame
from erqi_kg.engine.handle import Executor, ExecutorGone, fork_executor, talk
from erqi_kg.engine.holding import Outdated
from erqi_kg.engine.interface import ChangeRequest, Committed, IsWanted, QueryRequest
from erqi_kg.engine.memory import memory_of
from erqi_kg.engine.pool import Pool
from erqi_kg.engine.runtime import RuntimeDirectory, Served
from erqi_kg.engine.spool import spool_directory
from erqi_kg.engine.tasks import task_of
from erqi_kg.engine.turnstile import Turnstile
from erqi_kg.errors import (
    EngineUnavailable,
    ErqiError,
    Forbidden,
    NotFound,
    QueryTimedOut,
    QueryTooHeavy,
    StoreError,
)
from erqi_kg.settings import Settings, variable_name
from erqi_kg.storedir import Release, StoreDirectory, release_id

_LOAD_S = 60.0
"""How long a client waits for an older release to be loaded."""
_AT_ONCE_S = 0.2
_WRITER_S = 5.0
"""How long a change waits for the writer to be started again."""
_WRITE_S = 30.0
"""How long a change may wait for others, and for the disk."""


def _walls(served: Served | None) -> str | None:
    """Return what keeps a query from any address: see decision 0010."""
    if served is None:
        return None
    return "scan-only" if served.has_network else "scan-and-kernel"


class _KilledAtOnceError(EngineUnavailable):
    """The executor was killed before the query can have been the reason."""


class LocalEngine:
    """Evaluates queries on the local releases; thread-safe.

    Args:
        settings: limits and sizes.
        runtime: the keeper's directory.
        on_close: ends what was started with this engine.
    """

    def __init__(
        self,
        settings: Settings,
        runtime: RuntimeDirectory,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self._runtime = runtime
        self._on_close = on_close
        self._limits = ExecutorLimits(
            settings.query_memory_mb, settings.max_answer_mb, spool_directory()
        )
        self._turnstile = Turnstile(
            settings.executors,
            settings.queue,
            settings.queue_wait_s,
            reserved=settings.spare_executors,
            of_one=settings.client_queries,
        )
        self._write_turnstile = Turnstile(1, settings.queue, settings.update_timeout_s)
        self._pool = Pool(
            runtime, self._limits, ready=settings.executors + settings.spare_executors
        )

    def answer(self, request: QueryRequest) -> WholeAnswer:
        """Evaluate one query; see `interface.Engine.answer`."""
        task = task_of(request, self.settings, self.current().manifest.base_iri)
        with self._turnstile.entered(request.client, request.is_wanted):
            if request.release is None or request.release == self.current().id:
                return self._ask_current(request, task)
            return self._ask_older(request.release, request, task)

    def change(self, request: ChangeRequest) -> Committed:
        """Change the stored graphs; see `interface.Engine.change`."""
        if self.settings.update_token is None:
            raise Forbidden(f"Writing is off; {variable_name('update_token')} turns it on.")
        wish = {name: value for name, value in vars(request).items() if name != "body"}
        wait_s = self.settings.update_timeout_s + _WRITE_S
        with self._write_turnstile.entered():
            socket = self._runtime.writer_socket
            reply = talk(socket, wish, wait_s, request.body, patience_s=_WRITER_S).header
        if "error" in reply:
            raise error_of(reply)
        graphs = {name: tuple(reply[name]) for name in ("created", "dropped")}
        return Committed(**(reply | graphs))

    def current(self) -> Release:
        """Return the release that is served now."""
        return self._pool.release()

    def status(self) -> Mapping[str, object]:
        """Return figures for the status page."""
        served = self._runtime.current()
        failed = self._runtime.failed()
        return {
            "release": served.release_id if served else None,
            "residence": served.residence if served else None,
            "restarts": served.restarts if served else 0,
            "failed_release": asdict(failed) if failed else None,
            "executors_idle": self._pool.idle,
            "executors_busy": self._pool.busy,
            "executors_most": self.settings.executors,
            "queue_length": self._turnstile.waiting,
            "queue_most": self.settings.queue,
            "has_network": served.has_network if served else None,
            "service_walls": _walls(served),
            "keeper_alive": self._runtime.keeper_answers(),
            "writing": self.settings.update_token is not None,
            "writer_pid": self._runtime.writer_pid(),
            "zygote_pid": served.pid if served else None,
            "zygote": memory_of(served.pid) if served else None,
            "limits": {
                "query_timeout_s": self.settings.query_timeout_s,
                "query_memory_mb": self.settings.query_memory_mb,
                "query_nesting": self.settings.query_nesting,
                "query_chain": self.settings.query_chain,
                "max_query_bytes": self.settings.max_query_bytes,
                "max_answer_mb": self.settings.max_answer_mb,
                "queue_wait_s": self.settings.queue_wait_s,
            },
        }

    def close(self) -> None:
        """End the engine's processes."""
        self._pool.close()
        self._on_close()

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def _ask_current(self, request: QueryRequest, task: Task) -> WholeAnswer:
        try:
            return self._ask_one(request, task, self._pool.take())
        except (_KilledAtOnceError, ExecutorGone, Outdated):
            return self._ask_one(request, task, self._pool.take(fresh=True))

    def _ask_one(self, request: QueryRequest, task: Task, executor: Executor) -> WholeAnswer:
        reusable = False
        try:
            task = task.at_commit(executor.served.commit)
            frame = self._ask(executor, task, request.is_wanted)
            reusable = not frame.header["retires"]
            return self._answer(frame, request, executor.served)
        finally:
            self._pool.give_back(executor, reusable=reusable)

    def _ask_older(self, release_id: str, request: QueryRequest, task: Task) -> WholeAnswer:
        executor = fork_executor(self._older(release_id), self._limits)
        try:
            task = task.at_commit(executor.served.commit)
            return self._answer(
                self._ask(executor, task, request.is_wanted), request, executor.served
            )
        finally:
            executor.end()

    def _older(self, wanted: str) -> Served:
        try:
            release = StoreDirectory(self.settings.served_dir).release(wanted)
            if release.commit and state_of(release.path, release.commit).commit != release.commit:
                raise StoreError(f"{wanted}: its commit is not in the log")
        except StoreError as error:
            raise NotFound(f"There is no release {wanted!r} here; see /releases.") from error
        wish = {"wish": "release", "release": wanted}
        reply = talk(self._runtime.keeper_socket, wish, _LOAD_S).header
        if "error" in reply:
            raise EngineUnavailable(f"The release {wanted} cannot be loaded: {reply['error']}")
        return Served(**reply)

    def _ask(self, executor: Executor, task: Task, is_wanted: IsWanted | None) -> Frame:
        deadline = time.monotonic() + task.seconds
        try:
            frame = executor.ask(task, deadline, is_wanted=is_wanted)
        except TimeoutError as error:
            raise self._timed_out(task) from error
        if frame is None:
            raise self._ended(executor, task, deadline)
        return frame

    def _answer(self, frame: Frame, request: QueryRequest, served: Served) -> WholeAnswer:
        if "error" not in frame.header:
            shown = release_id(served.release, frame.header["commit"])
            return WholeAnswer(AnswerFacts(request.media_type, shown), frame)
        error = error_of(frame.header)
        raise self._too_heavy(error.detail) if isinstance(error, QueryTooHeavy) else error

    def _timed_out(self, task: Task) -> QueryTimedOut:
        return QueryTimedOut(
            f"The query was stopped after {task.seconds:g} seconds. Make it more selective, "
            "add a LIMIT, or split it.",
            extra={"timeout_s": task.seconds},
        )

    def _ended(self, executor: Executor, task: Task, deadline: float) -> ErqiError:
        if self._pool.is_closed:
            return EngineUnavailable("The service is stopping.")
        ended_by = executor.exit_signal()
        elapsed_s = time.monotonic() - (deadline - task.seconds)
        if ended_by == signal.SIGKILL and elapsed_s < _AT_ONCE_S:
            return _KilledAtOnceError("The executor was killed from outside; ask again.")
        if ended_by == signal.SIGALRM or time.monotonic() >= deadline:
            return self._timed_out(task)
        if ended_by in (signal.SIGSEGV, signal.SIGBUS):
            return self._too_heavy("stack")
        if ended_by == 0:
            return self._too_heavy("process")
        return self._too_heavy("memory")

    def _too_heavy(self, limit: str) -> QueryTooHeavy:
        settings = self.settings
        detail = {
            "answer": f"The answer is larger than {settings.max_answer_mb} MiB. Add a LIMIT, "
            "or ask for less.",
            "stack": "The query is nested too deeply for the engine. Write it flatter.",
            "memory": f"The query needs more than {settings.query_memory_mb} MiB of memory. Make "
            "it more selective, or split it.",
            "process": "The engine failed on this query. Write it otherwise, or split it.",
        }[limit]
        return QueryTooHeavy(
            detail,
            extra={
                "query_memory_mb": settings.query_memory_mb,
                "max_answer_mb": settings.max_answer_mb,
            },
        )
