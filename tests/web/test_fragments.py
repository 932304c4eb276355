"""/fragments: pages of triples that know how many there are and where the rest is."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erqi_kg.engine import start_engine
from erqi_kg.storedir import Release
from erqi_kg.web.app import create_app
from erqi_kg.web.fragments.answering import PAGE_SIZE
from erqi_kg.web.fragments.controls import HYDRA
from tests.releases import make_release
from tests.web.conftest import BROWSER, WholeClient, settings_for

MANY = 2 * PAGE_SIZE + 10
GRAPHS = ("https://w3id.org/erqi/graph/a", "https://w3id.org/erqi/graph/b")
OF_B = f"<urn:s> <urn:few> <urn:o> <{GRAPHS[1]}> .\n"
QUADS = (
    "".join(f"<urn:s{n}> <urn:many> \"{n}\" <{GRAPHS[0]}> .\n" for n in range(MANY))
    + f'<urn:s> <urn:few> "二七"@zh <{GRAPHS[0]}> .\n'
    + f'<urn:s> <urn:few> "q\\"\\\\\\n" <{GRAPHS[0]}> .\n'
    + f'<urn:s> <urn:few> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <{GRAPHS[0]}> .\n'
    + f"<urn:s> <urn:few> <urn:o> <{GRAPHS[0]}> .\n"
    + OF_B
)  # fmt: skip
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE, "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML, "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS, "application/ld+json": ox.RdfFormat.JSON_LD,
}  # fmt: skip
WITH_GRAPHS = {"application/trig", "application/n-quads", "application/ld+json"}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return make_release(tmp_path_factory.mktemp("fragments"), QUADS)


@pytest.fixture(scope="module")
def triples(many: Release) -> Iterator[Flask]:
    with start_engine(settings_for(many)) as engine:
        app = create_app(settings_for(many), engine)
        app.test_client_class = WholeClient
        yield app


@pytest.fixture
def asking(triples: Flask) -> FlaskClient:
    return triples.test_client()


def parts(
    client: FlaskClient, url: str = "/fragments", media_type: str = "application/n-quads",
    **pattern: str
) -> tuple[set[ox.Triple], ox.Store]:  # fmt: skip
    """The triples of a page, and what it says of itself."""
    answer = client.get(url, query_string=pattern or None, headers={"Accept": media_type})
    assert answer.status_code == 200, answer.text
    found, told = set(), ox.Store()
    for quad in ox.parse(answer.data, format=FORMATS[media_type]):
        if quad.graph_name == ox.DefaultGraph():
            found.add(quad.triple)
        else:
            told.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    return found, told


def value(told: ox.Store, predicate: str) -> str | None:
    found = list(told.quads_for_pattern(None, ox.NamedNode(predicate), None))
    return found[0].object.value if found else None


@pytest.mark.parametrize(
    ("pattern", "count"),
    [({}, MANY + 4), ({"predicate": "urn:many"}, MANY), ({"predicate": "<urn:few>"}, 4),
     ({"subject": "urn:s"}, 4), ({"subject": "?s", "object": "?o"}, MANY + 4),
     ({"object": '"二七"@zh'}, 1), ({"object": '"二七"'}, 0), ({"object": '"7"'}, 1),
     ({"object": '"q"\\\n"'}, 1), ({"object": "urn:o"}, 1),
     ({"object": '"1"^^http://www.w3.org/2001/XMLSchema#integer'}, 1),
     ({"object": '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'}, 1),
     ({"object": '"1"^^xsd:integer'}, 1), ({"subject": '"1"'}, 0), ({"predicate": "urn:none"}, 0),
     ({"subject": "urn:s", "predicate": "urn:few", "object": "urn:o"}, 1),
     ({"graph": GRAPHS[1]}, 1), ({"graph": GRAPHS[1], "predicate": "urn:many"}, 0),
     ({"graph": "urn:no-graph"}, 0)],
)  # fmt: skip
def test_a_pattern_has_its_triples_and_their_exact_number(
    asking: FlaskClient, pattern: dict[str, str], count: int
) -> None:
    found, told = parts(asking, **pattern)
    assert value(told, HYDRA + "totalItems") == str(count)
    assert len(found) == min(count, PAGE_SIZE)


def test_the_pages_are_the_whole_fragment_once(asking: FlaskClient) -> None:
    url: str | None = "/fragments?predicate=urn:many"
    seen: list[ox.Triple] = []
    while url:
        found, told = parts(asking, url)
        seen += found
        url = value(told, HYDRA + "next")
    assert len(seen) == len(set(seen)) == MANY
    assert {one.object.value for one in seen} == {str(n) for n in range(MANY)}


def test_pages_are_the_same_wherever_they_are_asked(many: Release, asking: FlaskClient) -> None:
    with start_engine(settings_for(many)) as engine:
        other = create_app(settings_for(many), engine)
        other.test_client_class = WholeClient
        for page in ("1", "2", "3"):
            first, again = (parts(one, page=page)[0] for one in (asking, other.test_client()))
            assert first == again


@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format_has_triples_and_controls(asking: FlaskClient, media_type: str) -> None:
    found, told = parts(asking, media_type=media_type, predicate="urn:few")
    if media_type in WITH_GRAPHS:
        assert len(found) == 4
        assert value(told, "http://xmlns.com/foaf/0.1/primaryTopic")
    else:
        assert len(found) > 4 + 10


def test_a_page_is_named_as_it_was_asked_for(asking: FlaskClient) -> None:
    for query in ("predicate=urn%3Afew", "object=%22%e4%ba%8c%22@zh", "subject=", "page=1&object="):
        _, told = parts(asking, f"/fragments?{query}")
        source = ox.NamedNode("http://purl.org/dc/terms/source")
        (page,) = {quad.subject.value for quad in told.quads_for_pattern(None, source, None)}
        assert page == f"http://localhost/fragments?{query}"


@pytest.mark.parametrize("graph", ["", GRAPHS[0]])
def test_the_template_asks_the_same_dataset(asking: FlaskClient, graph: str) -> None:
    _, told = parts(asking, graph=graph)
    template = value(told, HYDRA + "template") or ""
    address, _, names = template.partition("{")
    assert names == ("&" if graph else "?") + "subject,predicate,object}"
    assert parse_qs(urlsplit(address).query).get("graph", [""]) == [graph]
    query = """PREFIX hydra: <http://www.w3.org/ns/hydra/core#> SELECT ?name ?property {
        ?dataset hydra:search [ hydra:mapping [ hydra:variable ?name ; hydra:property ?property ] ]
    }"""
    solutions = told.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    found = {(one["name"].value, one["property"].value) for one in solutions}
    assert found == {(name, rdf + name) for name in ("subject", "predicate", "object")}


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [("subject=x", "subject"), ("object=%22", "object"), ("object=%22a%22%40", "object"),
     ("object=%22a%22%5E%5Ex", "object"), ("predicate=_%3Ab", "predicate"), ("graph=x", "graph"),
     ("page=0", "page"), ("page=2001", "page"), ("page=x", "page"), ("p=1", "p"),
     ("subject=urn:a&subject=urn:b", "subject")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(asking: FlaskClient, asked: str, parameter: str) -> None:
    answer = asking.get(f"/fragments?{asked}")
    assert answer.status_code == 400, answer.text
    assert answer.get_json()["parameter"] == parameter


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.text(max_size=20))
def test_any_text_is_looked_for_as_a_literal_or_refused(asking: FlaskClient, text: str) -> None:
    quoted = asking.get("/fragments", query_string={"object": f'"{text}"'})
    assert quoted.status_code == 200, quoted.text
    assert asking.get("/fragments", query_string={"object": text}).status_code in (200, 400)


def test_a_page_past_the_end_has_no_triples_and_leads_back(asking: FlaskClient) -> None:
    found, told = parts(asking, predicate="urn:many", page="9")
    assert found == set()
    assert value(told, HYDRA + "next") is None
    back, _ = parts(asking, value(told, HYDRA + "previous") or "")
    assert len(back) == MANY % PAGE_SIZE


def test_people_have_a_form_and_a_table(asking: FlaskClient) -> None:
    pattern = {"object": '"二七"@zh'}
    for language, title in (("zh", "三元组片段"), ("en", "Triples by pattern")):
        headers = {"Accept": BROWSER, "Accept-Language": language}
        page = asking.get("/fragments", query_string=pattern, headers=headers)
        assert title in page.text
        assert 'value="&#34;二七&#34;@zh"' in page.text
        again = {**headers, "If-None-Match": page.headers["ETag"]}
        assert asking.get("/fragments", query_string=pattern, headers=again).status_code == 304


def test_every_page_and_format_has_its_own_entity_tag(asking: FlaskClient) -> None:
    asked = [("", "text/turtle"), ("", "application/trig"), ("?page=2", "text/turtle"),
             ("?predicate=urn:few", "text/turtle")]  # fmt: skip
    tags = []
    for query, media_type in asked:
        answer = asking.get(f"/fragments{query}", headers={"Accept": media_type})
        known = {"Accept": media_type, "If-None-Match": answer.headers["ETag"]}
        assert asking.get(f"/fragments{query}", headers=known).status_code == 304
        tags.append(answer.headers["ETag"])
    assert len(set(tags)) == len(tags)
