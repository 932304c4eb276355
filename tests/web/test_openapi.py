"""/openapi.json says what the service answers: every route, every documented answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from erqi_kg.build.plain import publish_empty
from erqi_kg.engine import start_engine
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release
from erqi_kg.web.app import create_app
from erqi_kg.web.showing.problems import PROBLEM_JSON
from tests.releases import make_release
from tests.web.conftest import WholeClient, settings_for
from tests.web.test_answers_of_all_routes import ROUTES

METHODS = {"GET", "POST", "PUT", "DELETE"}
GRAPH = "https://w3id.org/erqi/graph/source/news"
RELEVANT = {
    "/store": {"graph": GRAPH},
    "/sparql": {"query": "ASK {}"},
    "/sparql/doctor": {"query": "SELECT * { ?s a ?s }"},
}
"""What an address needs to answer."""
WRONG = {
    "/sparql": {"query": "SELEC"}, "/sparql/doctor": {"query": "ASK {}"},
    "/doc/{document}": {"page": "x"}, "/store": {"graph": "x"}, "/queries": {"tog": "x"},
    "/editor": {"x": "x"},
    "/queries/{question_id}": {"x": "x"}, "/search": {"kind": "fruit"},
    "/sources/{source_id}": {"page": "x"}, "/store/{path}": {},
    "/releases/{release_id}": {"kind": "fruit"},
    "/cite/{citation_id}": {"format": "x"},
    "/report": {"thing": "X"},
    "/api": {"x": "x"}, "/api/{question_id}": {"limit": "0"}, "/reconcile": {"queries": "x"},
    "/fragments": {"subject": "x"},
    **{f"/reconcile{draft}/{path}": {"limit": "0", "type": "a b"}
       for draft in ("", "/1.0-draft") for path in (
           "suggest/entity", "suggest/type", "suggest/property", "extend/propose", "preview")},
}  # fmt: skip
MISSING = {
    "/commits/{commit}": "/commits/77", "/timemap/{target}": "/timemap/x",
    "/id/{thing_id}": "/id/X", "/doc/{document}": "/doc/x",
    "/graph/{path}": "/graph/x", "/store/{path}": "/store/x", "/def.{extension}": "/def.x",
    "/def/{version}": "/def/x", "/def/shapes/{name}.ttl": "/def/shapes/x.ttl",
    "/queries/{question_id}": "/queries/x", "/sources/{source_id}": "/sources/x",
    "/dump/{path}.nq.gz": "/dump/x.nq.gz", "/static/{filename}": "/static/x",
    "/releases/{release_id}": "/releases/x",
    "/releases/{release_id}/changes": "/releases/x/changes",
    "/cite/{citation_id}": "/cite/x",
    "/report": "/report?thing=x/y",
    "/releases/{release_id}/manifest.json": "/releases/x/manifest.json",
    "/releases/{release_id}/files/{path}": "/releases/current/files/store/CURRENT",
    "/releases/{release_id}/changes.rdfp.gz": "/releases/x/changes.rdfp.gz",
    "/queries": "/queries?tag=x", "/editor": "/editor?question=x", "/store": "/store?graph=urn:x",
    "/api/{question_id}": "/api/x",
    "/reconcile/preview": "/reconcile/preview?id=x", "/fragments": "/fragments?release=x",
    "/reconcile/1.0-draft/preview": "/reconcile/1.0-draft/preview?id=x",
}  # fmt: skip
OF_A_QUESTION = r"/(queries|api)/[a-z0-9-]+"
GONE = {"/doc/{document}": "/doc/division/0"}


def described(client: FlaskClient) -> dict:
    answer = client.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.1"
    return json.loads(answer.data)


@pytest.fixture(scope="module")
def paths(app: Flask) -> dict:
    found = described(app.test_client())["paths"]
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def addresses(app: Flask) -> dict[str, str]:
    """An address that answers for each path, from the table of all routes."""
    found: dict[str, str] = {}
    for route in ROUTES:
        with app.test_request_context(route) as context:
            rule = context.request.url_rule
            if rule:
                found.setdefault(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), route)
    return found


@pytest.fixture(scope="module", params=["writable", "plain"])
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    path: Path = tmp_path_factory.mktemp(request.param)
    settings = Settings(store_dir=path, update_token="s", plain=request.param == "plain")
    if settings.plain:
        publish_empty(settings)
    else:
        make_release(path, f"<urn:a> <urn:b> <urn:c> <{GRAPH}> .\n")
    with start_engine(settings) as engine:
        app = create_app(settings, engine)
        app.test_client_class = WholeClient
        yield app.test_client()


def test_it_is_valid_whatever_the_settings(client: FlaskClient, other: FlaskClient) -> None:
    for one in (client, other):
        document = described(one)
        validate(document)
        assert document["openapi"].startswith("3.1")
        assert document["servers"] == [{"url": "http://localhost"}]


def test_every_route_and_method_stands_in_it(app: Flask, paths: dict) -> None:
    for rule in app.url_map.iter_rules():
        item = paths[re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)]
        methods = {name.upper() for name in item}
        assert (rule.methods or set()) & METHODS <= methods, rule
        assert methods <= METHODS


def test_operations_are_named_once_and_say_what_they_do(paths: dict) -> None:
    operations = [one for item in paths.values() for one in item.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
    assert all(len(one["summary"]) > 10 for one in operations)


def answer_of(client: FlaskClient, path: str, address: str, media_type: str):
    headers = {"Accept": media_type}
    answer = client.get(address, query_string=RELEVANT.get(path), headers=headers)
    if path == "/sparql" and answer.status_code == 406:
        graph = {"query": "CONSTRUCT { <urn:a> <urn:b> 1 } {}"}
        answer = client.get(address, query_string=graph, headers=headers)
    return answer


def documented(paths: dict, addresses: dict[str, str]) -> Iterator[tuple[str, str, dict]]:
    for path, item in paths.items():
        if "get" in item and path in addresses:
            address = addresses[path]
            yield path, address.partition("?")[0] if path in RELEVANT else address, item["get"]


def test_every_type_that_is_documented_is_answered(
    client: FlaskClient, paths: dict, addresses: dict[str, str]
) -> None:
    seen = 0
    for path, address, operation in documented(paths, addresses):
        for status, told in operation["responses"].items():
            if status not in ("200", "303", "308") or path in DISABLED:
                continue
            for media_type in told.get("content", {"*/*": {}}):
                if "{extension}" in path:
                    address = f"/def.{EXTENSION[media_type]}" if media_type in EXTENSION else ""
                if not address:
                    continue
                answer = answer_of(client, path, address, media_type)
                assert answer.status_code == int(status), (address, media_type, answer.text)
                if "content" in told and "*" not in media_type:
                    kind = media_type.partition(";")[0]
                    assert answer.mimetype == kind, (address, media_type)
                if status in ("303", "308"):
                    assert answer.headers["Location"]
                seen += 1
    assert seen > 90


EXTENSION = {"text/turtle": "ttl", "application/n-triples": "nt", "application/ld+json": "jsonld",
             "application/rdf+xml": "rdf", "text/html": "html"}  # fmt: skip
DISABLED = {"/store/{path}", "/commits/{commit}"}
"""Answered in plain mode, and after a commit; see the tests of writing."""


def test_addresses_for_every_documented_path(paths: dict, addresses: dict[str, str]) -> None:
    readable = {path for path, item in paths.items() if "get" in item}
    questions = {path for path in readable if re.fullmatch(OF_A_QUESTION, path)}
    assert readable - questions == set(addresses) & readable


def test_no_type_is_answered_that_is_not_documented(
    client: FlaskClient, paths: dict, addresses: dict[str, str]
) -> None:
    for path, address, operation in documented(paths, addresses):
        answer = client.get(
            address, query_string=RELEVANT.get(path), headers={"Accept": "image/png"}
        )
        is_negotiated = "406" in operation["responses"]
        assert (answer.status_code == 406) is (is_negotiated and path not in DISABLED), address
        assert str(answer.status_code) in operation["responses"] or path in DISABLED, address


@pytest.mark.parametrize(("status", "table"), [(400, WRONG), (404, MISSING)])
def test_every_error_that_is_documented_happens(
    client: FlaskClient, paths: dict, addresses: dict[str, str], status: int, table: dict
) -> None:
    noted = {
        path
        for path, item in paths.items()
        if str(status) in item.get("get", {}).get("responses", ())
    }
    noted -= {path for path in noted if re.fullmatch(OF_A_QUESTION, path)}
    assert noted - {"/store/{path}"} <= set(table)
    for path in noted - {"/store/{path}"}:
        address = table[path] if status == 404 else addresses[path].partition("?")[0]
        more = table[path] if status == 400 else None
        answer = client.get(address, query_string=more)
        assert answer.status_code == status, address
        assert answer.mimetype == PROBLEM_JSON


def test_gone_and_not_modified_are_told_where_they_happen(
    client: FlaskClient, paths: dict, addresses: dict[str, str]
) -> None:
    for path, address, operation in documented(paths, addresses):
        if path in DISABLED:
            continue
        answer = client.get(address, query_string=RELEVANT.get(path))
        assert ("304" in operation["responses"]) is ("ETag" in answer.headers), path
    for path, address in GONE.items():
        assert client.get(address).status_code == 410
        assert "410" in paths[path]["get"]["responses"]


def test_a_question_has_its_own_typed_parameters(client: FlaskClient, paths: dict) -> None:
    operation = paths["/queries/places-of-a-division"]["get"]
    assert operation["summary"] == "Which places did a division take?"
    assert operation["parameters"] == [
        {"name": "division", "in": "query", "required": False, "description": "行政区 / division",
         "schema": {"type": "string", "format": "iri-reference", "default": "division/1"}}
    ]  # fmt: skip
    given = {"division": operation["parameters"][0]["schema"]["default"]}
    answer = client.get("/queries/places-of-a-division", query_string=given)
    assert answer.status_code == 200


def test_parameters_of_the_docs_are_parameters_here(paths: dict) -> None:
    text = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
    for path in ("/sparql", "/search"):
        section = text.partition(f"### `{path}`\n")[2].partition("\n### ")[0]
        told = set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE))
        assert told == {one["name"] for one in paths[path]["get"]["parameters"]}


def test_writing_is_described_as_it_is_set(client: FlaskClient, other: FlaskClient) -> None:
    closed, opened = described(client), described(other)
    for path, method in (("/update", "post"), ("/store", "put"), ("/store", "delete")):
        assert set(closed["paths"][path][method]["responses"]) == {"403", "default"}
        asked = {"method": method.upper(), "query_string": {"graph": GRAPH}}
        assert client.open(path, **asked).status_code == 403
        assert opened["paths"][path][method]["security"] == [{"token": []}]
        assert other.open(path, **asked).status_code == 401
    assert not closed["components"]["securitySchemes"]


def test_limits_are_those_of_the_settings(release: Release, paths: dict) -> None:
    settings = settings_for(release)
    schemas = {one["name"]: one["schema"] for one in paths["/sparql"]["get"]["parameters"]}
    assert schemas["query"]["maxLength"] == settings.max_query_bytes
    assert schemas["timeout"]["default"] == settings.query_timeout_s


def test_programs_are_led_to_it(client: FlaskClient) -> None:
    catalog = client.get("/.well-known/api-catalog").get_json(force=True)
    targets = [
        target["href"] for link in catalog["linkset"] for target in link.get("service-desc", ())
    ]
    assert "http://localhost/openapi.json" in targets


def test_plain_mode_tells_only_what_it_has(other: FlaskClient) -> None:
    paths = described(other)["paths"]
    if "/catalog" in paths:
        return
    assert {"/sparql", "/update", "/store/{path}", "/commits"} <= set(paths)
    for path, item in paths.items():
        if "get" in item and "{" not in path:
            answer = other.get(path, query_string=RELEVANT.get(path))
            assert answer.status_code != 404 or path == "/store", path
