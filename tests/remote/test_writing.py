"""Changes are passed on to a remote engine under the rules of the embedded one."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from erqi_kg.engine.remote.engine import RemoteEngine
from erqi_kg.storedir import Release
from erqi_kg.web.app import create_app
from tests.remote.conftest import TOKEN, settings_of
from tests.remote.endpoint import Endpoint, Handler
from tests.web.conftest import WholeClient

BASE = "https://w3id.org/erqi/"
MINE = f"{BASE}graph/workspace/mine"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TURTLE = {"Content-Type": "text/turtle"}


@pytest.fixture
def client(fresh_endpoint: Endpoint, release: Release) -> Iterator[FlaskClient]:
    settings = settings_of(fresh_endpoint, release, update_token=TOKEN)
    with RemoteEngine(settings) as engine:
        app = create_app(settings, engine)
        app.test_client_class = WholeClient
        yield app.test_client(use_cookies=False)


def update(client: FlaskClient, text: str, **headers: str):
    head = {**BEARER, "Content-Type": "application/sparql-update", **headers}
    return client.post("/update", data=text, headers=head)


def test_an_update_of_a_workspace_graph_is_seen_at_once(client: FlaskClient) -> None:
    done = update(client, f"INSERT DATA {{ GRAPH <{MINE}> {{ <urn:a> <urn:b> 'c' }} }}")
    assert done.status_code == 200
    assert done.json["added"] is None
    query = "SELECT ?g ?o { GRAPH ?g { <urn:a> <urn:b> ?o } }"
    found = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert found.text == f"g,o\r\n{MINE},c\r\n"
    default = "ASK { <urn:a> <urn:b> ?o }"
    found = client.get("/sparql", query_string={"query": default}, headers={"Accept": "text/csv"})
    assert found.text == "false"


def test_an_update_reads_the_merge_where_it_does_not_say(client: FlaskClient) -> None:
    text = f"INSERT {{ GRAPH <{MINE}> {{ ?s a ?c }} }} WHERE {{ ?s a ?c }}"
    assert update(client, text).status_code == 200
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{MINE}> {{ ?s a ?c }} }}"
    total = "SELECT (COUNT(*) AS ?n) { ?s a ?c }"
    counts = {
        client.get("/sparql", query_string={"query": one}, headers={"Accept": "text/csv"}).text
        for one in (query, total)
    }
    assert len(counts) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ GRAPH <{BASE}graph/inferred> {{ <urn:a> <urn:b> 'c' }} }}",
        f"INSERT DATA {{ GRAPH <{BASE}graph/remote/record> {{ <urn:a> <urn:b> 'c' }} }}",
        "INSERT DATA { <urn:a> <urn:b> 'c' }",
        "CLEAR ALL",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        f"LOAD <http://127.0.0.1:1/> INTO GRAPH <{MINE}>",
        f"INSERT {{ GRAPH <{MINE}> {{ ?s ?p 1 }} }} WHERE {{ SERVICE <http://x/> {{ ?s ?p 1 }} }}",
    ],
)
def test_nothing_else_is_passed_on(
    client: FlaskClient, fresh_endpoint: Endpoint, text: str
) -> None:
    before = len(fresh_endpoint.store)
    assert update(client, text).status_code == 403
    assert len(fresh_endpoint.store) == before
    assert ("POST", "/update") not in fresh_endpoint.requests


def test_a_workspace_graph_is_put_read_and_deleted(client: FlaskClient) -> None:
    body = "<urn:a> <urn:b> 'c' ."
    assert (
        client.put("/graph/workspace/mine", data=body, headers=BEARER | TURTLE).status_code == 201
    )
    assert (
        client.put("/graph/workspace/mine", data=body, headers=BEARER | TURTLE).status_code == 204
    )
    read = client.get("/graph/workspace/mine", headers={"Accept": "text/turtle"})
    assert "urn:a" in read.text
    assert "ETag" not in read.headers
    assert client.delete("/graph/workspace/mine", headers=BEARER).status_code == 204
    assert client.get("/graph/workspace/mine").status_code == 404
    assert client.delete("/graph/workspace/mine", headers=BEARER).status_code == 404


def test_a_built_graph_is_not_put(client: FlaskClient, fresh_endpoint: Endpoint) -> None:
    for path in ("/graph/inferred", "/graph/remote/merge"):
        done = client.put(path, data="<urn:a> <urn:b> 'c' .", headers=BEARER | TURTLE)
        assert done.status_code == 403
    assert fresh_endpoint.count(f"{BASE}graph/remote/record") > 0


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("PUT", "/graph/workspace/mine", TURTLE | {"If-Match": '"x"'}),
        ("PUT", "/graph/workspace/mine", TURTLE | {"If-None-Match": "*"}),
        ("PUT", "/graph/workspace/mine", {"Content-Type": "application/ld+json"}),
        ("POST", "/store", {"Content-Type": "application/trig"}),
        ("POST", "/commits/1/undo", {}),
    ],
)
def test_what_cannot_be_passed_on_is_not_offered(
    client: FlaskClient, method: str, path: str, headers: dict[str, str]
) -> None:
    done = client.open(path, method=method, data="{}", headers=BEARER | headers)
    assert done.status_code == 501
    assert "Retry-After" not in done.headers


def test_without_the_token_nothing_is_passed_on(
    client: FlaskClient, fresh_endpoint: Endpoint
) -> None:
    text = f"INSERT DATA {{ GRAPH <{MINE}> {{ <urn:a> <urn:b> 'c' }} }}"
    assert update(client, text, Authorization="Bearer other").status_code == 401
    assert ("POST", "/update") not in fresh_endpoint.requests


def test_without_an_address_updates_are_not_offered(
    fresh_endpoint: Endpoint, release: Release
) -> None:
    settings = settings_of(
        fresh_endpoint, release, update_token=TOKEN, remote_update_url=None, remote_store_url=None
    )
    with RemoteEngine(settings) as engine:
        client = create_app(settings, engine).test_client()
        text = f"INSERT DATA {{ GRAPH <{MINE}> {{ <urn:a> <urn:b> 'c' }} }}"
        done = update(client, text)
        assert done.status_code == 501
        assert "ERQI_REMOTE_UPDATE_URL" in done.json["detail"]


def wants(challenge: str, begins: str) -> object:
    def behave(handler: Handler) -> None:
        given = handler.headers.get("Authorization", "")
        if given.startswith(begins):
            handler.endpoint.behaviour = None
            handler.handle_any_again()
            return
        handler.send_response(401)
        handler.send_header("WWW-Authenticate", challenge)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return behave


@pytest.mark.parametrize(
    ("given", "challenge", "begins"),
    [
        ({"remote_user": "u", "remote_password": "geheim"}, 'Basic realm="x"',
         f"Basic {base64.b64encode(b'u:geheim').decode()}"),
        ({"remote_user": "u", "remote_password": "geheim", "remote_auth": "digest"},
         'Digest realm="x", nonce="abc", qop="auth", algorithm="MD5"', "Digest username=\"u\""),
        ({"remote_token": "geheim"}, "Bearer", "Bearer geheim"),
    ],
)  # fmt: skip
def test_the_endpoint_is_told_who_asks_and_nobody_else_is(
    fresh_endpoint: Endpoint,
    release: Release,
    caplog: pytest.LogCaptureFixture,
    given: dict[str, str],
    challenge: str,
    begins: str,
) -> None:
    settings = settings_of(fresh_endpoint, release, **given)
    fresh_endpoint.behaviour = wants(challenge, begins)
    with RemoteEngine(settings) as engine:
        assert engine.status()["remote_answers"] is True
        assert "geheim" not in repr(settings) + caplog.text + str(engine.status())
    if begins.startswith("Digest"):
        assert not any("geheim" in str(headers) for headers in fresh_endpoint.headers)


def test_a_graph_that_is_not_well_formed_is_no_success(
    client: FlaskClient, fresh_endpoint: Endpoint
) -> None:
    fresh_endpoint.behaviour = lambda handler: handler.reply(400, b"not Turtle: line 1")
    done = client.put("/graph/workspace/mine", data="<urn:a> <urn", headers=BEARER | TURTLE)
    assert done.status_code == 502
