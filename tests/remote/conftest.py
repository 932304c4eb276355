from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask import Flask

from erqi_kg.build.publishing.publisher import publish_to
from erqi_kg.build.publishing.target import Target
from erqi_kg.engine import start_engine
from erqi_kg.engine.interface import Engine
from erqi_kg.engine.remote.engine import RemoteEngine
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release
from erqi_kg.web.app import create_app
from tests.releases import make_release
from tests.remote.endpoint import Endpoint, running_endpoint
from tests.web.conftest import FILES, GRAPHS, WholeClient

TOKEN = "open sesame"


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    quads = ox.serialize(ox.parse(GRAPHS, format=ox.RdfFormat.TRIG), format=ox.RdfFormat.N_QUADS)
    assert quads is not None
    place = tmp_path_factory.mktemp("remote")
    return make_release(place, quads.decode(), files=FILES, is_described=True)


def publish_here(endpoint: Endpoint, release: Release, **options: Any) -> Any:
    target = Target(endpoint.store_url, endpoint.query_url, sleep=lambda _: None)
    return publish_to(target, release, **{"again": False, **options})


def settings_of(endpoint: Endpoint, release: Release, **settings: Any) -> Settings:
    place: Path = release.path.parent.parent
    urls = {
        "remote_query_url": endpoint.query_url,
        "remote_update_url": endpoint.update_url,
        "remote_store_url": endpoint.store_url,
    }
    return Settings(**{"store_dir": place, "query_timeout_s": 5.0, **urls, **settings})


@pytest.fixture(scope="session")
def shared_endpoint(release: Release) -> Iterator[Endpoint]:
    """An endpoint that the release was published to."""
    with running_endpoint() as running:
        publish_here(running, release)
        yield running


@pytest.fixture
def endpoint(shared_endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint, behaving well again; what it holds stays as it is."""
    shared_endpoint.behaviour = None
    shared_endpoint.requests.clear()
    yield shared_endpoint
    shared_endpoint.behaviour = None


@pytest.fixture
def fresh_endpoint(release: Release) -> Iterator[Endpoint]:
    """An endpoint that may be changed."""
    with running_endpoint() as running:
        publish_here(running, release)
        yield running


@pytest.fixture(scope="session")
def engine(shared_endpoint: Endpoint, release: Release) -> Iterator[RemoteEngine]:
    with RemoteEngine(settings_of(shared_endpoint, release)) as started:
        yield started


@pytest.fixture(scope="session")
def embedded(release: Release) -> Iterator[Engine]:
    with start_engine(Settings(store_dir=release.path.parent.parent, executors=1)) as started:
        yield started


@pytest.fixture(scope="session")
def app(shared_endpoint: Endpoint, release: Release, engine: RemoteEngine) -> Flask:
    made = create_app(settings_of(shared_endpoint, release), engine)
    made.test_client_class = WholeClient
    return made


@pytest.fixture(scope="session")
def embedded_app(release: Release, embedded: Engine) -> Flask:
    made = create_app(Settings(store_dir=release.path.parent.parent), embedded)
    made.test_client_class = WholeClient
    return made
