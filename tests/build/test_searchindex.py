"""The search index depends on the triples only."""

from __future__ import annotations

import sqlite3

import pyoxigraph as ox

from erqi_kg.build.searchindex import KINDS, search_index
from erqi_kg.namespaces import DEFAULT_BASE_IRI, Names
from erqi_kg.storedir import SEARCH_INDEX, Release
from erqi_kg.web.showing.language import messages

TRIPLES = [
    f'<{DEFAULT_BASE_IRI}id/division/{n}> <http://www.w3.org/2000/01/rdf-schema#label> "区{n}"@zh .'
    for n in range(50)
]


def index_of(lines: list[str]) -> bytes:
    store = ox.Store()
    store.load("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    return search_index(store, Names(DEFAULT_BASE_IRI), {"q": {"zh": "问？", "en": "Ask?"}})


def test_equal_triples_in_any_order_give_the_same_bytes() -> None:
    assert index_of(TRIPLES) == index_of(TRIPLES[::-1])


def test_the_manifest_knows_the_index(built_release: Release) -> None:
    assert SEARCH_INDEX in built_release.manifest.outputs


def test_each_thing_stands_in_the_index_once(built_release: Release) -> None:
    index = sqlite3.connect(built_release.path / SEARCH_INDEX)
    things, iris = index.execute("SELECT count(*), count(DISTINCT iri) FROM thing").fetchone()
    kinds = {kind for (kind,) in index.execute("SELECT DISTINCT kind FROM thing")}
    index.close()
    assert things == iris > 3000
    assert {"division", "ranking", "programme", "project", "group", "indicator"} <= kinds


def test_every_kind_has_a_name() -> None:
    kinds = {*KINDS.values(), "question", "statement", "other"}
    assert kinds == {key.removeprefix("kind.") for key in messages() if key.startswith("kind.")}
