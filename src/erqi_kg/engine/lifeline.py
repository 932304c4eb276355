"""Tie a process to another one: when the other end of a pipe closes, the kernel ends it.

No code of the tied process runs for this, so it works while the process evaluates, loads or
has gone astray, and however the other process ended.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal


def tie_to(read_end: int) -> None:
    """End this process by SIGIO as soon as nobody holds the pipe's write end any more."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGIO])
    fcntl.fcntl(read_end, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(read_end, fcntl.F_GETFL)
    fcntl.fcntl(read_end, fcntl.F_SETFL, flags | os.O_ASYNC | os.O_NONBLOCK)
    if has_ended(read_end):
        os._exit(1)


def has_ended(read_end: int) -> bool:
    """Say whether the pipe's write end is closed everywhere."""
    poll = select.poll()
    poll.register(read_end, select.POLLIN)
    return any(events & select.POLLHUP for _, events in poll.poll(0))
