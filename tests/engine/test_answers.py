from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from erqi_kg.engine.interface import QueryRequest
from erqi_kg.engine.local import LocalEngine
from erqi_kg.errors import (
    BadRequest,
    Forbidden,
    MalformedQuery,
    NotAcceptable,
    NotFound,
    RequestError,
    TooLarge,
)
from tests.engine.asking import CSV, rows

JSON = "application/sparql-results+json"


def body(engine: LocalEngine, text: str, media_type: str) -> bytes:
    return engine.answer(QueryRequest(text, media_type)).read()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?s { ?s <http://x/size> 1 }", [["http://x/a"]]),
        ("SELECT (COUNT(*) AS ?c) { ?s ?p ?o }", [["5"]]),
        ("SELECT (COUNT(*) AS ?c) { GRAPH ?g { ?s ?p ?o } }", [["6"]]),
        ("SELECT ?g { GRAPH ?g { <http://x/a> <http://x/size> 1 } }",
         [["http://x/g1"], ["http://x/g2"]]),
        ("SELECT (SUM(?n) AS ?sum) { ?s <http://x/size> ?n }", [["3"]]),
        ("SELECT ?x { <http://x/b> (<http://x/next>|<http://x/nothing>)+ ?x }", [["http://x/a"]]),
        ("SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { ?s <http://x/name> ?n } }",
         [["http://x/b"], ["http://x/b"]]),
        ("SELECT ?o { <http://x/a> <http://x/name> ?o FILTER(LANG(?o) = 'zh') }", [["甲"]]),
        ("SELECT ?s { ?s <http://x/size> ?n } ORDER BY DESC(?n) LIMIT 1", [["http://x/b"]]),
        ("SELECT ?s { VALUES ?s { <http://x/none> } ?s ?p ?o }", []),
        ("SELECT (<thing> AS ?iri) {}", [["https://w3id.org/erqi/thing"]]),
        ("SELECT ?x { BIND(1 AS ?x) FILTER(1<2) }", [["1"]]),
    ],
)  # fmt: skip
def test_both_residences_answer_alike(
    engine: LocalEngine, text: str, expected: list[list[str]]
) -> None:
    assert rows(engine, text) == expected


@pytest.mark.parametrize(
    ("media_type", "parsed_as"),
    [
        (JSON, ox.QueryResultsFormat.JSON),
        ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
        ("text/tab-separated-values", ox.QueryResultsFormat.TSV),
    ],
)
def test_solutions_come_in_every_format(
    engine: LocalEngine, media_type: str, parsed_as: ox.QueryResultsFormat
) -> None:
    found = body(engine, "SELECT ?s { ?s <http://x/size> 2 }", media_type)
    solutions = ox.parse_query_results(found, format=parsed_as)
    assert [solution["s"].value for solution in solutions] == ["http://x/b"]


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        (JSON, b'{"head":{},"boolean":true}'),
        (CSV, b"true"),
        ("text/tab-separated-values", b"true"),
    ],
)
def test_a_boolean_comes_in_every_format(
    engine: LocalEngine, media_type: str, expected: bytes
) -> None:
    assert body(engine, "ASK { ?s ?p ?o }", media_type) == expected


@pytest.mark.parametrize(
    "media_type",
    ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json",
     "application/trig", "application/n-quads"],
)  # fmt: skip
@pytest.mark.parametrize(
    "text",
    [
        "CONSTRUCT { ?s <http://x/p> 1 } { { ?s ?p ?o } UNION { ?s ?p2 ?o } }",
        "CONSTRUCT { ?s <http://x/p> 1 } { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_a_graph_holds_no_triple_twice(engine: LocalEngine, text: str, media_type: str) -> None:
    form = ox.RdfFormat.from_media_type(media_type)
    found = [quad.triple for quad in ox.parse(body(engine, text, media_type), format=form)]
    assert sorted(triple.subject.value for triple in found) == ["http://x/a", "http://x/b"]


def test_a_description_holds_what_is_said_of_a_thing(engine: LocalEngine) -> None:
    found = body(engine, "DESCRIBE <http://x/b>", "application/n-triples")
    assert len(found.splitlines()) == 2


def test_turtle_declares_the_prefixes_it_uses(engine: LocalEngine) -> None:
    text = "CONSTRUCT { ?s a <http://www.w3.org/2004/02/skos/core#Concept> } { ?s ?p 2 }"
    found = body(engine, text, "text/turtle").decode()
    assert found.splitlines() == [
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "<http://x/b> a skos:Concept .",
    ]


def test_an_answer_knows_its_size_release_and_time(engine: LocalEngine) -> None:
    answer = engine.answer(QueryRequest("SELECT * { ?s ?p ?o }", JSON))
    assert answer.release == engine.current().id
    assert 0 < answer.elapsed_s < 5
    assert answer.media_type == JSON
    assert len(answer.read()) == answer.size_bytes


ONE = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("SELECT ?s ?n { ?s <http://x/size> ?n }", {"s": "<http://x/b>"}, [["http://x/b", "2"]]),
        ("SELECT ?n { ?s <http://x/size> ?n }", {"s": "<http://x/b>"}, [["2"]]),
        ("SELECT ?s { ?s <http://x/size> ?n }", {"n": ONE}, [["http://x/a"]]),
        ("SELECT ?n { ?s <http://x/size> ?n }", {"s": "<http://x/none>"}, []),
        ("SELECT ?n { ?s <http://x/size> ?n }", {"s": "<http://x/b>", "n": ONE}, []),
        ("SELECT (COUNT(*) AS ?c) { ?s ?p ?o }", {"s": "<http://x/a>"}, [["3"]]),
        ("SELECT (EXISTS { ?s ?p ?o } AS ?e) { } # {", {"s": "<http://x/a>"}, [["true"]]),
        ("SELECT ?o { ?s ?p ?o }", {"o": '"A\\" } # "@en'}, []),
        ("SELECT ?s { ?s ?p ?o }", {"o": '"A"@en'}, [["http://x/a"]]),
        ("ASK { ?s ?p ?o }", {"s": "<http://x/a>"}, []),
    ],
)
def test_a_variable_is_bound_before_evaluation(
    engine: LocalEngine, text: str, terms: dict[str, str], expected: list[list[str]]
) -> None:
    assert rows(engine, text, substitutions=terms) == expected


def test_a_mistake_in_a_query_with_bound_variables_keeps_its_place(engine: LocalEngine) -> None:
    with pytest.raises(MalformedQuery) as caught:
        rows(engine, "SELECT ?n { ?s ?p ?n ; }\n banana", substitutions={"s": "<http://x/b>"})
    assert (caught.value.line, caught.value.column) == (2, 2)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (QueryRequest("SELEC * {}", CSV), MalformedQuery),
        (QueryRequest("SELECT * { SERVICE <http://x/> {} }", CSV), Forbidden),
        (QueryRequest("INSERT DATA { <a:a> <a:b> 1 }", CSV), BadRequest),
        (QueryRequest("SELECT * {}", "text/turtle"), NotAcceptable),
        (QueryRequest("SELECT * {}", "text/nothing"), NotAcceptable),
        (QueryRequest("SELECT * { ?s ?p ?o }", CSV, substitutions={"s": "x y"}), BadRequest),
        (QueryRequest("SELECT * { ?s ?p ?o }", CSV, substitutions={"s": "1 . <a:a> <a:b> 1"}),
         BadRequest),
        (QueryRequest("SELECT * { ?s ?p ?o }", CSV, substitutions={"not one": "<a:a>"}),
         BadRequest),
        (QueryRequest("SELECT * { ?s ?p ?o }", CSV, default_graphs=("not an iri",)), BadRequest),
        (QueryRequest("SELECT * { ?s ?p ?o }", CSV, timeout_s=0), BadRequest),
        (QueryRequest("SELECT * { ?s ?p '\ud800' }", CSV), BadRequest),
        (QueryRequest("#" * 1_000_001, CSV), TooLarge),
        (QueryRequest("SELECT * {}", CSV, release="0123456789abcdef.0"), NotFound),
        (QueryRequest("SELECT * {}", CSV, release="../../etc"), NotFound),
        (QueryRequest("SELECT (<http://x/f>(1) AS ?x) {}", CSV), BadRequest),
        (QueryRequest("SELECT * { ?s ?p ?o \x00 }", CSV), MalformedQuery),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_and_the_next_one_answered(
    engine: LocalEngine, request_: QueryRequest, error: type[RequestError]
) -> None:
    with pytest.raises(error) as caught:
        engine.answer(request_)
    assert type(caught.value) is error
    assert rows(engine, "SELECT ?s { ?s <http://x/size> 1 }") == [["http://x/a"]]


def test_a_mistake_comes_with_line_and_column(engine: LocalEngine) -> None:
    with pytest.raises(MalformedQuery) as caught:
        engine.answer(QueryRequest("SELECT *\n{ ?s ?p }", CSV))
    assert (caught.value.line, caught.value.column) == (2, 9)


def test_the_status_is_json_with_the_limits(engine: LocalEngine) -> None:
    status = json.loads(json.dumps(engine.status()))
    assert status["release"] == engine.current().id
    assert status["keeper_alive"] is True
    assert status["has_network"] is False
    assert status["zygote"]["rss_mb"] > 0
    assert status["limits"]["query_nesting"] == 200
