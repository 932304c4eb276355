"""`erqi-kg pull` from a running server into an empty store; the copy answers with the same tags."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from erqi_kg.storedir import Release, StoreDirectory
from tests.servers import clean_environment, running_server

ADDRESSES = [
    ("/doc/division/410103", "text/html"),
    ("/doc/division/410103", "text/turtle"),
    ("/queries/erqi-places-2018", "text/html"),
    ("/sparql?query=SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv"),
    ("/graph/ontology", "application/n-triples"),
    ("/.well-known/void", "text/turtle"),
    ("/context.jsonld", "*/*"),
    ("/dump.nq.gz", "*/*"),
    ("/dump/ontology.nq.gz", "*/*"),
    ("/search?q=eqq&format=json", "*/*"),
    ("/def", "text/turtle"),
]


def pulled(url: str, store_dir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "erqi_kg", "pull", url],
        env=clean_environment(ERQI_STORE_DIR=store_dir), capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def offered(built_release: Release, tmp_path: Path) -> Path:
    """A store directory with the project's own release."""
    place = tmp_path / "offered"
    shutil.copytree(built_release.path.parent.parent, place, symlinks=True)
    return place


def test_a_copy_answers_with_the_same_bytes_and_tags(offered: Path, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    with running_server(offered, tmp_path / "first.log") as first:
        outcome = pulled(first.url, mirror)
        assert outcome.returncode == 0, outcome.stderr
        with running_server(mirror, tmp_path / "second.log") as second:
            for address, accept in ADDRESSES:
                answers = [
                    requests.get(one.url + address, headers={"Accept": accept}, timeout=30)
                    for one in (first, second)
                ]
                ours, theirs = answers
                assert ours.status_code == 200, address
                assert ours.headers["ETag"] == theirs.headers["ETag"], address
                assert ours.headers["Last-Modified"] == theirs.headers["Last-Modified"], address
                if accept != "text/html":
                    assert sorted(ours.content.splitlines()) == sorted(
                        theirs.content.splitlines()
                    ), address


def test_a_killed_copy_goes_on(offered: Path, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    with running_server(offered, tmp_path / "server.log") as server:
        command = [sys.executable, "-m", "erqi_kg", "pull", server.url]
        process = subprocess.Popen(command, env=clean_environment(ERQI_STORE_DIR=mirror))
        deadline = time.monotonic() + 30
        while not list(mirror.glob("pulls/*/*")) and time.monotonic() < deadline:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert StoreDirectory(mirror).current_id() is None
        arrived = len(list(mirror.glob("pulls/*/*")))
        assert arrived
        assert pulled(server.url, mirror).returncode == 0
        assert StoreDirectory(mirror).current_id() == StoreDirectory(offered).current_id()
