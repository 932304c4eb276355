"""A server that is compared: installed, loaded and run in a directory of its own.

All listen on the loopback interface and are ended by process id.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.driver import ServerError, fetch
from bench.peers.processes import NotAvailable, family, free_port, proportional_kb
from bench.releases import Loaded

_READY_S = 90.0


class Peer(ABC):
    """A SPARQL server with the generated data.

    Args:
        workdir: holds what is installed, shared by all runs.
        loaded: the data.
    """

    name: str
    about: str
    path = "/sparql"
    extra = ""
    """Parameters that make the default graph the merge of the named graphs."""
    most_quads = 10**9

    def __init__(self, workdir: Path, loaded: Loaded) -> None:
        self.workdir = workdir / "peers"
        self.loaded = loaded
        self.place = self.workdir / f"{self.name}-{loaded.size}"
        self.port = free_port()
        self.load_s: float | None = None
        """Seconds to load the data; None when it was loaded before."""
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Install the server and load the data, unless both were done.

        Raises:
            NotAvailable: it cannot be had.
        """
        self.workdir.mkdir(parents=True, exist_ok=True)
        self.install()
        done = self.place / "loaded"
        if not done.is_file():
            shutil.rmtree(self.place, ignore_errors=True)
            self.place.mkdir()
            started = time.perf_counter()
            self.load()
            self.load_s = round(time.perf_counter() - started, 2)
            done.touch()

    @abstractmethod
    def install(self) -> None:
        """Install the server below the working directory."""

    def load(self) -> None:  # noqa: B027 - most peers have something to do, some have not
        """Load the data before the server starts."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Return the command that serves the loaded data in the foreground."""

    def environment(self) -> Mapping[str, str]:
        """Return variables the command needs."""
        return {}

    def version(self) -> str:
        """Return the version of the server."""
        return ""

    def loaded_late(self) -> None:  # noqa: B027 - as above
        """Load the data into the running server, for one that keeps it in memory."""

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            NotAvailable: it does not.
        """
        log = self.place / "server.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.place,
                env=os.environ | dict(self.environment()),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                fetch(self.port, f"{self.path}?query=ASK%7B%7D")
                self.loaded_late()
                return
            except (OSError, ServerError, TimeoutError):
                time.sleep(0.1)
        self.stop()
        said = log.read_text(encoding="utf-8", errors="replace")[-500:]
        raise NotAvailable(f"does not start: {said}")

    def stop(self) -> None:
        """End the server."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @property
    def memory_mb(self) -> int:
        """Return the resident memory of the server and its children, shared pages once each."""
        return sum(proportional_kb(pid) for pid in family(self._process)) // 1024
