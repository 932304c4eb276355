"""Other engines ask this service by SERVICE, and it asks them; both get the right rows."""

from __future__ import annotations

import pytest
import requests
from bench.peers import Peer

from tests.peers.conftest import endpoint_of
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


ASKED = {
    "joined": (
        "?division erqi:code ?code FILTER(STRSTARTS(?code, '4101')) "
        "SERVICE <{url}> {{ ?division <urn:peer:note> ?note }}"
    ),
    "optional": (
        "VALUES ?division {{ {erqi} }} "
        "OPTIONAL {{ SERVICE <{url}> {{ ?division <urn:peer:note> ?note }} }}"
    ),
    "alone": (
        "SERVICE <{url}> {{ SELECT ?division (SAMPLE(?any) AS ?note) "
        "{{ ?division <urn:peer:note> ?any FILTER(LANG(?any) = 'zh') }} GROUP BY ?division }}"
    ),
}


@pytest.mark.parametrize("shape", ASKED)
def test_this_service_gets_the_right_rows_of_a_peer(peer: Peer, asker: Server, shape: str) -> None:
    url = endpoint_of(peer)
    where = ASKED[shape].format(url=url, erqi=ERQI)
    answer = requests.get(
        f"{asker.url}/sparql",
        params={"query": f"{PREFIXES} SELECT ?division ?note {{ {where} }}"},
        headers={"Accept": JSON}, timeout=60,
    )  # fmt: skip
    assert answer.ok, answer.text
    found = {
        (binding["division"]["value"][-6:], binding["note"]["value"], binding["note"]["xml:lang"])
        for binding in answer.json()["results"]["bindings"]
    }
    codes = {"joined": ("410102", "410103"), "optional": ("410103",)}
    notes = {
        (code, text, language)
        for code in codes.get(shape, ("410102", "410103", "999999"))
        for text, language in ((f"note on {code}", "en"), (f"关于 {code}", "zh"))
        if shape != "alone" or language == "zh"
    }
    assert found == notes
    assert answer.headers["Service-Report"].startswith(f'"{url}";requests=')
    assert (";values=" in answer.headers["Service-Report"]) is (shape != "alone")


def test_what_a_peer_refuses_is_told_here_by_its_name(peer: Peer, asker: Server) -> None:
    url = endpoint_of(peer)
    query = f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o FILTER(<urn:no:function>(?o, 1)) }} }}"
    answer = requests.get(f"{asker.url}/sparql", params={"query": query}, timeout=60)
    if answer.ok:  # an unknown function is an error of the filter to some, of the query to others
        assert answer.json()["results"]["bindings"] == []
    else:
        assert answer.status_code == 502
        assert answer.json()["endpoint"] == url
