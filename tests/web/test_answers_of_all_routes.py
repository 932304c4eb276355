"""Promises about every route and method at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from erqi_kg.errors import (
    EngineUnavailable,
    Forbidden,
    Overloaded,
    QueryTimedOut,
    QueryTooHeavy,
    StoreError,
)
from erqi_kg.sparql.media_types import EXPANDED_JSON_LD
from erqi_kg.storedir import Release
from erqi_kg.web.app import create_app
from tests.web.conftest import BROWSER, CITED, RELEASE_ID, failing_engine, settings_for

ROUTES = [
    "/", "/sparql", "/sparql/doctor", "/sparql/doctor?query=SELECT%20*%7B%3Fs%20a%20%3Fs%7D",
    "/sparql?query=ASK%7B%7D", "/id/division/1", "/doc/division/1",
    "/doc/division/1.ttl", "/doc/division/1.html", "/graph/source/news", "/def", "/def.ttl",
    "/def/0", "/def/shapes/ranking.ttl", "/context.jsonld", "/queries",
    "/queries/places-of-a-division", "/api", "/api/places-of-a-division",
    "/api/places-of-a-division?limit=1", "/reconcile", "/reconcile/1.0-draft",
    "/fragments", "/fragments?object=%22%E5%9F%8E%E4%B8%9C%E5%8C%BA%22%40zh",
    "/reconcile/suggest/entity?prefix=e", "/reconcile/1.0-draft/suggest/entity?prefix=e",
    "/reconcile/suggest/type?prefix=e", "/reconcile/1.0-draft/suggest/type",
    "/reconcile/suggest/property?prefix=r", "/reconcile/1.0-draft/suggest/property",
    "/reconcile/extend/propose?type=Division", "/reconcile/1.0-draft/extend/propose?type=Division",
    "/reconcile/preview?id=division/1", "/reconcile/1.0-draft/preview?id=division/1",
    "/search?q=a", "/sources", "/sources/news", "/status",
    "/releases", "/problems", "/dump.nq.gz", "/.well-known/void", "/void", "/catalog",
    "/.well-known/api-catalog", "/openapi.json", "/editor", "/editor/terms",
    "/dump/source/news.nq.gz", "/robots.txt", "/healthz",
    "/metrics", "/static/site.css", "/favicon.ico",
    "/store", "/store/x", "/commits", "/commits/1", "/timemap/doc/division/1",
    "/report?thing=division/1", "/releases/current/manifest.json",
    "/releases/current/files/dump.nq.gz",
    "/changes", f"/releases/{RELEASE_ID}", f"/releases/{RELEASE_ID}/changes",
    f"/releases/{RELEASE_ID}/changes.rdfp.gz", f"/cite/{CITED.id}",
    "/nowhere",
]  # fmt: skip
WRITTEN = ["/update", "/commits/1/undo", "/cite", "/mcp",
           "/reconcile/1.0-draft/match", "/reconcile/1.0-draft/extend"]  # fmt: skip
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "QUERY", "NONSENSE"]
MEMBERS = {"type", "title", "status", "detail", "instance"}


def test_every_route_is_tried_here(app: Flask) -> None:
    matched = set()
    for route in ROUTES + WRITTEN:
        method = "POST" if route in WRITTEN else "GET"
        with app.test_request_context(route, method=method) as context:
            if context.request.url_rule:
                matched.add(context.request.url_rule.rule)
    assert {rule.rule for rule in app.url_map.iter_rules()} == matched


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", ROUTES + WRITTEN)
def test_every_answer_is_open_to_scripts_and_every_error_has_the_one_body(
    client: FlaskClient, route: str, method: str
) -> None:
    answer = client.open(route, method=method, headers={"Origin": "https://example.org"})
    assert answer.status_code < 500
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert {"Accept", "Accept-Language", "Accept-Encoding"} <= answer.vary
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        if method != "HEAD":
            assert set(answer.get_json()) >= MEMBERS
            assert answer.get_json()["status"] == answer.status_code
    if answer.status_code == 405:
        assert ("POST" if route in WRITTEN else "GET") in answer.headers["Allow"]


WISHES = {
    "expanded JSON-LD": {"Accept": EXPANDED_JSON_LD},
    "another file": {"If-Match": '"other"'},
    "an older file": {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    "no part": {"Range": "bytes=9999999999-"},
}


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("route", ROUTES)
def test_a_rare_wish_is_fulfilled_or_refused_in_the_one_body(
    client: FlaskClient, route: str, wish: str
) -> None:
    answer = client.get(route, headers=WISHES[wish])
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert set(answer.get_json()) >= MEMBERS
        assert answer.get_json()["status"] == answer.status_code


@pytest.mark.parametrize("route", ROUTES)
def test_head_says_what_get_says(client: FlaskClient, route: str) -> None:
    get, head = client.get(route), client.head(route)
    assert head.status_code == get.status_code
    assert head.data == b""
    for name in ("Content-Type", "ETag", "Location", "Link", "Cache-Control"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.mark.parametrize("accept", ["*/*", BROWSER])
@pytest.mark.parametrize("route", ROUTES)
def test_an_answer_with_an_entity_tag_is_not_sent_twice(
    client: FlaskClient, route: str, accept: str
) -> None:
    first = client.get(route, headers={"Accept": accept, "Accept-Encoding": "gzip"})
    tag = first.headers.get("ETag")
    if tag is None:
        assert first.status_code >= 300 or "no-cache" not in first.headers["Cache-Control"]
        return
    for known in (tag, f'"other", {tag}', "*"):
        headers = {"Accept": accept, "Accept-Encoding": "gzip", "If-None-Match": known}
        again = client.get(route, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert not {"Content-Type", "Content-Encoding", "Content-Length"} & {*again.headers.keys()}
        assert again.headers.get("Cache-Control") == first.headers.get("Cache-Control")
        assert again.vary.as_set() == first.vary.as_set()
    other = client.get(route, headers={"Accept": accept, "If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize("route", ROUTES)
def test_a_type_says_its_charset_once(client: FlaskClient, route: str) -> None:
    kind = client.get(route).headers.get("Content-Type", "")
    assert kind.count("charset") == kind.startswith("text/")


def test_a_script_of_another_origin_may_ask(client: FlaskClient) -> None:
    answer = client.options("/sparql", headers={
        "Origin": "https://example.org", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    })  # fmt: skip
    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type"


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Overloaded("Full."), 503, "Overloaded"),
        (QueryTimedOut("Late."), 503, "Query timed out"),
        (QueryTooHeavy("Heavy."), 503, "Query too heavy"),
        (EngineUnavailable("Away."), 503, "Engine unavailable"),
        (StoreError("/secret/path is damaged"), 503, "Store unavailable"),
        (Forbidden("No."), 403, "Forbidden"),
        (RuntimeError("secret"), 500, "Internal error"),
    ],
)
@pytest.mark.parametrize(
    "route",
    ["/", "/sparql?query=ASK%7B%7D", "/doc/division/1", "/doc/division/1.ttl", "/search?q=a"],
)
@pytest.mark.parametrize("accept", ["application/json, */*;q=0.1", BROWSER])
def test_a_failing_engine_is_the_services_fault_and_tells_no_secret(
    release: Release, route: str, accept: str, error: Exception, status: int, title: str
) -> None:
    client = create_app(settings_for(release), failing_engine(error, release)).test_client()
    answer = client.get(route, headers={"Accept": accept, "Accept-Language": "en"})
    assert answer.status_code == status
    assert title in answer.text
    assert "secret" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_every_type_of_problem_is_told(client: FlaskClient) -> None:
    page = client.get("/problems", headers={"Accept": BROWSER}).text
    for query in ("SELEC", "ASK { SERVICE <http://a/> {} }"):
        kind = client.get("/sparql", query_string={"query": query}).get_json()["type"]
        path, _, anchor = kind.partition("#")
        assert path == "/problems"
        assert f'id="{anchor}"' in page


def test_requests_and_queries_are_counted(client: FlaskClient) -> None:
    client.get("/sparql", query_string={"query": "ASK {}"})
    client.get("/sparql", query_string={"query": "SELEC"})
    text = client.get("/metrics").text
    assert re.search(r'erqi_queries_total\{worker="\d+",outcome="answered"\} \d+', text)
    assert re.search(r'erqi_queries_total\{worker="\d+",outcome="MalformedQuery"\} \d+', text)
    assert re.search(r'erqi_requests_total\{worker="\d+",method="GET",status="200"\} \d+', text)
