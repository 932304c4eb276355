from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from erqi_kg.engine import start_engine
from erqi_kg.engine.local import LocalEngine
from erqi_kg.settings import Settings
from tests.releases import make_release

QUADS = """\
<http://x/a> <http://x/name> "A"@en <http://x/g1> .
<http://x/a> <http://x/name> "甲"@zh <http://x/g1> .
<http://x/a> <http://x/size> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://x/g1> .
<http://x/a> <http://x/size> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://x/g2> .
<http://x/b> <http://x/size> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <http://x/g2> .
<http://x/b> <http://x/next> <http://x/a> <http://x/g3> .
"""
MANY = "".join(f'<http://x/s{n}> <http://x/p> "{n}" <http://x/g{n % 3}> .\n' for n in range(3000))

StartEngine = Callable[..., LocalEngine]


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small")
    make_release(path, QUADS)
    return path


@pytest.fixture(scope="session")
def large_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3,000 triples: a cross product of three patterns never ends."""
    path = tmp_path_factory.mktemp("large")
    make_release(path, MANY)
    return path


@pytest.fixture(scope="session", params=["memory", "disk"])
def engine(request: pytest.FixtureRequest, small_store: Path) -> Iterator[LocalEngine]:
    """The small release in each residence."""
    resident_mb = 100 if request.param == "memory" else 0
    with start_engine(Settings(store_dir=small_store, resident_mb=resident_mb)) as started:
        assert started.status()["residence"] == request.param
        yield started


@pytest.fixture
def start(large_store: Path) -> Iterator[StartEngine]:
    """Start engines over the large release, with tight limits; they are closed at the end."""
    started: list[LocalEngine] = []
    tight = Settings(store_dir=large_store, query_timeout_s=20.0, query_memory_mb=128)

    def start_with(**limits: object) -> LocalEngine:
        started.append(start_engine(replace(tight, **limits)))
        return started[-1]

    yield start_with
    for one in started:
        one.close()
