"""An executor: a forked process that evaluates one query at a time, under limits."""

from __future__ import annotations

import gc
import os
import resource
import socket
import time
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from erqi_kg.engine.evaluation import Task, evaluate
from erqi_kg.engine.failures import header_of
from erqi_kg.engine.frames import FrameError, receive_frame, send_frame
from erqi_kg.engine.lifeline import tie_to
from erqi_kg.engine.limits import address_space_bytes, be_first_to_go, bound_memory, end_after
from erqi_kg.engine.memory import memory_of
from erqi_kg.engine.spool import Spool
from erqi_kg.errors import RequestError, ServiceError
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
    store: ox.Store,
    store_mb: int,
    base_iri: str,
    limits: ExecutorLimits,
) -> None:
    """Serve queries until the asker ends or this process has grown.

    Args:
        store_mb: memory the store holds, shared with the process that loaded it.
    """
    gc.enable()
    tie_to(lifeline)
    be_first_to_go()
    bound_memory(limits.memory_mb)
    served = _Executor(store, base_iri, limits)
    growth = _Growth(limits.memory_mb, store_mb)
    try:
        while (frame := receive_frame(connection)) is not None:
            header, spool = served.reply_to(Task.from_header(frame.header))
            header["retires"] = retires = growth.is_too_much(header["elapsed_s"])
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
    def __init__(self, store: ox.Store, base_iri: str, limits: ExecutorLimits) -> None:
        self.store = store
        self.base_iri = base_iri
        self.prefixes = Names(base_iri).prefixes()
        self.limits = limits

    def reply_to(self, task: Task) -> tuple[dict[str, Any], Spool]:
        spool = Spool(self.limits.answer_mb * _MIB, self.limits.spool_directory)
        end_after(task.seconds + _GRACE_S)
        started = time.perf_counter()
        try:
            evaluate(self.store, task, self.base_iri, self.prefixes, spool)
            header: dict[str, Any] = {"size": spool.size_bytes}
        except (RequestError, ServiceError) as error:
            header = header_of(error)
            spool.close()
        finally:
            end_after(0)
        return header | {"elapsed_s": time.perf_counter() - started}, spool
