"""SPARQL 1.1 Query, 13.2, and Protocol, 2.1.4: every graph is a set."""

from __future__ import annotations

import pytest

from erqi_kg.engine.interface import QueryRequest
from erqi_kg.engine.local import LocalEngine
from tests.engine.asking import rows

G1, G2, G3, NONE = "http://x/g1", "http://x/g2", "http://x/g3", "http://x/absent"
DEFAULT = "SELECT (COUNT(*) AS ?c) {dataset} {{ ?s ?p ?o }}"
NAMED = "SELECT (COUNT(*) AS ?c) {dataset} {{ GRAPH ?g {{ ?s ?p ?o }} }}"


def counts(engine: LocalEngine, dataset: str = "", **request: object) -> tuple[int, int]:
    """Triples in the default graph, quads in the named graphs."""
    default = rows(engine, DEFAULT.format(dataset=dataset), **request)
    named = rows(engine, NAMED.format(dataset=dataset), **request)
    return int(default[0][0]), int(named[0][0])


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ("", (5, 6)),
        (f"FROM <{G1}>", (3, 0)),
        (f"FROM <{G1}> FROM <{G2}>", (4, 0)),
        (f"FROM <{G1}> FROM <{G1}>", (3, 0)),
        (f"FROM <{G1}> FROM <{G2}> FROM <{G3}> FROM NAMED <{G3}>", (5, 1)),
        (f"FROM <{G1}> FROM NAMED <{G2}>", (3, 2)),
        (f"FROM NAMED <{G1}>", (0, 3)),
        (f"FROM NAMED <{G1}> FROM NAMED <{G2}>", (0, 5)),
        (f"FROM <{NONE}>", (0, 0)),
        (f"FROM <{G1}> FROM <{NONE}>", (3, 0)),
        (f"FROM NAMED <{NONE}>", (0, 0)),
    ],
)
def test_the_text_makes_the_dataset(
    engine: LocalEngine, dataset: str, expected: tuple[int, int]
) -> None:
    assert counts(engine, dataset) == expected


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DESCRIBE ?s WHERE { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s (<http://x/p>|!<http://x/p>)+ ?o }",
        "ASK { ?s ?p 1 , 2 }",
        "SELECT ?s (COUNT(*) AS ?n) { { SELECT ?s { ?s ?p ?o } } } GROUP BY ?s",
    ],
)
def test_the_default_graph_answers_alone_as_it_does_beside_the_named_ones(
    engine: LocalEngine, query: str
) -> None:
    media_types = {"SELECT": "text/csv", "ASK": "application/sparql-results+json"}
    media_type = media_types.get(query.split()[0], "application/n-triples")
    alone, beside = (
        engine.answer(QueryRequest(query + note, media_type)).read() for note in ("", " # GRAPH")
    )
    assert sorted(alone.splitlines()) == sorted(beside.splitlines())


@pytest.mark.parametrize("dataset", ["", f"FROM <{G3}> FROM NAMED <{G3}>"])
@pytest.mark.parametrize(
    ("default_graphs", "named_graphs", "expected"),
    [
        ((G1,), None, (3, 0)),
        ((G1, G2), None, (4, 0)),
        ((G1, G2), (G1,), (4, 3)),
        (None, (G1, G2), (0, 5)),
        ((), (G1,), (0, 3)),
        ((NONE,), (NONE,), (0, 0)),
        ((NONE, G1), (), (3, 0)),
    ],
)
def test_the_protocol_overrides_the_text(
    engine: LocalEngine,
    dataset: str,
    default_graphs: tuple[str, ...] | None,
    named_graphs: tuple[str, ...] | None,
    expected: tuple[int, int],
) -> None:
    found = counts(engine, dataset, default_graphs=default_graphs, named_graphs=named_graphs)
    assert found == expected


def test_relative_graph_names_are_resolved(engine: LocalEngine) -> None:
    text = "BASE <http://x/> PREFIX x: <http://x/> SELECT * FROM <g1> FROM x:g2 { ?s ?p ?o }"
    assert len(rows(engine, text)) == 4
