from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erqi_kg.build.plain import publish_empty
from erqi_kg.engine import start_engine
from erqi_kg.settings import Settings
from erqi_kg.sparql.media_types import EXPANDED_JSON_LD
from erqi_kg.web.app import create_app
from tests.releases import make_release

TOKEN = "s3cret"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
SPACE = "https://w3id.org/erqi/graph/workspace/"
NOTES = f"{SPACE}notes"
BUILT = "https://w3id.org/erqi/graph/reference/a"
QUADS = f'<http://x/a> <http://x/p> "甲" <{BUILT}> .\n'
INSERT = f'INSERT DATA {{ GRAPH <{NOTES}> {{ <http://x/二七> <http://x/p> "区+%" }} }}'
TURTLE = {"Content-Type": "text/turtle"}
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"


def clients(chosen: Settings) -> Iterator[FlaskClient]:
    with start_engine(chosen) as engine:
        yield create_app(chosen, engine).test_client()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    make_release(tmp_path, QUADS)
    yield from clients(Settings(store_dir=tmp_path, update_token=TOKEN, max_upload_mb=1))


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[FlaskClient]:
    chosen = Settings(store_dir=tmp_path, update_token=TOKEN, plain=True)
    publish_empty(chosen)
    yield from clients(chosen)


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[FlaskClient]:
    make_release(tmp_path, QUADS)
    yield from clients(Settings(store_dir=tmp_path))


def count(client: FlaskClient, graph: str = NOTES) -> int:
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    answer = client.get("/sparql", query_string={"query": query, "format": "csv"})
    return int(answer.text.split()[1])


@pytest.mark.parametrize(
    "body", [{"data": {"update": INSERT}}, {"data": INSERT, "content_type": UPDATE}]
)
def test_an_update_is_done_and_told(client: FlaskClient, body: dict[str, object]) -> None:
    done = client.post("/update", headers=BEARER, **body)
    assert done.status_code == 200
    assert done.json["added"] == 1
    assert done.json["graphs"] == {"created": [NOTES], "dropped": []}
    assert done.json["release"].endswith(".1")
    assert count(client) == 1
    query = f"SELECT ?s {{ GRAPH <{NOTES}> {{ ?s ?p '区+%' }} }}"
    seen = client.get("/sparql", query_string={"query": query, "format": "csv"}).text
    assert seen.splitlines()[1] == "http://x/二七"


WRITES = [
    ("POST", "/update", {"data": {"update": INSERT}}),
    ("PUT", f"/store?graph={NOTES}", {"data": "", "headers": TURTLE}),
    ("POST", "/store", {"data": "", "headers": TURTLE}),
    ("DELETE", "/graph/workspace/notes", {}),
    ("POST", "/commits/1/undo", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_without_a_token_set_writing_is_off(
    closed: FlaskClient, method: str, path: str, body: dict[str, object]
) -> None:
    answer = closed.open(path, method=method, **body)
    assert answer.status_code == 403
    assert "ERQI_UPDATE_TOKEN" in answer.json["detail"]


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", "Basic czNjcmV0", f"bearer {TOKEN}x"]
)
@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_missing_or_wrong_token_is_told_what_to_send(
    client: FlaskClient, method: str, path: str, body: dict[str, object], given: str
) -> None:
    headers = {**body.get("headers", {}), "Authorization": given}
    answer = client.open(path, method=method, **(body | {"headers": headers}))
    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="')
    assert ("invalid_token" in challenge) == given.lower().startswith("bearer ")
    assert TOKEN not in answer.text


WRONG_UPDATES = {
    "a query": ({"data": "SELECT * { ?s ?p ?o }", "content_type": UPDATE}, 400),
    "a query as query": ({"data": {"query": "SELECT * { ?s ?p ?o }"}}, 400),
    "a query body": ({"data": "ASK {}", "content_type": "application/sparql-query"}, 400),
    "nothing": ({"data": "", "content_type": FORM}, 400),
    "two": ({"data": f"update={INSERT}&update={INSERT}", "content_type": FORM}, 400),
    "another in the URL": (
        {"data": INSERT, "content_type": UPDATE, "query_string": {"update": "x"}}, 400,
    ),
    "no SPARQL": ({"data": "INSERT DATA {", "content_type": UPDATE}, 400),
    "no UTF-8": ({"data": b"INSERT \xff", "content_type": UPDATE}, 400),
    "another type": ({"data": INSERT, "content_type": "text/plain"}, 415),
    "another charset": ({"data": INSERT, "content_type": f"{UPDATE}; charset=latin-1"}, 415),
    "a relative graph": (
        {"data": INSERT, "content_type": UPDATE, "query_string": {"using-graph-uri": "x"}}, 400,
    ),
    "too long": ({"data": INSERT + " " * 1_100_000, "content_type": UPDATE}, 413),
    "a built graph": ({"data": {"update": f"CLEAR GRAPH <{BUILT}>"}}, 403),
    "the default graph": ({"data": {"update": "CLEAR DEFAULT"}}, 403),
    "USING twice said": (
        {
            "data": f"INSERT {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }} USING <http://x/g> WHERE "
            "{ ?s ?p ?o }",
            "content_type": UPDATE,
            "query_string": {"using-graph-uri": "http://x/h"},
        },
        400,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "status"), WRONG_UPDATES.values(), ids=WRONG_UPDATES)
def test_wrong_updates_are_refused(
    client: FlaskClient, request_: dict[str, object], status: int
) -> None:
    answer = client.post("/update", headers=BEARER, **request_)
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    if status == 403:
        assert SPACE in answer.json["detail"]


def test_an_update_sent_to_the_query_address_is_told_where_to_go(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"update": INSERT})
    assert answer.status_code == 400
    assert "/update" in answer.json["detail"]
    get = client.get("/update")
    assert get.status_code == 405
    assert get.headers["Allow"] == "OPTIONS, POST"


def test_using_graph_uri_makes_the_dataset_of_the_pattern(client: FlaskClient) -> None:
    text = f"INSERT {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    for parameters, added in (
        ({"using-graph-uri": "http://x/none"}, 0),
        ({"using-named-graph-uri": BUILT}, 0),
        ({"using-graph-uri": BUILT}, 1),
    ):
        done = client.post(
            "/update", headers=BEARER, data=text, content_type=UPDATE, query_string=parameters
        )
        assert done.json["added"] == added


def test_a_graph_is_put_fetched_merged_and_deleted(client: FlaskClient) -> None:
    address = {"query_string": {"graph": NOTES}}
    assert client.get("/store", **address).status_code == 404
    put = client.put("/store", data="<#甲> <p> 'x' .", headers=BEARER | TURTLE, **address)
    assert put.status_code == 201
    again = client.put("/store", data="<#甲> <p> 'y' .", headers=BEARER | TURTLE, **address)
    assert again.status_code == 204
    assert (
        client.post("/store", data="<a> <p> 1 .", headers=BEARER | TURTLE, **address).status_code
        == 204
    )
    for form in (
        "text/turtle",
        "application/rdf+xml",
        "application/ld+json",
        "application/n-triples",
    ):
        got = client.get("/store", headers={"Accept": form}, **address)
        assert got.content_type.partition(";")[0] == form
        found = set(ox.parse(got.data, format=ox.RdfFormat.from_media_type(form)))
        assert {quad.subject.value for quad in found} == {f"{NOTES}#甲", f"{SPACE}a"}
    assert client.get("/graph/workspace/notes").data == client.get("/store", **address).data
    assert client.head("/store", **address).headers["Content-Length"] != "0"
    assert client.get("/store", headers={"Accept": "image/png"}, **address).status_code == 406
    assert client.delete("/store", headers=BEARER, **address).status_code == 204
    assert client.delete("/store", headers=BEARER, **address).status_code == 404
    assert client.get("/store", **address).status_code == 404


def test_an_empty_graph_is_there(client: FlaskClient) -> None:
    assert client.put("/graph/workspace/e", data="", headers=BEARER | TURTLE).status_code == 201
    got = client.get("/graph/workspace/e", headers={"Accept": "application/n-triples"})
    assert (got.status_code, got.data) == (200, b"")


WRONG_STORES = {
    "no graph": ("GET", "", {}, 400),
    "both": ("GET", "?default&graph=http://x/g", {}, 400),
    "twice": ("GET", "?graph=http://x/g&graph=http://x/h", {}, 400),
    "a relative IRI": ("GET", "?graph=g", {}, 400),
    "no graph to put": ("PUT", "", {"data": "", "headers": BEARER | TURTLE}, 400),
    "the default graph": ("PUT", "?default", {"data": "", "headers": BEARER | TURTLE}, 403),
    "a built graph": ("PUT", f"?graph={BUILT}", {"data": "", "headers": BEARER | TURTLE}, 403),
    "a built graph to drop": ("DELETE", f"?graph={BUILT}", {"headers": BEARER}, 403),
    "a wrong document": ("PUT", f"?graph={NOTES}", {"data": "<", "headers": BEARER | TURTLE}, 400),
    "no type": ("PUT", f"?graph={NOTES}", {"data": "", "headers": BEARER}, 415),
    "no RDF": (
        "PUT", f"?graph={NOTES}",
        {"data": "", "headers": BEARER | {"Content-Type": "image/png"}}, 415,
    ),
    "a part": (
        "PUT", f"?graph={NOTES}",
        {"data": "", "headers": BEARER | TURTLE | {"Content-Range": "bytes 0-1/2"}}, 400,
    ),
    "PATCH": ("PATCH", f"?graph={NOTES}", {"data": ""}, 405),
}  # fmt: skip


@pytest.mark.parametrize(
    ("method", "query", "more", "status"), WRONG_STORES.values(), ids=WRONG_STORES
)
def test_wrong_graph_store_requests_are_refused(
    client: FlaskClient, method: str, query: str, more: dict[str, object], status: int
) -> None:
    answer = client.open(f"/store{query}", method=method, **more)
    assert answer.status_code == status, answer.text
    assert answer.json["status"] == status


def test_a_graph_changed_meanwhile_is_not_overwritten(client: FlaskClient) -> None:
    path, write = "/graph/workspace/notes", BEARER | TURTLE
    assert (
        client.put(path, data="<a> <p> 1 .", headers=write | {"If-Match": "*"}).status_code == 412
    )
    client.put(path, data="<a> <p> 1 .", headers=write | {"If-None-Match": "*"})
    assert client.put(path, data="", headers=write | {"If-None-Match": "*"}).status_code == 412
    tag = client.get(path).headers["ETag"]
    client.put("/graph/workspace/other", data="<b> <p> 1 .", headers=write)
    second = client.put(path, data="<a> <p> 2 .", headers=write | {"If-Match": tag})
    assert second.status_code == 204
    assert (
        client.put(path, data="<a> <p> 3 .", headers=write | {"If-Match": tag}).status_code == 412
    )
    assert client.delete(path, headers=BEARER | {"If-Match": tag}).status_code == 412
    now = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": now}).status_code == 304
    assert client.delete(path, headers=BEARER | {"If-Match": now}).status_code == 204


@pytest.mark.parametrize("media_type", ["text/turtle", EXPANDED_JSON_LD])
def test_the_tag_of_any_format_guards_a_write(client: FlaskClient, media_type: str) -> None:
    path, write = "/graph/workspace/notes", BEARER | TURTLE
    client.put(path, data="<urn:a> <urn:p> 1 .", headers=write)
    accept = {"Accept": media_type}
    tag = client.get("/store", query_string={"graph": NOTES}, headers=accept).headers["ETag"]
    assert (
        client.post(path, data="<urn:a> <urn:p> 2 .", headers=write | {"If-Match": tag}).status_code
        == 204
    )
    assert client.delete(path, headers=BEARER | {"If-Match": tag}).status_code == 412


def test_the_whole_store_is_not_sent_twice(client: FlaskClient) -> None:
    whole = {"Accept": "application/n-quads"}
    tag = client.get("/store", headers=whole).headers["ETag"]
    assert client.get("/store", headers=whole | {"If-None-Match": tag}).status_code == 304
    client.put("/graph/workspace/notes", data="<urn:a> <urn:p> 1 .", headers=BEARER | TURTLE)
    assert client.get("/store", headers=whole | {"If-None-Match": tag}).status_code == 200


def test_a_document_posted_to_the_store_becomes_a_new_graph(client: FlaskClient) -> None:
    made = client.post("/store", data="<a> <p> <> .", headers=BEARER | TURTLE)
    assert made.status_code == 201
    assert made.json["graphs"]["created"][0].startswith(SPACE)
    assert client.get(made.headers["Location"]).status_code == 200


def test_the_whole_store_is_there_as_quads(client: FlaskClient) -> None:
    client.post("/update", headers=BEARER, data={"update": INSERT})
    for form in ("application/n-quads", "application/trig"):
        got = client.get("/store", headers={"Accept": form})
        quads = set(ox.parse(got.data, format=ox.RdfFormat.from_media_type(form)))
        assert {quad.graph_name.value for quad in quads} == {BUILT, NOTES}


def test_commits_are_listed_exported_and_undone(client: FlaskClient) -> None:
    client.post("/update", headers=BEARER, data={"update": INSERT})
    listed = client.get("/commits").json
    assert [(one["commit"], one["added"], one["graphs"]) for one in listed] == [(1, 1, [NOTES])]
    patch = client.get("/commits/1").text.splitlines()
    assert (patch[0], patch[-1]) == ("TX .", "TC .")
    assert patch[1].startswith("A <http://x/二七>")
    undone = client.post("/commits/1/undo", headers=BEARER)
    assert undone.json["removed"] == 1
    assert count(client) == 0
    assert client.get("/commits/7").status_code == 404


def test_an_answer_changes_its_tag_with_each_commit(client: FlaskClient) -> None:
    query = {"query_string": {"query": f"ASK {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }}"}}
    before = client.get("/sparql", **query)
    client.post("/update", headers=BEARER, data={"update": INSERT})
    after = client.get("/sparql", headers={"If-None-Match": before.headers["ETag"]}, **query)
    assert (before.json["boolean"], after.status_code, after.json["boolean"]) == (False, 200, True)


def test_plain_mode_serves_sparql_alone(plain: FlaskClient) -> None:
    for path in ("/sparql", "/status", "/commits", "/healthz"):
        assert plain.get(path).status_code == 200, path
    for path in ("/", "/search?q=x", "/doc/division/1", "/def", "/dump.nq.gz"):
        answer = plain.get(path)
        assert answer.status_code == 404, path
        assert "plain mode" in answer.json["detail"]


def test_plain_mode_writes_every_graph(plain: FlaskClient) -> None:
    write = BEARER | TURTLE
    assert plain.put("/store?default", data="<http://x/a> a 1 .", headers=write).status_code == 204
    assert plain.put("/store?graph=http://x/g", data="<> a 1 .", headers=write).status_code == 201
    assert plain.put("/store/person/1.ttl", data="<> a 2 .", headers=write).status_code == 201
    assert b"<http://localhost/store/person/1.ttl> a 2" in plain.get("/store/person/1.ttl").data
    plain.post("/update", headers=BEARER, data={"update": "INSERT DATA { <http://x/b> a 3 }"})
    quads = set(ox.parse(plain.get("/store", headers={"Accept": "application/n-quads"}).data,
                         format=ox.RdfFormat.N_QUADS))  # fmt: skip
    assert len(quads) == 4
    assert plain.delete("/store?default", headers=BEARER).status_code == 204
    asked = plain.get("/sparql", query_string={"query": "ASK { ?s ?p ?o }"})
    assert asked.json["boolean"] is False
    made = plain.post("/store", data="<> a 9 .", headers=write)
    assert b" 9" in plain.get(made.headers["Location"]).data


@given(st.binary(max_size=300))
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_bytes_sent_to_write_are_the_clients_fault(client: FlaskClient, body: bytes) -> None:
    for path, kind in (
        ("/update", UPDATE), ("/update", FORM), (f"/store?graph={NOTES}", "text/turtle"),
        (f"/store?graph={NOTES}", "application/rdf+xml"), ("/store", "application/trig"),
        (f"/store?graph={NOTES}", "application/ld+json"), ("/store", "application/n-quads"),
    ):  # fmt: skip
        answer = client.post(path, data=body, headers=BEARER, content_type=kind)
        assert answer.status_code in (200, 201, 204, 400, 403, 413, 415), answer.text


HEAVY = {
    "nested groups": "INSERT DATA {" + "{" * 3_000,
    "nested calls": f"INSERT {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }} WHERE {{ BIND("
    + "STR(" * 1_500 + "1" + ")" * 1_500 + " AS ?o) }",
    "a long chain": f"INSERT {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o FILTER("
    + "!" * 20_000 + "true) }",
}  # fmt: skip


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
def test_an_update_that_would_end_the_engine_is_refused(client: FlaskClient, text: str) -> None:
    answer = client.post("/update", headers=BEARER, data={"update": text})
    assert answer.status_code == 400, answer.text
    assert client.post("/update", headers=BEARER, data={"update": INSERT}).status_code == 200


def test_a_document_that_would_end_the_engine_is_refused(client: FlaskClient) -> None:
    deep = "<a> <p> " + "(" * 20_000 + ")" * 20_000 + " ."
    bomb = '<!DOCTYPE r [<!ENTITY a "' + "b" * 50 + '">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1 if n else chr(0)[:0]};" * 20}">' for n in range(6)
    ) + "]><r>&a5;</r>"  # fmt: skip
    for body, kind in ((deep, "text/turtle"), (bomb, "application/rdf+xml")):
        answer = client.post(f"/store?graph={NOTES}", data=body, headers=BEARER, content_type=kind)
        assert answer.status_code in (204, 201, 400, 503), answer.text
    assert client.post("/update", headers=BEARER, data={"update": INSERT}).status_code == 200
