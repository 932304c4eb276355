"""The examples of docs/federation.md, against small servers shaped like the endpoints they name."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from erqi_kg.settings import Settings
from erqi_kg.storedir import Release
from tests.federation.conftest import Federated, running_federation
from tests.federation.remotes import XML, Remote, Reply, answers_from, running_remote

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(
    r"```sparql\n(.*?)```", (ROOT / "docs" / "federation.md").read_text(encoding="utf-8"), re.S
)
ENDPOINTS = {
    "wikidata": "https://query.wikidata.org/sparql",
    "dbpedia": "https://dbpedia.org/sparql",
    "openstreetmap": "https://qlever.cs.uni-freiburg.de/api/osm-planet",
}
ERQI = "Q1337114"


def items_of_zhengzhou() -> list[str]:
    with (ROOT / "data/reference/wikidata-divisions.csv").open(encoding="utf-8") as lines:
        rows = [(row["id"], row["sameAs"]) for row in csv.DictReader(lines)]
    return [item.removeprefix("wd:") for thing, item in rows if thing.startswith("division/4101")]


def wikidata() -> str:
    items = items_of_zhengzhou()
    facts = (
        f"wd:{item} wdt:P1082 {1000 + place} ; wdt:P31 wd:Q1065118 ."
        for place, item in enumerate(items)
    )
    elsewhere = (f"wd:Q{number} wdt:P1082 {number} ." for number in range(1, 500))
    return (
        "@prefix wd: <http://www.wikidata.org/entity/> .\n"
        "@prefix wdt: <http://www.wikidata.org/prop/direct/> .\n" + "\n".join([*facts, *elsewhere])
    )


def dbpedia() -> str:
    return f"""@prefix dbr: <http://dbpedia.org/resource/> .
    @prefix dbo: <http://dbpedia.org/ontology/> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    dbr:Erqi_District owl:sameAs <http://www.wikidata.org/entity/{ERQI}> ;
        dbo:abstract "Erqi District is one of 6 urban districts of Zhengzhou."@en , "二七区"@zh .
    dbr:Elsewhere owl:sameAs <http://www.wikidata.org/entity/Q1> ; dbo:abstract "Not it."@en ."""


def openstreetmap() -> str:
    areas = (
        f'osmrel:{place} osmkey:wikidata "{item}" ; osmkey:boundary "administrative" ;'
        f' geo:hasGeometry [ geo:asWKT "POLYGON((113 34,114 34,114 35,113 34))"^^geo:wktLiteral ] .'
        for place, item in enumerate(items_of_zhengzhou())
    )
    return (
        "@prefix osmrel: <https://www.openstreetmap.org/relation/> .\n"
        "@prefix osmkey: <https://www.openstreetmap.org/wiki/Key:> .\n"
        "@prefix geo: <http://www.opengis.net/ont/geosparql#> .\n"
        'osmrel:999 osmkey:wikidata "Q64" ; osmkey:boundary "administrative" .\n' + "\n".join(areas)
    )


@dataclass
class World:
    """The project's release, with the three endpoints at hand."""

    asking: Federated
    remotes: dict[str, Remote]

    def rows(self, query: str) -> list[str]:
        for name, iri in ENDPOINTS.items():
            query = query.replace(iri, self.remotes[name].url)
        return self.asking.rows(query)


@pytest.fixture(scope="module")
def world(built_release: Release) -> Iterator[World]:
    shapes = {
        "wikidata": answers_from(wikidata()),
        "dbpedia": answers_from(dbpedia(), XML),
        "openstreetmap": answers_from(openstreetmap()),
    }
    with ExitStack() as stack:
        remotes = {
            name: stack.enter_context(running_remote(answer)) for name, answer in shapes.items()
        }
        settings = Settings(
            store_dir=built_release.path.parent.parent,
            service_allow=", ".join(remote.url for remote in remotes.values()),
        )
        engine, pid = stack.enter_context(running_federation(settings))
        one = remotes["wikidata"]
        yield World(Federated(engine, one, one, one, pid), remotes)


def test_there_is_an_example_for_each_endpoint() -> None:
    assert len(EXAMPLES) == len(ENDPOINTS)
    for iri in ENDPOINTS.values():
        assert any(f"<{iri}>" in example for example in EXAMPLES)


def test_wikidata_is_asked_for_the_districts_alone(world: World) -> None:
    rows = world.rows(EXAMPLES[0])
    assert len(rows) == len(items_of_zhengzhou())
    assert any(row.startswith("二七区,") for row in rows)
    (query,) = world.remotes["wikidata"].queries
    assert set(re.findall(r"entity/(Q\d+)", query)) == set(items_of_zhengzhou())
    (report,) = world.asking.asked
    assert report.rows == report.values == len(items_of_zhengzhou())


def test_dbpedia_is_asked_for_the_one_thing(world: World) -> None:
    rows = world.rows(EXAMPLES[1])
    assert any("Erqi District is one of 6" in row for row in rows)
    (query,) = world.remotes["dbpedia"].queries
    assert f"<http://www.wikidata.org/entity/{ERQI}>" in query


def test_dbpedia_may_be_away(world: World) -> None:
    answer, world.remotes["dbpedia"].answer = (
        world.remotes["dbpedia"].answer,
        lambda query: Reply(b"maintenance", "text/html", 503),
    )
    rows = world.rows(EXAMPLES[1].replace('"en"', '"zh"'))
    world.remotes["dbpedia"].answer = answer
    assert f"http://www.wikidata.org/entity/{ERQI}," in rows
    assert "503" in world.asking.asked[0].failure


def test_openstreetmap_is_asked_for_identifiers_made_here(world: World) -> None:
    rows = world.rows(EXAMPLES[2])
    assert len(rows) == len(items_of_zhengzhou())
    assert all("POLYGON" in row for row in rows)
    (query,) = world.remotes["openstreetmap"].queries
    assert f'("{ERQI}")' in query
    assert "Q64" not in query
