from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import settings

from erqi_kg.build.pipeline import build
from erqi_kg.settings import Settings
from erqi_kg.storedir import DEFAULT_GRAPH, DUMP, Release

ROOT = Path(__file__).parent.parent

settings.register_profile("steady", deadline=None, derandomize=True, max_examples=80)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def built_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of this very project, built once; with the texts where they are at hand."""
    texts = os.environ.get("ERQI_SOURCE_TEXTS")
    return build(
        Settings(
            project_dir=ROOT,
            store_dir=tmp_path_factory.mktemp("store"),
            source_texts=Path(texts) if texts else None,
        )
    )


@pytest.fixture(scope="session")
def built_store(built_release: Release) -> ox.Store:
    """The built release in memory: its merge as the default graph, and its named graphs."""
    store = ox.Store()
    for name, form in (
        (DEFAULT_GRAPH, ox.RdfFormat.N_TRIPLES),
        (DUMP, ox.RdfFormat.N_QUADS),
    ):
        store.bulk_load(gzip.decompress((built_release.path / name).read_bytes()), format=form)
    return store
