"""What ties a web process to the server that started it (prctl(2), PR_SET_PDEATHSIG)."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

RUNTIME_VARIABLE = "_ERQI_RUNTIME_DIR"
SERVER_VARIABLE = "_ERQI_SERVER_PID"
ADDRESS_VARIABLE = "_ERQI_ADDRESS"
"""Passed from the server to its web processes; no settings."""
_PR_SET_PDEATHSIG = 1


def pass_to_workers(runtime_dir: Path, address: str) -> None:
    """Tell web processes started from now on where the engine is, and where they listen."""
    os.environ[RUNTIME_VARIABLE] = str(runtime_dir)
    os.environ[ADDRESS_VARIABLE] = address
    os.environ[SERVER_VARIABLE] = str(os.getpid())


def runtime_directory() -> Path:
    """Return the runtime directory that the server told this web process."""
    return Path(os.environ[RUNTIME_VARIABLE])


def listening_address() -> str:
    """Return the numeric address that the server told this web process."""
    return os.environ[ADDRESS_VARIABLE]


def end_with_server() -> None:
    """Let the kernel end this process when the server ends, however it ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != int(os.environ[SERVER_VARIABLE]):
        os._exit(1)
