"""An executor: a forked process that evaluates one query at a time, under limits."""

from __future__ import annotations

import gc
import os
import resource
import socket
import time
from dataclasses import dataclass
from typing import Any

from erqi_kg.engine.changes import ChangeTask, change
from erqi_kg.engine.evaluation import Task, evaluate
from erqi_kg.engine.failures import header_of
from erqi_kg.engine.frames import Frame, FrameError, receive_frame, send_frame
from erqi_kg.engine.holding import Holding, Outdated
from erqi_kg.engine.lifeline import tie_to
from erqi_kg.engine.limits import address_space_bytes, be_first_to_go, bound_memory, end_after
from erqi_kg.engine.memory import memory_of
from erqi_kg.engine.spool import AnswerTooLarge, Spool
from erqi_kg.errors import QueryTooHeavy, RequestError, ServiceError
from erqi_kg.namespaces import Names

_MIB = 1024 * 1024
_GRACE_S = 0.2
"""The asker ends a query at its deadline; so much later the kernel does."""
_GROWN = 0.25
"""An executor that has kept such a part of a query's memory, beside the store, is replaced."""
_QUICK_S = 0.003
PAGE_BYTES = resource.getpagesize()


@dataclass(frozen=True)
class ExecutorLimits:
    """What one executor may use."""

    memory_mb: int
    answer_mb: int
    spool_directory: str


def run_executor(
    connection: socket.socket,
    lifeline: int,
    holding: Holding,
    store_mb: int,
    limits: ExecutorLimits,
) -> None:
    """Serve queries until the asker ends or this process has grown.

    Args:
        connection: to the asker.
        lifeline: read end of a pipe; the process ends with its write end.
        holding: the store.
        store_mb: memory the store holds, shared with the process that loaded it.
        limits: of this process.
    """
    gc.enable()
    tie_to(lifeline)
    be_first_to_go()
    served = _Executor(holding, limits)
    holding.warm_up()  # not under the limits of a query
    bound_memory(limits.memory_mb)
    growth = _Growth(limits.memory_mb, store_mb)
    try:
        while (frame := receive_frame(connection)) is not None:
            header, spool = served.reply_to(frame)
            retires = header.get("retires") or growth.is_too_much(header["elapsed_s"])
            header["retires"] = retires
            descriptors = [] if spool.descriptor is None else [spool.descriptor]
            send_frame(connection, header, spool.inline, descriptors)
            spool.close()
            if retires:
                return
            growth.look()
    except FrameError:
        return


class _Growth:
    """What an executor has kept: its heap, and pages of the store that reading un-shared.

    Un-sharing may copy the whole store, page by page; a copy is warm, so it is kept.
    """

    def __init__(self, memory_mb: int, store_mb: int) -> None:
        growth_mb = int(memory_mb * _GROWN)
        self._most_private_mb = growth_mb + store_mb
        self._most_bytes = address_space_bytes() + growth_mb * _MIB
        self._private_mb = 0
        self._faults = 0

    def look(self) -> None:
        """Count the private memory when enough pages were touched that it may be too much."""
        touched_mb = (_page_faults() - self._faults) * PAGE_BYTES // _MIB
        if self._private_mb + touched_mb > self._most_private_mb:
            counted = memory_of(os.getpid())
            self._private_mb = counted["private_mb"] if counted else 0
            self._faults = _page_faults()

    def is_too_much(self, elapsed_s: float) -> bool:
        """Say whether the executor should be replaced after a query of so many seconds."""
        if self._private_mb > self._most_private_mb:
            return True
        return elapsed_s > _QUICK_S and address_space_bytes() > self._most_bytes


def _page_faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


class _Executor:
    def __init__(self, holding: Holding, limits: ExecutorLimits) -> None:
        self.holding = holding
        self.base_iri = holding.release.manifest.base_iri
        self.prefixes = Names(self.base_iri).prefixes()
        self.limits = limits

    def reply_to(self, frame: Frame) -> tuple[dict[str, Any], Spool]:
        spool = Spool(self.limits.answer_mb * _MIB, self.limits.spool_directory)
        end_after(frame.header["seconds"] + _GRACE_S)
        started = time.perf_counter()
        try:
            self.holding.catch_up(frame.header["commit"])
            if "kind" in frame.header:
                header = self._change(ChangeTask.from_header(frame.header), frame.body, spool)
            else:
                task = Task.from_header(frame.header)
                evaluate(self.holding.stores, task, self.base_iri, self.prefixes, spool)
                header = {"size": spool.size_bytes}
        except (RequestError, ServiceError) as error:
            header = header_of(error) | {"retires": isinstance(error, Outdated)}
            spool.close()
        finally:
            end_after(0)
        header["commit"] = self.holding.commit
        return header | {"elapsed_s": time.perf_counter() - started}, spool

    def _change(self, task: ChangeTask, body: bytes, spool: Spool) -> dict[str, Any]:
        self.holding.make_writable()
        delta = change(self.holding.store, task, body, self.base_iri)
        removed, added = delta.to_lines()
        try:
            spool.write(removed)
            spool.write(added)
            spool.finish()
        except AnswerTooLarge as error:
            raise QueryTooHeavy("answer") from error
        return {
            "size": spool.size_bytes,
            "removed_bytes": len(removed),
            "created": delta.created,
            "dropped": delta.dropped,
            "counts": delta.counts(),
            "existed": delta.existed,
            "retires": True,  # its store is not what anybody else sees
        }
