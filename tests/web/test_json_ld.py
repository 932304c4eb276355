"""JSON-LD on the wire: compacted with our context, expanded for who asks by profile."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from erqi_kg.settings import Settings
from tests.web.conftest import IRI, THING

EXPANDED = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"'
COMPACTED = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"'
PATHS = [
    THING,
    "/def",
    "/graph/source/news",
    "/.well-known/void",
    "/store?default",
    f"/sparql?query=DESCRIBE%20%3C{IRI}%3E",
]


def triples(serialized: bytes, form: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(serialized, form)}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["application/ld+json", COMPACTED, EXPANDED])
def test_both_forms_say_what_turtle_says(client: FlaskClient, path: str, accept: str) -> None:
    turtle = client.get(path, headers={"Accept": "text/turtle"})
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    said = triples(answer.data, ox.RdfFormat.JSON_LD)
    assert said == triples(turtle.data, ox.RdfFormat.TURTLE) != set()


@pytest.mark.parametrize("path", PATHS)
def test_the_profile_that_is_asked_for_is_given_and_named(client: FlaskClient, path: str) -> None:
    compacted = client.get(path, headers={"Accept": COMPACTED})
    expanded = client.get(path, headers={"Accept": EXPANDED})
    assert compacted.headers["Content-Type"] == "application/ld+json"
    assert expanded.headers["Content-Type"] == EXPANDED
    assert "@context" in json.loads(compacted.data)
    assert isinstance(json.loads(expanded.data), list)
    assert compacted.headers["ETag"] != expanded.headers["ETag"]
    assert "Accept" in expanded.vary


def test_the_more_wanted_profile_wins(client: FlaskClient) -> None:
    for accept, is_expanded in (
        (f"{EXPANDED};q=0.5, application/ld+json", False),
        (f"application/ld+json;q=0.5, {EXPANDED}", True),
    ):
        answer = client.get(THING, headers={"Accept": accept})
        assert (answer.headers["Content-Type"] == EXPANDED) is is_expanded


def test_a_large_answer_stays_expanded_and_whole(client: FlaskClient) -> None:
    rows = "CONSTRUCT { ?a ?p [] } WHERE { ?a ?p ?b . ?c ?d ?e . ?f a ?g } LIMIT "
    for limit, is_compacted in ((100, True), (Settings().jsonld_triples + 1, False)):
        query = {"query": rows + str(limit), "format": "jsonld"}
        answer = client.get("/sparql", query_string=query)
        assert ("@context" in answer.text[:20]) is is_compacted
        assert len(list(ox.parse(answer.data, ox.RdfFormat.JSON_LD))) == limit
