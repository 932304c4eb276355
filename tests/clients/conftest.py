from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from erqi_kg.storedir import Release
from tests.clients.programs import Programs, install
from tests.servers import Server, running_server


@pytest.fixture(scope="session")
def server(built_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real service over the project's own release, with a short deadline."""
    place = tmp_path_factory.mktemp("clients")
    shutil.copytree(built_release.path.parent.parent, place / "store", symlinks=True)
    with running_server(place / "store", place / "log", ERQI_QUERY_TIMEOUT_S=1.5) as running:
        yield running


@pytest.fixture(scope="session")
def programs() -> Programs:
    return install(Path(__file__).parent / ".cache")
