"""A second article takes one source record and one fact file, and no code."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from erqi_kg.build.pipeline import build, run_gates
from erqi_kg.build.validated import MEMORY
from erqi_kg.settings import Settings
from erqi_kg.storedir import DEFAULT_GRAPH, Release

ROOT = Path(__file__).parent.parent.parent
ARTICLE = ROOT / "tests/data/second_article"

AMOUNTS = """
PREFIX erqi: <https://w3id.org/erqi/def#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT ?source ?amount ?words WHERE {
    ?observation erqi:division <https://w3id.org/erqi/id/division/410103> ;
        erqi:indicator <https://w3id.org/erqi/id/indicator/gdp> ;
        erqi:period <https://w3id.org/erqi/id/period/2018-h1> ;
        erqi:amount ?amount ; prov:hadPrimarySource ?source .
    ?support erqi:supports ?observation ; erqi:property erqi:amount ;
        erqi:quote/oa:hasSelector/oa:exact ?words .
}
ORDER BY ?source
"""


@pytest.fixture(scope="module")
def settings(built_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The project with the invented article added, its reference data validated before."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ARTICLE / "source.toml", root / "data/sources/jinshui-brief-2018.toml")
    shutil.copy(ARTICLE / "facts.toml", root / "data/facts/jinshui-brief-2018.toml")
    (root / "store").mkdir()
    shutil.copy(built_release.path.parent.parent / MEMORY, root / "store" / MEMORY)
    return Settings(project_dir=root, store_dir=root / "store", source_texts=ARTICLE)


def test_conflicting_sources_both_stay_each_with_its_words(settings: Settings) -> None:
    run_gates(settings, update_lock=True)
    release = build(settings)
    store = ox.Store()
    store.bulk_load(
        gzip.decompress((release.path / DEFAULT_GRAPH).read_bytes()), format=ox.RdfFormat.N_TRIPLES
    )
    rows = [tuple(term.value for term in row) for row in store.query(AMOUNTS)]
    assert [(source.rsplit("/", 1)[1], amount) for source, amount, _ in rows] == [
        ("erqi-four-top100-2018", "28280000000"),
        ("jinshui-brief-2018", "28210000000"),
    ]
    assert "282.8亿元" in rows[0][2]
    assert "282.1亿元" in rows[1][2]
