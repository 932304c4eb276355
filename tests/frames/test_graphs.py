"""The client against the service, and against a server of others."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import requests
from rdflib import URIRef

from erqi_kg.client import Graph
from erqi_kg.errors import (
    BadRequest,
    MalformedQuery,
    NotFound,
    QueryTimedOut,
    RemoteFailed,
    RequestError,
)
from erqi_kg.namespaces import Names
from tests.client.canned import answer, canned, solutions
from tests.servers import Server, free_port

NAMES = Names()
ERQI = NAMES.thing("division/410103")
GREEN = NAMES.thing("placement/erqi-four-top100-2018/2018-green-development/410103")
DATA = """
<http://example.org/a> <http://example.org/name> "二七"@zh, "Erqi"@en ; <http://example.org/n> 7 .
<http://example.org/b> <http://example.org/n> 8 .
"""


@pytest.fixture(scope="module")
def graph(server: Server) -> Graph:
    return Graph(f"{server.url}/sparql")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """Oxigraph's server with a few triples."""
    port = free_port()
    command = Path(sys.executable).parent / "oxigraph"
    site = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [command, "serve", "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            for _ in range(100):
                try:
                    kinds = {"Content-Type": "text/turtle"}
                    requests.post(f"{site}/store?default", data=DATA.encode(), headers=kinds)
                    break
                except requests.ConnectionError:
                    time.sleep(0.1)
            yield Graph(f"{site}/query")
        finally:
            process.kill()


def test_questions_are_listed_with_their_parameters(graph: Graph) -> None:
    frame = graph.questions()
    assert len(frame) >= 40
    found = frame.set_index("id").loc["indicators-of-a-period"]
    assert found.parameters == "division period"
    assert found.zh.endswith("？")


def test_a_question_is_answered_with_numbers_and_its_release(graph: Graph, server: Server) -> None:
    frame = graph.question("erqi-places-2018")
    assert dict(zip(frame.rankingEn.str.split(" by ").str[1], frame["rank"], strict=True)) == {
        "comprehensive strength": 86, "green development": 76,
        "innovation in science and technology": 91, "investment potential": 63,
    }  # fmt: skip
    current = (server.store_dir / "current").resolve().name
    assert frame.attrs["release"] == current
    assert frame.attrs["question"]["id"] == "erqi-places-2018"


def test_parameters_are_given_by_name_and_checked(graph: Graph) -> None:
    first = graph.question("indicators-of-a-period", division=ERQI)
    assert set(first.indicatorEn) >= {"gross regional product", "investment in fixed assets"}
    with pytest.raises(BadRequest, match="no parameter"):
        graph.question("indicators-of-a-period", districts=ERQI)
    with pytest.raises(NotFound):
        graph.question("no-such-question")


def test_an_answer_of_many_pages_is_whole(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = graph.question("places-of-a-division", to="polars", division=ERQI)
    monkeypatch.setattr("erqi_kg.client.questions._PAGE", 2)
    assert graph.question("places-of-a-division", to="polars", division=ERQI).equals(whole)
    assert whole.height > 3


def test_the_words_behind_a_value_are_there(graph: Graph) -> None:
    frame = graph.evidence(GREEN)
    rank = frame[frame.property == NAMES.term("rank")]
    assert rank.value.tolist() == [76]
    assert rank.quote.tolist() == ["第76位"]
    assert rank.source.tolist() == [NAMES.thing("source/erqi-four-top100-2018")]


def test_a_thing_is_described_in_triples(graph: Graph) -> None:
    triples = graph.describe(ERQI)
    assert (URIRef(ERQI), URIRef(NAMES.term("code")), None) in triples


def test_languages_have_a_column_of_their_own_when_wanted(graph: Graph) -> None:
    query = (
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        f"SELECT ?name ?n {{ <{ERQI}> rdfs:label ?name BIND(1 AS ?n) }} ORDER BY ?name"
    )
    frame = graph.select(query, languages=True)
    assert list(frame.columns) == ["name", "name@", "n"]
    assert dict(zip(frame["name@"], frame.name, strict=True))["en"] == "Erqi District"
    assert list(graph.select(query).columns) == ["name", "n"]


def test_mistakes_and_limits_of_the_service_are_told(graph: Graph, server: Server) -> None:
    with pytest.raises(MalformedQuery) as mistake:
        graph.select("SELECT * {\n ?s ?p }")
    assert mistake.value.line == 2
    crossing = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(3))
    with pytest.raises(QueryTimedOut) as stopped:
        Graph(f"{server.url}/sparql?timeout=0.5").select(
            f"SELECT (COUNT(*) AS ?n) {{ {crossing} }}"
        )
    assert stopped.value.extra["timeout_s"] == 0.5


def test_the_frame_of_a_query_says_what_was_asked_of_whom(graph: Graph, server: Server) -> None:
    attrs = graph.select("SELECT (1 AS ?x) {}").attrs
    assert attrs["endpoint"] == f"{server.url}/sparql"
    assert attrs["query"] == "SELECT (1 AS ?x) {}"
    assert attrs["asked"].endswith("+00:00")
    assert attrs["etag"]
    assert attrs["release"] is None


def test_a_graph_stays_at_a_release(graph: Graph) -> None:
    release = graph.newest_release()
    then = graph.at(release)
    assert then.select("SELECT (1 AS ?x) {}").attrs["release"] == release
    assert then.question("erqi-places-2018").attrs["release"] == release
    gone = graph.at("0123456789abcdef.0")
    for ask in (lambda: gone.ask("ASK {}"), lambda: gone.question("erqi-places-2018")):
        with pytest.raises(NotFound):
            ask()


def test_an_answer_is_cited_where_it_stays(graph: Graph) -> None:
    query = f"SELECT ?p {{ <{GREEN}> ?p ?o }} ORDER BY ?p"
    found = graph.cite(query)
    assert requests.get(found.address, timeout=30).status_code == 200
    assert found.bibtex.startswith("@misc{")
    assert graph.cite(query) == found


def test_what_is_inferred_has_its_reason(graph: Graph) -> None:
    frame = graph.evidence(GREEN)
    inferred = frame[frame.basis.str.endswith("inferred") & frame.quote.isna()]
    assert len(inferred) > 0
    assert inferred.reasonZh.notna().all()
    assert inferred.reasonEn.notna().all()


TYPES = """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT * { VALUES (?whole ?exact ?day ?year ?yes ?name ?thing ?none) {
  (1 2.50 "2018-10-09"^^xsd:date "2018"^^xsd:gYear true "二七"@zh <urn:x> UNDEF) } }"""


def test_both_servers_give_the_same_types(graph: Graph, foreign: Graph) -> None:
    ours, theirs = graph.select(TYPES), foreign.select(TYPES)
    pd.testing.assert_frame_equal(ours, theirs)
    assert dict(theirs.dtypes.astype(str)) == {
        "whole": "Int64", "exact": "object", "day": "datetime64[s]", "year": "Int64",
        "yes": "boolean", "name": "str", "thing": "str", "none": "str",
    }  # fmt: skip


def test_as_many_rows_as_a_server_gives_at_most_are_no_frame() -> None:
    rows = [{"x": {"type": "uri", "value": "urn:x"}}] * 2
    limited = answer(solutions(*rows), X_SPARQL_MaxRows="2")
    with canned(limited) as server, pytest.raises(RemoteFailed, match="there may be more"):
        Graph(server.url).select("SELECT ?x { ?x ?y ?z }")


def test_triples_of_a_server_of_others_are_read(foreign: Graph) -> None:
    assert len(foreign.construct("CONSTRUCT { <urn:s> <urn:p> 1, 2 } {}")) == 2


def test_a_server_of_others_is_asked_alike(foreign: Graph) -> None:
    frame = foreign.select(
        "SELECT ?s ?n ?name { ?s <http://example.org/n> ?n "
        "OPTIONAL { ?s <http://example.org/name> ?name } } ORDER BY ?n ?name",
        languages=True,
    )
    assert frame.n.tolist() == [7, 7, 8]
    assert frame["name@"].tolist()[:2] == ["en", "zh"]
    assert frame.name.isna().tolist() == [False, False, True]
    assert foreign.ask("ASK { ?s ?p 7 }")
    assert len(foreign.describe("http://example.org/a")) == 3
    with pytest.raises(RequestError):
        foreign.ask("ASK")
