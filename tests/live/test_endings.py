"""A signal ends the service, whatever it is doing, and leaves nothing behind."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.releases import make_release
from tests.servers import clean_environment, free_port

QUAD = "<urn:s> <urn:p> <urn:o> <https://w3id.org/erqi/graph/source/x> .\n"
MOST_S = 5.0
STARTS_S = 3.0
"""By then the service has started on an idle machine."""


def processes_with(mark: str) -> list[str]:
    """The command lines of the running processes whose environment holds a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (path / "environ").read_bytes():
                found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def end_at(moment_s: float, number: int, directory: Path, *, to_group: bool) -> None:
    """Start the service, send it a signal after a while, and look what is left."""
    store_dir = directory / "store"
    if not store_dir.is_dir():
        make_release(store_dir, QUAD)
    mark = f"ending-{os.getpid()}-{time.monotonic_ns()}"
    runtime_parent = directory / mark
    runtime_parent.mkdir()
    port = free_port()
    environment = clean_environment(
        ERQI_STORE_DIR=store_dir, ERQI_PORT=port, TMPDIR=runtime_parent, MARK_OF_TEST=mark
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "erqi_kg", "serve"], env=environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    time.sleep(moment_s)
    (os.killpg if to_group else os.kill)(process.pid, number)
    sent = time.monotonic()
    try:
        output, _ = process.communicate(timeout=MOST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    while processes_with(mark) and time.monotonic() < sent + MOST_S:
        time.sleep(0.02)
    assert processes_with(mark) == []
    if "open http" in output or moment_s > 1:
        assert list(runtime_parent.iterdir()) == []
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("to_group", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_signal_at_any_moment_ends_the_service_and_all_its_processes(
    tmp_path: Path, number: int, seed: int, *, to_group: bool
) -> None:
    chosen = random.Random(f"{seed} {number} {to_group}")
    end_at(chosen.uniform(0.0, STARTS_S), number, tmp_path, to_group=to_group)


def test_the_service_says_where_it_is_and_nothing_else(tmp_path: Path) -> None:
    make_release(tmp_path / "store", QUAD)
    port = free_port()
    environment = clean_environment(ERQI_STORE_DIR=tmp_path / "store", ERQI_PORT=port)
    with subprocess.Popen(
        [sys.executable, "-m", "erqi_kg", "serve"], env=environment, stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline() == f"open http://127.0.0.1:{port}/\n"
        process.send_signal(signal.SIGTERM)
        assert process.stderr.read() == ""
    assert process.returncode == 0
