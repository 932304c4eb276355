"""What is answered before Flask is answered as Flask would."""

from __future__ import annotations

import gzip
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from erqi_kg.web.http.formats import SHORT_NAMES
from tests.web.codings import DECODE
from tests.web.conftest import BROWSER, CountingEngine
from tests.web.test_properties import accepts, near_queries

QUERIES = (
    "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT ?s { ?s <urn:nothing> ?o }",
    "ASK { ?s ?p ?o }",
    "CONSTRUCT { ?s a ?o } { ?s a ?o } ORDER BY ?s ?o",
    "DESCRIBE <https://w3id.org/erqi/id/division/1>",
    "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/erqi/graph/ontology> { ?s ?p ?o }",
    "SELECT ?s { SERVICE <urn:x> { ?s ?p ?o } }",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "SELECT ?s { ?s ?p ",
    "ASK { ?s erqi:code ?o }",
    "",
)
GRAPHS = ("https://w3id.org/erqi/graph/ontology", "urn:none", "relative")
DIFFERS = frozenset(("date",))

methods = st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "QUERY", "PUT", "OPTIONS"])
parameters = st.fixed_dictionaries(
    {},
    optional={
        "default-graph-uri": st.sampled_from(GRAPHS),
        "named-graph-uri": st.sampled_from(GRAPHS),
        "timeout": st.sampled_from(["1", "0", "x", "1e9"]),
        "format": st.sampled_from([*SHORT_NAMES, "text/csv", "no", "json,xml"]),
        "release": st.sampled_from(["", "0123456789abcdef.0"]),
        "update": st.just("CLEAR ALL"),
        "other": st.just("二七 %"),
    },
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.one_of(accepts, st.just(BROWSER)),
        "Accept-Encoding": st.sampled_from(["gzip", "gzip;q=0", "br, *;q=0.1", "identity", ""]),
        "If-None-Match": st.sampled_from(["*", '"a"', 'W/"a", "b-gzip"', "a", ""]),
        "Accept-Language": st.sampled_from(["en", "zh", "x"]),
        "Cookie": st.sampled_from(["lang=en", "lang=zh"]),
        "Content-Type": st.sampled_from(
            ["application/x-www-form-urlencoded", "application/sparql-query",
             "application/sparql-query; charset=utf-16", "application/sparql-update", "a", ""]
        ),
    },
)  # fmt: skip


def answered(application: Any, request: dict[str, Any]) -> tuple[int, list[Any], bytes]:
    """Status, headers without the date, and body."""
    body = BytesIO(request.get("body", b""))
    builder = EnvironBuilder(**{"path": "/sparql", **request["line"]}, input_stream=body)
    environ = builder.get_environ() | {"CONTENT_LENGTH": str(len(request.get("body", b"")))}
    parts, status, found = run_wsgi_app(application, environ, buffered=True)
    kept = sorted((name.lower(), value) for name, value in found if name.lower() not in DIFFERS)
    return int(status[:3]), kept, b"".join(parts)


def without_instance(answer: tuple[int, list[Any], bytes]) -> tuple[Any, ...]:
    """An answer without the identifier that every problem has for itself."""
    status, found, body = answer
    if status < 400:
        return answer
    fields = [(name, value) for name, value in found if name not in ("content-length", "etag")]
    coding = dict(fields).get("content-encoding")
    if coding is not None:
        body = DECODE[coding](body)
    return status, fields, body.partition(b"urn:uuid:")[0]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    method=methods,
    query=st.one_of(st.sampled_from(QUERIES), near_queries),
    more=parameters,
    fields=headers,
    where=st.sampled_from(["address", "body", "both", "neither"]),
)
def test_the_way_before_flask_and_flask_give_the_same_answer(
    app: Flask, method: str, query: str, more: dict[str, str], fields: dict[str, str], where: str
) -> None:
    front: Any = app.wsgi_app
    given_query = {"query": query} if where in ("address", "both") else {}
    body = query if "query" in fields.get("Content-Type", "") else urlencode({"query": query})
    request = {
        "line": {
            "method": method, "headers": fields, "query_string": urlencode(given_query | more),
        },
        "body": body.encode() if where in ("body", "both") else b"",
    }  # fmt: skip
    answered(front, request)  # a kept answer has a stronger tag than the first
    early = without_instance(answered(front, request))
    late = without_instance(answered(front.behind, request))
    for one, other in zip(early, late, strict=True):
        assert one == other


def test_a_plain_query_does_not_reach_flask_and_a_page_does(app: Flask) -> None:
    front: Any = app.wsgi_app
    reached: list[str] = []

    def behind(environ: dict[str, Any], start_response: Any) -> Any:
        reached.append(environ["QUERY_STRING"])
        return front.behind(environ, start_response)

    other = type(front)(behind, front._service, 10_000)
    for accept in ("application/sparql-results+json", "text/html"):
        line = {"headers": {"Accept": accept}, "query_string": {"query": "ASK {}"}}
        assert answered(other, {"line": line})[0] == 200
        assert len(reached) == (accept == "text/html")


def test_a_query_that_fails_is_evaluated_once(client: FlaskClient, engine: CountingEngine) -> None:
    before = len(engine.asked)
    query = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9)) + "}"
    answer = client.get("/sparql", query_string={"query": query, "timeout": "0.1"})
    assert answer.status_code == 503
    assert len(engine.asked) == before + 1


def test_a_body_past_the_limit_is_refused_unread(client: FlaskClient) -> None:
    answer = client.post("/sparql", data=b"a" * 200_000, content_type="application/sparql-query")
    assert answer.status_code == 413


def test_a_kept_answer_has_a_strong_tag_and_is_not_evaluated_again(
    client: FlaskClient, engine: CountingEngine
) -> None:
    asked = {"query": "SELECT ?kept { ?kept ?p ?o } ORDER BY ?kept ?p ?o"}
    first = client.get("/sparql", query_string=asked)
    before = len(engine.asked)
    second = client.get("/sparql", query_string=asked)
    packed = client.get("/sparql", query_string=asked, headers={"Accept-Encoding": "gzip"})
    assert second.data == first.data == gzip.decompress(packed.data)
    assert not second.headers["ETag"].startswith("W/")
    assert packed.headers["ETag"] == second.headers["ETag"][:-1] + '-gzip"'
    for held in (first, second, packed):
        known = {"If-None-Match": held.headers["ETag"]}
        again = client.get("/sparql", query_string=asked, headers=known)
        assert (again.status_code, again.headers["ETag"]) == (304, held.headers["ETag"])
    assert len(engine.asked) == before


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_by_itself_is_never_kept(
    client: FlaskClient, engine: CountingEngine, call: str
) -> None:
    before = len(engine.asked)
    for _ in range(2):
        answer = client.get("/sparql", query_string={"query": f"SELECT ({call} AS ?now) {{}}"})
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
    assert len(engine.asked) == before + 2


def test_the_cache_is_counted(client: FlaskClient) -> None:
    for _ in range(2):
        client.get("/sparql", query_string={"query": "ASK { <urn:counted> ?p ?o }"})
    text = client.get("/metrics").text
    assert 'outcome="hit"' in text
    assert "erqi_cache_bytes" in text
    assert "most bytes" in client.get("/status").text
