from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from erqi_kg.engine import start_engine
from erqi_kg.engine.interface import Answer, Engine, QueryRequest
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release, StoreDirectory
from erqi_kg.web.app import create_app
from erqi_kg.web.citing.citation import Citation
from erqi_kg.web.citing.keeping import CitationStore
from tests.releases import make_release

RELEASE_ID = "05b0bfa2a529d9ae.0"
"""Of the release that the tests ask."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
THING = "/doc/division/1"
IRI = "https://w3id.org/erqi/id/division/1"
HOSTILE = '<script>alert("1")</script>'

GRAPHS = """
PREFIX : <https://w3id.org/erqi/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX id: <https://w3id.org/erqi/id/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
BASE <https://w3id.org/erqi/id/>

GRAPH <https://w3id.org/erqi/graph/ontology> {
  :Placement a owl:Class ; rdfs:subClassOf :Statement ; rdfs:label "位次"@zh , "placement"@en ;
    rdfs:isDefinedBy <https://w3id.org/erqi/def> ; skos:definition "名次。"@zh , "A rank."@en .
  :Claim a owl:Class ; rdfs:subClassOf :Statement ; rdfs:label "主张"@zh , "claim"@en .
  :rank a owl:DatatypeProperty ; rdfs:label "名次"@zh , "rank"@en ;
    rdfs:isDefinedBy <https://w3id.org/erqi/def> .
  :division a owl:ObjectProperty ; rdfs:label "所说地区"@zh , "division"@en .
}
GRAPH <https://w3id.org/erqi/graph/reference/places> {
  <division/1> a :Division ; rdfs:label "城东区"@zh , "East District"@en ; :code "000001" ;
    owl:sameAs <http://www.wikidata.org/entity/Q1> .
  <division/0> a :Tombstone ; dcterms:isReplacedBy <division/1> ;
    :reason "合并。"@zh , "Merged."@en .
  <division/2> a :Division ; rdfs:label "城西区"@zh , "West District"@en .
  <division/hostile> a :Division ; rdfs:label '<script>alert("1")</script>'@en ;
    owl:sameAs <javascript:alert(1)> ; rdfs:seeAlso <http://例え.jp/二七> .
}
GRAPH <https://w3id.org/erqi/graph/source/news> {
  <source/news> a :Source ; dcterms:title "城东新闻"@zh , "News of the East"@en .
  <placement/news/vitality/1> a :Placement ; :division <division/1> ; :rank 12 ;
    prov:hadPrimarySource <source/news> ; prov:wasDerivedFrom <quote/news/a> .
  <support/placement/news/vitality/1/rank/stated> a :Support ; :property :rank ;
    :supports <placement/news/vitality/1> ; :basis <concept/basis/stated> ; :quote <quote/news/a> .
  <support/placement/news/vitality/1/division/inferred> a :Support ; :property :division ;
    :supports <placement/news/vitality/1> ; :basis <concept/basis/inferred> ;
    :reason "题目所说。"@zh , "The title says so."@en .
  <quote/news/a> a :Quote ; :confirmed true ;
    oa:hasSource <source/news> ; oa:hasSelector <quote/news/a/selector> .
  <quote/news/a/selector> oa:exact "位列第12位" ; oa:prefix "城东区" ; oa:suffix "。" ;
    oa:refinedBy <quote/news/a/position> .
  <quote/news/a/position> oa:start 3 ; oa:end 9 .
  <claim/news/green> a :Claim ; :about <division/2> ; :value 7 ;
    prov:hadPrimarySource <source/news> ; prov:wasDerivedFrom <quote/news/b> .
  <support/claim/news/green/value/stated> a :Support ; :property :value ;
    :supports <claim/news/green> ; :basis <concept/basis/stated> ; :quote <quote/news/b> .
  <quote/news/b> a :Quote ; :confirmed false ; oa:hasSource <source/news> ;
    oa:hasSelector <quote/news/b/selector> .
  <quote/news/b/selector> oa:exact "“绿”第7位" .
}
GRAPH <https://w3id.org/erqi/graph/inferred> { <placement/news/vitality/1> a :Statement . }
"""
QUESTION = """#+ id: places-of-a-division
#+ question:
#+   zh: 某区列第几位？
#+   en: Which places did a division take?
#+ parameters:
#+   division:
#+     type: iri
#+     default: division/1
#+     label: {zh: 行政区, en: division}
#+ tags: [ranking]
PREFIX erqi: <https://w3id.org/erqi/def#>
SELECT ?division ?placement ?rank
WHERE {
  ?placement erqi:division ?division ; erqi:rank ?rank .
}
ORDER BY ?rank
"""
FILES = {
    "queries/competency/places-of-a-division.rq": QUESTION,
    "ontology/context.jsonld": '{"@context": {}}\n',
    "ontology/modules/ranking.ttl": (
        "# Terms of the module: ranking (榜单).\nerqi:Placement a owl:Class .\n"
    ),
    "ontology/shapes/ranking.ttl": "# Shapes.\n",
}  # fmt: skip


CITED = Citation(
    query="SELECT ?place { ?place <https://w3id.org/erqi/def#rank> 12 }",
    default_graphs=None,
    named_graphs=None,
    release=RELEASE_ID,
    release_built="2026-01-01T00:00:00Z",
    cited="2026-02-03T00:00:00+00:00",
    answer={
        "head": {"vars": ["place"]},
        "results": {
            "bindings": [
                {
                    "place": {
                        "type": "uri",
                        "value": "https://w3id.org/erqi/id/placement/news/vitality/1",
                    }
                }
            ]
        },
    },
)


class CountingEngine:
    """The real engine, and how often a page asks it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.asked: list[QueryRequest] = []

    def answer(self, request: QueryRequest) -> Answer:
        self.asked.append(request)
        return self.engine.answer(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    quads = ox.serialize(ox.parse(GRAPHS, format=ox.RdfFormat.TRIG), format=ox.RdfFormat.N_QUADS)
    assert quads is not None
    place = tmp_path_factory.mktemp("web")
    before = quads.decode().replace('"城西区"', '"西郊区"')
    make_release(place, before, files=FILES, is_described=True, built="2025-07-01T00:00:00Z")
    made = make_release(place, quads.decode(), files=FILES, is_described=True)
    assert made.id == RELEASE_ID
    CitationStore(StoreDirectory(place), Settings()).keep(CITED)
    return made


@pytest.fixture(scope="session")
def engine(release: Release) -> Iterator[CountingEngine]:
    settings = settings_for(release)
    engine = start_engine(settings)
    yield CountingEngine(engine)
    engine.close()


class WholeClient(FlaskClient):
    """Reads each answer to its end and closes it, as clients over HTTP do.

    It has no address: the kernel knows of no connection that could show it is still there.
    """

    def open(self, *arguments: Any, **options: Any) -> Any:
        self.environ_base["REMOTE_ADDR"] = ""
        return super().open(*arguments, **{"buffered": True, **options})


@pytest.fixture(scope="session")
def app(release: Release, engine: CountingEngine) -> Flask:
    app = create_app(settings_for(release), engine)
    app.test_client_class = WholeClient
    return app


@pytest.fixture(scope="session")
def built_app(built_release: Release) -> Iterator[Flask]:
    """The application over the project's own release."""
    settings = settings_for(built_release)
    with start_engine(settings) as engine:
        app = create_app(settings, engine)
        app.test_client_class = WholeClient
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without cookies."""
    return app.test_client(use_cookies=False)


def settings_for(release: Release) -> Settings:
    return Settings(
        store_dir=release.path.parent.parent,
        query_timeout_s=2,
        query_memory_mb=256,
        max_query_bytes=20_000,
        executors=1,
    )


def failing_engine(error: Exception, release: Release) -> Engine:
    """An engine whose every query fails."""

    def fail(request: QueryRequest) -> Answer:
        raise error

    made: Any = SimpleNamespace(
        answer=fail, current=lambda: release, status=dict, close=lambda: None
    )
    return made  # type: ignore[no-any-return]
