from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from erqi_kg.storedir import Release
from tests.servers import Server, running_server

TIMEOUT_S = 1.5


@pytest.fixture(scope="session")
def server(built_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real service over the project's own release, with a short deadline."""
    place = tmp_path_factory.mktemp("server")
    shutil.copytree(built_release.path.parent.parent, place / "store", symlinks=True)
    settings = {"ERQI_QUERY_TIMEOUT_S": TIMEOUT_S, "ERQI_QUERY_MEMORY_MB": 256}
    with running_server(place / "store", place / "server.log", **settings) as running:
        yield running


@pytest.fixture
def store_copy(built_release: Release, tmp_path: Path) -> Path:
    """A store directory of one's own."""
    shutil.copytree(built_release.path.parent.parent, tmp_path / "store", symlinks=True)
    return tmp_path / "store"
