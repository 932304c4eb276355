from __future__ import annotations

from collections.abc import Iterator

import pytest

from erqi_kg.storedir import Release
from tests.servers import Server, running_server


@pytest.fixture(scope="package")
def server(built_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("frames") / "log"
    with running_server(built_release.path.parent.parent, log) as running:
        yield running
