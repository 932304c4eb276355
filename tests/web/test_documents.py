"""Things, documents, graphs and the ontology as linked data."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from erqi_kg.web.http.formats import EXTENSIONS, content_type
from tests.web.conftest import BROWSER, IRI, THING

RDF = {ext: media for ext, media in EXTENSIONS.items() if ext != "html"}


def triples_of(body: bytes, media_type: str) -> set[ox.Triple]:
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None
    return {quad.triple for quad in ox.parse(body, format=form)}


def test_a_thing_points_to_its_document_on_the_serving_host(client: FlaskClient) -> None:
    answer = client.get("/id/division/1")
    assert (answer.status_code, answer.headers["Location"]) == (303, THING)
    assert 'rel="describedby"' in answer.headers["Link"]


@pytest.mark.parametrize(("extension", "media_type"), RDF.items())
def test_a_document_has_one_graph_in_every_format(
    client: FlaskClient, extension: str, media_type: str
) -> None:
    named = client.get(f"{THING}.{extension}")
    negotiated = client.get(THING, headers={"Accept": media_type})
    for answer in (named, negotiated):
        assert (answer.status_code, answer.headers["Content-Type"]) == (
            200,
            content_type(media_type),
        )
        assert answer.headers["Content-Location"] == f"{THING}.{extension}"
    turtle = client.get(f"{THING}.ttl")
    assert triples_of(named.data, media_type) == triples_of(turtle.data, "text/turtle")


def test_a_document_holds_the_thing_its_statements_their_words_and_all_labels(
    client: FlaskClient,
) -> None:
    text = client.get(f"{THING}.nt").text
    placement = "<https://w3id.org/erqi/id/placement/news/vitality/1>"
    for part in (
        f"<{IRI}> <http://www.w3.org/2000/01/rdf-schema#label>",
        f"{placement} <https://w3id.org/erqi/def#division> <{IRI}>",
        f"{placement} <https://w3id.org/erqi/def#rank>",
        '<http://www.w3.org/ns/oa#exact> "位列第12位"',
        '<http://www.w3.org/ns/oa#prefix> "城东区"',
        "<https://w3id.org/erqi/def#Placement> <http://www.w3.org/2000/01/rdf-schema#label>",
    ):
        assert part in text


def test_a_document_names_its_other_addresses(client: FlaskClient) -> None:
    link = client.get(f"{THING}.ttl").headers["Link"]
    for part in (
        '<https://w3id.org/erqi/doc/division/1>; rel="canonical"',
        f'<{IRI}>; rel="describes"',
        'rel="license"',
        f'<{THING}.jsonld>; rel="alternate"; type="application/ld+json"',
        f'<{THING}.ttl>; rel="describedby"',
    ):
        assert part in link


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/turtle; charset=utf-8"),
        ("*/*", "text/turtle; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.2", "application/rdf+xml"),
        ("application/json", "application/json"),
    ],
)
def test_a_document_is_negotiated(client: FlaskClient, accept: str | None, media_type: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    assert client.get(THING, headers=headers).headers["Content-Type"] == media_type


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/doc/division/99", 404), ("/doc/division/99.ttl", 404), ("/doc/division/1.pdf", 404),
        ("/doc/Division/1", 404), ("/id/Division/1", 404), ("/id/../etc", 404),
        ("/doc/division/1?page=2", 404), ("/doc/division/1?page=0", 400),
        ("/doc/division/1?page=x", 400), ("/doc/division/1.ttl?page=9", 404),
        ("/graph/source/none", 404), ("/def.pdf", 404), ("/def/9.9", 404),
        ("/def/shapes/none.ttl", 404), ("/queries/none", 404), ("/sources/none", 404),
        ("/sources/news?page=2", 404), ("/nowhere", 404), ("/doc/%E4%BA%8C", 404),
    ],
)  # fmt: skip
@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_what_is_not_there_is_said_so(
    client: FlaskClient, path: str, accept: str, status: int
) -> None:
    answer = client.get(path, headers={"Accept": accept})
    kind = "text/html; charset=utf-8" if accept == BROWSER else "application/problem+json"
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind)


@pytest.mark.parametrize("path", [THING, f"{THING}.nt", "/def", "/def.ttl", "/graph/source/news",
                                  "/dump.nq.gz", "/context.jsonld", "/", "/queries"])  # fmt: skip
@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_a_document_is_asked_again_for_nothing(client: FlaskClient, path: str, accept: str) -> None:
    first = client.get(path, headers={"Accept": accept})
    headers = {"Accept": accept, "If-None-Match": first.headers["ETag"]}
    again = client.get(path, headers=headers)
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_named_graph_is_returned_whole(client: FlaskClient) -> None:
    answer = client.get("/graph/source/news", headers={"Accept": "application/n-triples"})
    stated = client.get("/sparql", query_string={
        "query": "CONSTRUCT { ?s ?p ?o } "
        "{ GRAPH <https://w3id.org/erqi/graph/source/news> { ?s ?p ?o } }", "format": "nt",
    })  # fmt: skip
    assert triples_of(answer.data, "application/n-triples") == triples_of(
        stated.data, "application/n-triples"
    )


@pytest.mark.parametrize(("extension", "media_type"), RDF.items())
def test_the_ontology_is_answered_200_in_every_format(
    client: FlaskClient, extension: str, media_type: str
) -> None:
    for answer in (
        client.get(f"/def.{extension}"),
        client.get("/def", headers={"Accept": media_type}),
    ):
        assert (answer.status_code, answer.headers["Content-Type"]) == (
            200,
            content_type(media_type),
        )
        assert len(triples_of(answer.data, media_type)) > 8


def test_the_page_of_the_ontology_has_an_anchor_for_each_term(client: FlaskClient) -> None:
    page = client.get("/def", headers={"Accept": BROWSER, "Accept-Language": "en"}).text
    for part in ('id="Placement"', 'id="rank"', "A rank.", "erqi:Placement"):
        assert part in page
    assert "名次。" not in page


def test_the_dump_is_sent_in_parts(client: FlaskClient) -> None:
    whole = client.get("/dump.nq.gz")
    part = client.get("/dump.nq.gz", headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.data) == (206, whole.data[2:6])
    assert "Content-Encoding" not in client.get(
        "/dump.nq.gz", headers={"Accept-Encoding": "gzip"}
    ).headers  # fmt: skip


def test_files_for_programs_are_there(client: FlaskClient) -> None:
    assert json.loads(client.get("/context.jsonld").data) == {"@context": {}}
    assert client.get("/def/shapes/ranking.ttl").status_code == 200
    assert client.get("/def/0").status_code == 200
    assert "Disallow: /sparql" in client.get("/robots.txt").text
    assert client.get("/healthz").text.startswith("ok ")


@pytest.mark.parametrize("accept", [BROWSER, "text/turtle", "application/ld+json"])
def test_a_retired_thing_is_gone_and_its_document_tells_what_replaced_it(
    client: FlaskClient, accept: str
) -> None:
    """RFC 9110, section 15.5.11."""
    answer = client.get("/doc/division/0", headers={"Accept": accept})
    assert answer.status_code == 410
    assert "division/1" in answer.text.replace("\\/", "/")
    assert "Merged." in answer.text or "合并。" in answer.text


def test_the_ontologys_page_draws_its_classes_and_shows_each_term_in_the_data(
    client: FlaskClient,
) -> None:
    page = client.get("/def", headers={"Accept": BROWSER, "Accept-Language": "en"}).text
    drawing = page[page.index('<svg class="classes"') : page.index("</svg>")]
    assert '<a href="#Placement">' in drawing
    placement = page[page.index('id="Placement"') : page.index("</article>")]
    assert "/doc/placement/news/vitality/1" in page
    assert "placement" in placement
