"""Locks between processes, which the kernel frees when their holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from erqi_kg.errors import StoreError

_POLL_S = 0.01


@contextmanager
def exclusive_lock(path: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock of a file, which is made when it is not there.

    Args:
        path: the file; it tells the holder's process id.
        wait_s: how long to wait for another holder.

    Raises:
        StoreError: another process holds it, or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"cannot write in the store directory {path.parent}: {error.strerror}; "
            "set ERQI_STORE_DIR to another"
        ) from error
    with opened as handle:
        try:
            _take(handle.fileno(), time.monotonic() + wait_s)
        except OSError as error:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise StoreError(
                f"another process (pid {holder}) holds {path}; wait for it or stop it"
            ) from error
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _take(descriptor: int, until: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(_POLL_S)
