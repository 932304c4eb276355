"""The Python client on engines of other makes: the types of RDF, and errors in their own words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bench.peers import Peer
from rdflib import URIRef

from erqi_kg.client import Graph
from erqi_kg.errors import RemoteUnavailable, RequestError, ServiceError
from tests.peers.conftest import DIVISION, endpoint_of

TYPED = """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?whole ?part ?day ?text ?thing ?nothing WHERE {
  VALUES (?whole ?part ?day ?text ?thing ?nothing) {
    (282 "282.8"^^xsd:decimal "2018-10-19"^^xsd:date "二七区"@zh <urn:peer:s> UNDEF)
    (-7 "0.5"^^xsd:decimal "2017-01-01"^^xsd:date "𠀀 \\"a\\"\\n"@en <urn:二七> UNDEF)
  }
} ORDER BY ?whole"""


@pytest.fixture(scope="session")
def graph(peer: Peer) -> Graph:
    return Graph(endpoint_of(peer))


def test_a_frame_has_the_types_of_the_terms(graph: Graph) -> None:
    frame = graph.select(TYPED, languages=True)
    assert frame["whole"].tolist() == [-7, 282]
    assert str(frame["whole"].dtype) == "Int64"
    assert frame["part"].tolist() == [Decimal("0.5"), Decimal("282.8")]
    assert [str(day.date()) for day in frame["day"]] == ["2017-01-01", "2018-10-19"]
    assert frame["text"].tolist() == ['𠀀 "a"\n', "二七区"]
    assert frame["text@"].tolist() == ["en", "zh"]
    assert frame["thing"].tolist() == ["urn:二七", "urn:peer:s"]
    assert frame["nothing"].isna().all()


def test_what_is_stored_is_asked_and_constructed(graph: Graph) -> None:
    thing = f"<{DIVISION}410103>"
    assert graph.ask(f'ASK {{ {thing} <urn:peer:note> "关于 410103"@zh }}')
    assert not graph.ask(f'ASK {{ {thing} <urn:peer:note> "关于 410103"@en }}')
    built = graph.construct(f"CONSTRUCT {{ {thing} ?p ?o }} WHERE {{ {thing} ?p ?o }}")
    assert {str(text) for text in built.objects(URIRef(f"{DIVISION}410103"))} == {
        "note on 410103",
        "关于 410103",
    }


def test_what_a_server_refuses_is_an_error_in_its_own_words(graph: Graph) -> None:
    with pytest.raises((RequestError, ServiceError), match=r"(?i)pars|syntax|encounter|expect"):
        graph.select("SELECT * WHERE { ?s ?p }")


def test_a_server_that_is_not_there_is_an_error(peer: Peer) -> None:
    nobody = Graph(endpoint_of(peer).replace(str(peer.port), "9"))
    with pytest.raises(RemoteUnavailable):
        nobody.ask("ASK {}")
