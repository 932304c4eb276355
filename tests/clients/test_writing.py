"""Clients that write: what they sent is there, and a refusal is an error to them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
import rdflib
import requests
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import Unauthorized

from tests.clients.programs import Programs
from tests.conformance.endpoint import Endpoint
from tests.conformance.engines import ours

TRIPLE = (rdflib.URIRef("urn:erqi"), rdflib.RDFS.label, rdflib.Literal("二七", lang="zh"))
INSERT = 'INSERT DATA { GRAPH <urn:notes> { <urn:s> <urn:p> "二七" } }'


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with ours(tmp_path_factory.mktemp("plain")) as endpoint:
        yield endpoint


def test_rdflib_writes_and_reads_as_a_store(plain: Endpoint) -> None:
    headers = {"Authorization": f"Bearer {plain.token}"}
    store = SPARQLUpdateStore(plain.query_url, plain.update_url, headers=headers)
    graph = rdflib.Graph(store, identifier=rdflib.URIRef("urn:notes"))
    graph.add(TRIPLE)
    assert TRIPLE in graph
    assert len(graph) == 1
    graph.remove(TRIPLE)
    assert len(graph) == 0


def test_rdflib_sees_a_missing_token_as_an_error(plain: Endpoint) -> None:
    store = SPARQLUpdateStore(plain.query_url, plain.update_url)
    graph = rdflib.Graph(store, identifier=rdflib.URIRef("urn:notes"))
    with pytest.raises(HTTPError, match="401"):
        graph.add(TRIPLE)


def test_sparqlwrapper_writes_with_the_token_and_is_refused_without(plain: Endpoint) -> None:
    wrapper = SPARQLWrapper(plain.update_url)
    wrapper.setMethod(POST)
    wrapper.setQuery(INSERT)
    with pytest.raises(Unauthorized):
        wrapper.query()
    wrapper.addCustomHttpHeader("Authorization", f"Bearer {plain.token}")
    wrapper.query().response.close()
    asking = SPARQLWrapper(plain.query_url, returnFormat=JSON)
    asking.setQuery('ASK { GRAPH <urn:notes> { ?s ?p "二七" } }')
    assert asking.queryAndConvert()["boolean"] is True


def test_rupdate_sees_a_missing_token_as_an_error(programs: Programs, plain: Endpoint) -> None:
    done = subprocess.run(
        ["java", "-cp", str(programs.jena), "arq.rupdate", "--service", plain.update_url, INSERT],
        capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode != 0
    assert "401" in done.stderr


def test_a_graph_is_put_and_got_by_any_http_client(plain: Endpoint) -> None:
    url = f"{plain.store_url}/二七.ttl"
    headers = {"Authorization": f"Bearer {plain.token}", "Content-Type": "text/turtle"}
    body = "<> <urn:p> '二七' ."
    assert requests.put(url, body.encode(), headers=headers, timeout=10).status_code == 201
    answer = requests.get(url, headers={"Accept": "text/turtle"}, timeout=10)
    found = rdflib.Graph().parse(data=answer.content, format="turtle", publicID=url)
    assert rdflib.Literal("二七") in set(found.objects())
