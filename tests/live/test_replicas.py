"""A copy of a release directory is a replica: the same answers and tags from another server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import requests

from tests.releases import make_release, point_current
from tests.servers import running_server

QUADS = '<http://x/a> <http://x/p> "1" <https://w3id.org/erqi/graph/a> .\n'
QUERY = {"query": "SELECT * { ?s ?p ?o }"}


@pytest.fixture
def replica(tmp_path: Path) -> tuple[Path, Path]:
    """Two store directories; the second was made as docs/scaling.md says."""
    first, second = tmp_path / "first", tmp_path / "second"
    release = make_release(first, QUADS)
    shutil.copytree(release.path, second / "releases" / release.id)
    point_current(second, release.id)
    return first, second


def test_a_replica_answers_with_the_same_tags(replica: tuple[Path, Path], tmp_path: Path) -> None:
    first, second = replica
    with (
        running_server(first, tmp_path / "log1", ERQI_WORKERS=1) as original,
        running_server(second, tmp_path / "log2", ERQI_WORKERS=1) as copy,
    ):
        answers = [requests.get(f"{one.url}/sparql", params=QUERY, timeout=20)
                   for one in (original, copy)]  # fmt: skip
        assert answers[0].text == answers[1].text
        assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
        held = {"If-None-Match": answers[0].headers["ETag"]}
        again = requests.get(f"{copy.url}/sparql", params=QUERY, headers=held, timeout=20)
        assert again.status_code == 304
