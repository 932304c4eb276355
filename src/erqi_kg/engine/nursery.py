"""Start the engine's processes, tied to the one that starts them."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from erqi_kg.engine.handle import talk
from erqi_kg.engine.runtime import RuntimeDirectory, Served
from erqi_kg.errors import EngineUnavailable, StoreError
from erqi_kg.settings import SETTINGS_FILE_VARIABLE, Settings, variable_name

_END_S = 2.0
_POLL_S = 0.01
_WATCH_S = 0.5
_HEARD_BYTES = 65_536
_TUNABLES = "GLIBC_TUNABLES"
_MEMORY_AT_HAND = "glibc.malloc.tcache_count=2000:glibc.malloc.hugetlb=1"
"""Evaluation takes and frees small pieces of memory by thousands; the C library keeps 7 at hand.

A heap that a store was loaded into is slow to search for more, and a large one slow to read in
pages of 4 KiB (docs/benchmarks.md).
"""

log = logging.getLogger(__name__)


class StartedZygote:
    """A zygote process and what it said about itself."""

    def __init__(
        self,
        release_id: str,
        path: Path,
        socket_path: str,
        resident_mb: int,
        commit: int | None = None,
    ) -> None:
        self.release_id = release_id
        self.path = path
        self.socket_path = socket_path
        self.served: Served | None = None
        self.failure = ""
        self.is_told = False
        self.ready, write_end = os.pipe()
        wanted = "" if commit is None else str(commit)
        arguments = [str(path), wanted, socket_path, str(resident_mb), str(write_end)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "erqi_kg.engine.zygote", *arguments],
            stdin=subprocess.PIPE,
            pass_fds=[write_end],
            env=_environment(is_trusted=False),
        )
        os.close(write_end)

    def hear(self, restarts: int) -> None:
        """Read what the zygote says when it is ready or cannot serve."""
        text = os.read(self.ready, _HEARD_BYTES)
        os.close(self.ready)
        self.is_told = True
        said: dict[str, Any] = json.loads(text) if text else {"error": "it ended while loading"}
        if "error" in said:
            self.failure = str(said["error"])
            self.end()
            return
        self.served = Served(
            self.release_id,
            str(self.path),
            self.socket_path,
            self.process.pid,
            said["residence"],
            said["has_network"],
            said["commit"],
            said["committed"],
            restarts,
        )

    def has_committed(self, commit: int, committed: str) -> None:
        """Note that the process shows a commit."""
        if self.served is not None:
            self.served = replace(self.served, commit=commit, committed=committed)

    def served_members(self) -> dict[str, Any]:
        """Return what is served, as JSON members."""
        return asdict(self.served) if self.served else {}

    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self.process.poll() is None

    def retire(self) -> None:
        """Let the process end once its executors have ended."""
        try:
            talk(self.socket_path, {"wish": "retire"})
        except EngineUnavailable:
            self.end()

    def end(self) -> None:
        """End the process now."""
        _end(self.process)


class StartedWriter:
    """A writer process, and the socket it listens on."""

    def __init__(self, runtime: RuntimeDirectory) -> None:
        Path(runtime.writer_socket).unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "erqi_kg.engine.writer", str(runtime.path)],
            stdin=subprocess.PIPE,
            env=_environment(),
        )

    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self.process.poll() is None

    def end(self) -> None:
        """End the process now."""
        _end(self.process)


class StartedBroker:
    """A process that asks other endpoints, and the socket it listens on."""

    def __init__(self, runtime: RuntimeDirectory) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "erqi_kg.federation.broker", runtime.broker_socket],
            stdin=subprocess.PIPE,
            env=_environment(is_trusted=False),
        )

    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self.process.poll() is None

    def end(self) -> None:
        """End the process now."""
        _end(self.process)


class KeeperProcess:
    """A keeper and its runtime directory; ended with `close` or with this process.

    A keeper that ends by itself is started again.

    Raises:
        StoreError: no release can be served.
    """

    def __init__(self, settings: Settings, load_s: float = 600.0) -> None:
        self.settings = settings
        self.runtime = RuntimeDirectory.make()
        self.process = self._start()
        self._closed = threading.Event()
        try:
            self._wait(time.monotonic() + load_s)
        except BaseException:
            self._end()
            raise
        self._watcher = threading.Thread(target=self._watch, name="keeper", daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """End the keeper, its zygotes and their executors."""
        self._closed.set()
        self._watcher.join()
        self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        Path(self.runtime.keeper_socket).unlink(missing_ok=True)
        return subprocess.Popen(
            [sys.executable, "-m", "erqi_kg.engine.keeper", str(self.runtime.path)],
            stdin=subprocess.PIPE,
            env=_environment(self.settings),
            start_new_session=True,  # Ctrl-C in the terminal is for the process that started it
        )

    def _watch(self) -> None:
        while not self._closed.wait(_WATCH_S):
            if self.process.poll() is not None:
                log.warning("the keeper of the store ended; starting another")
                _end(self.process)
                self.process = self._start()

    def _end(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(_END_S)
        except subprocess.TimeoutExpired:
            _end(self.process)
        self.runtime.remove()

    def _wait(self, until: float) -> None:
        while not self.runtime.is_serving:
            failed = self.runtime.failed()
            if failed is not None:
                raise StoreError(f"release {failed.release} cannot be served: {failed.detail}")
            if self.process.poll() is not None:
                raise StoreError("the keeper of the store ended at its start; see its message")
            if time.monotonic() > until:
                raise StoreError("the release took too long to load")
            time.sleep(_POLL_S)


def _environment(settings: Settings | None = None, *, is_trusted: bool = True) -> dict[str, str]:
    """Return the environment of a child; who evaluates strangers' queries sees no token."""
    environment = dict(os.environ)
    if not is_trusted:
        environment.pop(variable_name("update_token"), None)
    package_parent = str(Path(__file__).parents[2])
    environment.setdefault(_TUNABLES, _MEMORY_AT_HAND)
    paths = [package_parent, *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    if settings is not None:
        environment.pop(SETTINGS_FILE_VARIABLE, None)
        for item in fields(settings):
            value = getattr(settings, item.name)
            environment[variable_name(item.name)] = "" if value is None else str(value)
    return environment


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.kill()
    process.wait()
