"""The limits the kernel holds an executor to."""

from __future__ import annotations

import resource
import signal
from pathlib import Path

_STATM = Path("/proc/self/statm")
_MIB = 1024 * 1024


def address_space_bytes() -> int:
    """Return the size of this process's address space."""
    return int(_STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def bound_memory(memory_mb: int) -> None:
    """Let this process add so much memory to what it has, and leave no core file."""
    limit = address_space_bytes() + memory_mb * _MIB
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def be_first_to_go() -> None:
    """Tell the kernel to end this process before others when the machine runs out of memory."""
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def end_after(seconds: float) -> None:
    """Let the kernel end this process after so many seconds; 0 takes it back."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
