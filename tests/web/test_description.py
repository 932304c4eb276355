"""What the service says about itself is true."""

from __future__ import annotations

import gzip

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from erqi_kg.storedir import Release
from erqi_kg.web.http.formats import content_type
from erqi_kg.web.sparql.statements import FORMATS, SD
from tests.web.conftest import BROWSER

FORMS = ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]


def store_of(client: FlaskClient, path: str, media_type: str = "text/turtle") -> ox.Store:
    answer = client.get(path, headers={"Accept": media_type})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type(media_type))
    store = ox.Store()
    store.load(answer.data, format=ox.RdfFormat.from_media_type(media_type))
    return store


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void", "/void"])
@pytest.mark.parametrize("media_type", FORMS)
def test_a_description_is_rdf_in_every_format(
    client: FlaskClient, path: str, media_type: str
) -> None:
    assert len(store_of(client, path, media_type)) > 10


def test_the_endpoint_that_is_named_answers_in_every_format_that_is_named(
    client: FlaskClient,
) -> None:
    store = store_of(client, "/sparql")
    endpoint = next(store.quads_for_pattern(None, ox.NamedNode(SD + "endpoint"), None))
    assert endpoint.object.value == "http://localhost/sparql"
    names = {
        quad.object.value.removeprefix(FORMATS)
        for quad in store.quads_for_pattern(None, ox.NamedNode(SD + "resultFormat"), None)
    }
    short = {"SPARQL_Results_JSON": "json", "SPARQL_Results_XML": "xml",
             "SPARQL_Results_CSV": "csv", "SPARQL_Results_TSV": "tsv", "Turtle": "ttl",
             "N-Triples": "nt", "JSON-LD": "jsonld", "RDF_XML": "rdf", "TriG": "trig",
             "N-Quads": "nq"}  # fmt: skip
    assert names == set(short)
    for name in names:
        query = "ASK {}" if short[name] in ("json", "xml", "csv", "tsv") else "DESCRIBE <urn:a>"
        answer = client.get("/sparql", query_string={"query": query, "format": short[name]})
        assert answer.status_code == 200


def test_the_graphs_that_are_counted_have_so_many_triples(
    client: FlaskClient, release: Release
) -> None:
    store = store_of(client, "/.well-known/void")
    triples = ox.NamedNode("http://rdfs.org/ns/void#triples")
    for iri in release.manifest.graphs:
        stated = next(store.quads_for_pattern(ox.NamedNode(iri), triples, None)).object.value
        asked = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
        counted = client.get("/sparql", query_string={"query": asked}).get_json(force=True)
        assert counted["results"]["bindings"][0]["n"]["value"] == stated


def test_the_addresses_that_the_description_names_answer(client: FlaskClient) -> None:
    store = store_of(client, "/.well-known/void")
    void = "http://rdfs.org/ns/void#"
    base = "https://w3id.org/erqi/"
    for predicate in ("dataDump", "sparqlEndpoint", "exampleResource"):
        found = list(store.quads_for_pattern(None, ox.NamedNode(void + predicate), None))
        assert found
        own = [quad.object.value for quad in found if quad.object.value.startswith(base)]
        for address in own:
            answer = client.get("/" + address.removeprefix(base).split("#")[0])
            assert answer.status_code in (200, 303), address
    for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"):
        feature = ox.Quad(
            ox.NamedNode(f"{base}.well-known/void#dataset"),
            ox.NamedNode(void + "feature"),
            ox.NamedNode(FORMATS + name),
        )
        assert feature in store


def test_the_service_description_leads_to_void(client: FlaskClient) -> None:
    store = store_of(client, "/sparql")
    see_also = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#seeAlso")
    address = next(store.quads_for_pattern(None, see_also, None)).object.value
    assert len(store_of(client, address.removeprefix("http://localhost"))) > 100


def test_a_graph_is_a_file_to_fetch(client: FlaskClient) -> None:
    lines = gzip.decompress(client.get("/dump/source/news.nq.gz").data).splitlines()
    assert lines
    assert all(b"<https://w3id.org/erqi/graph/source/news>" in line for line in lines)
    assert client.get("/dump/source/none.nq.gz").status_code == 404


def test_a_person_gets_a_form(client: FlaskClient) -> None:
    page = client.get("/sparql", headers={"Accept": BROWSER})
    assert "<textarea" in page.text
    assert 'name="query"' in page.text
