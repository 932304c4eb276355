"""The graph meets other people's data."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

WIKIDATA = """
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
wd:Q1337114 wdt:P442 "41 01 03" ; wdt:P17 wd:Q148 .
wd:Q1337373 wdt:P442 "41 01 04" ; wdt:P17 wd:Q148 .
wd:Q64 wdt:P17 wd:Q183 .
"""
BY_ITEM = """
SELECT ?division WHERE {
    ?item wdt:P17 wd:Q148 . ?division owl:sameAs ?item .
} ORDER BY ?division
"""
BY_CODE = """
SELECT ?division WHERE {
    ?item wdt:P442 ?code . ?division erqi:wikidataCode ?code .
} ORDER BY ?division
"""
PREFIXES = {
    "erqi": "https://w3id.org/erqi/def#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
}


@pytest.mark.parametrize("query", [BY_ITEM, BY_CODE], ids=["by item", "by spaced code"])
def test_districts_join_with_data_shaped_like_wikidatas(built_store: ox.Store, query: str) -> None:
    store = ox.Store()
    store.extend(built_store)
    store.load(WIKIDATA, format=ox.RdfFormat.TURTLE)
    found = [row["division"].value for row in store.query(query, prefixes=PREFIXES)]
    assert found == [f"https://w3id.org/erqi/id/division/{code}" for code in ("410103", "410104")]
