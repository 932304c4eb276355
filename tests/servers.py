"""Start the real service as a user would, on a free port of the loopback interface."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests


@dataclass(frozen=True)
class Server:
    url: str
    process: subprocess.Popen[str]
    log: Path
    store_dir: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**settings: object) -> dict[str, str]:
    """The environment without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ERQI_")}
    return kept | {name: str(value) for name, value in settings.items()}


@contextmanager
def running_server(store_dir: Path, log: Path, **settings: object) -> Iterator[Server]:
    """Yield a running service over a store directory; end it by its own process id."""
    port = settings.pop("ERQI_PORT", None) or free_port()
    environment = clean_environment(ERQI_STORE_DIR=store_dir, ERQI_PORT=port, **settings)
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "erqi_kg", "serve"],
            env=environment, stdout=output, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        server = Server(f"http://127.0.0.1:{port}", process, log, store_dir)
        try:
            wait_until_ready(server)
            yield server
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def wait_until_ready(server: Server, timeout_s: float = 40) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            if requests.get(f"{server.url}/healthz", timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError(f"not ready:\n{server.log.read_text(encoding='utf-8')}")
