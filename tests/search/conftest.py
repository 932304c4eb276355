from __future__ import annotations

from pathlib import Path

import pytest

from erqi_kg.storedir import SEARCH_INDEX, Release
from tests.releases import make_release


@pytest.fixture
def release_without_index(tmp_path: Path) -> Release:
    release = make_release(
        tmp_path, "<http://a/s> <http://a/p> 'o' <http://a/g> .".replace("'", '"')
    )
    (release.path / SEARCH_INDEX).unlink()
    return release
