"""Other engines ask this service by SERVICE, and get the rows it has."""

from __future__ import annotations

import pytest
import requests
from bench.peers import Peer

from tests.servers import Server

PREFIXES = """
PREFIX erqi: <https://w3id.org/erqi/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
PLACES = """
    ?placement a erqi:Placement ; erqi:division ?division ; erqi:rank ?rank ;
        erqi:ranking/erqi:editionYear ?year .
    ?division rdfs:label ?name
    FILTER (STR(?year) = "2018" && LANG(?name) = "zh")
"""
ERQI = "<https://w3id.org/erqi/id/division/410103>"
SHAPES = {
    "plain": "SERVICE <{url}> {{ {places} FILTER (?division = {erqi}) }}",
    "with VALUES inside": "SERVICE <{url}> {{ VALUES ?division {{ {erqi} }} {places} }}",
    "with VALUES before": "VALUES ?division {{ {erqi} }} SERVICE <{url}> {{ {places} }}",
}
UNSUPPORTED = {("virtuoso", "with VALUES before"): "Usupported combination of subqueries"}
"""What a peer says, in its own words, of a shape that it cannot do with any endpoint."""
JSON = "application/sparql-results+json"


def ask(peer: Peer, query: str) -> requests.Response:
    return requests.get(
        f"http://127.0.0.1:{peer.port}{peer.path}",
        params={"query": PREFIXES + query}, headers={"Accept": JSON}, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_peer_gets_the_right_rows(peer: Peer, server: Server, shape: str) -> None:
    called = SHAPES[shape].format(url=f"{server.url}/sparql", places=PLACES, erqi=ERQI)
    answer = ask(peer, f"SELECT ?rank ?name WHERE {{ {called} }} ORDER BY ?rank")
    if (peer.name, shape) in UNSUPPORTED:
        assert UNSUPPORTED[peer.name, shape] in answer.text
        return
    assert answer.ok, answer.text
    bindings = answer.json()["results"]["bindings"]
    found = [(binding["rank"]["value"], binding["name"]["value"]) for binding in bindings]
    assert found == [(rank, "二七区") for rank in ("63", "76", "86", "91")]


def test_a_refusal_here_is_an_error_there(peer: Peer, server: Server) -> None:
    called = f"SERVICE <{server.url}/sparql?format=none> {{ ?s ?p ?o }}"
    answer = ask(peer, f"SELECT * WHERE {{ {called} }}")
    # Oxigraph has sent its 200 by then, and breaks the document off.
    if answer.ok:
        with pytest.raises(requests.JSONDecodeError):
            answer.json()
