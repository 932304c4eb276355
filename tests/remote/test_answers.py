"""A remote engine answers as the embedded one does, or says that it does not."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pyoxigraph as ox
import pytest

from erqi_kg.engine.interface import Engine, QueryRequest
from erqi_kg.engine.remote.engine import RemoteEngine
from erqi_kg.errors import (
    BadRequest,
    ErqiError,
    Forbidden,
    MalformedQuery,
    NotOffered,
    QueryAbandoned,
    QueryTimedOut,
    QueryTooHeavy,
    RemoteFailed,
    RemoteUnavailable,
)
from erqi_kg.storedir import Release
from tests.remote.conftest import settings_of
from tests.remote.endpoint import JSON, TRIPLES, Endpoint, Handler

CSV = "text/csv"
ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"
SOME = "SELECT ?s { ?s a ?class } LIMIT 2"
BASE = "https://w3id.org/erqi/"
EAST = f"<{BASE}id/division/1>"
PLACES = f"{BASE}graph/reference/places"
NEWS = f"{BASE}graph/source/news"


def rows(engine: Engine, text: str, **request: object) -> list[str]:
    body = engine.answer(QueryRequest(text, CSV, **request)).read().decode()
    return sorted(body.splitlines()[1:])


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        (ALL, {}),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {}),
        ("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", {}),
        (f"SELECT * FROM <{PLACES}> {{ ?s ?p ?o }}", {}),
        (f"SELECT * FROM NAMED <{PLACES}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", {}),
        (f"SELECT * FROM NAMED <{PLACES}> {{ ?s ?p ?o }}", {}),
        (f"SELECT * FROM <{PLACES}> {{ ?s ?p ?o }}", {"default_graphs": (NEWS,)}),
        (f"SELECT * FROM <{PLACES}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", {}),
        ("SELECT ?p ?o { <id/division/1> ?p ?o }", {}),
        (f"BASE <{BASE}id/> SELECT ?p ?o {{ <division/1> ?p ?o }}", {}),
        ("SELECT ?p { ?x ?p ?o }", {"substitutions": {"x": EAST}}),
        ("SELECT ?x ?p { ?x ?p ?o }", {"substitutions": {"x": EAST}}),
        ("SELECT * { { SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?o } GROUP BY ?x } }",
         {"substitutions": {"x": EAST}}),
        ("SELECT * { ?x ?p ?o { SELECT (COUNT(*) AS ?n) { ?x ?q ?r } } }",
         {"substitutions": {"x": EAST}}),
        ("SELECT ?o { ?s ?p ?o FILTER (?o = ?x) }", {"substitutions": {"x": '"East District"@en'}}),
        (f"ASK {{ GRAPH <{NEWS}> {{ ?s ?p ?o }} }}", {}),
        ("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3 OFFSET 2", {}),
    ],
)  # fmt: skip
def test_answers_are_those_of_the_embedded_engine(
    engine: RemoteEngine, embedded: Engine, text: str, request_: dict[str, object]
) -> None:
    assert rows(engine, text, **request_) == rows(embedded, text, **request_)


@pytest.mark.parametrize(
    "media_type",
    ["text/turtle", TRIPLES, "application/ld+json", "application/rdf+xml", "application/trig"],
)
def test_graphs_come_in_every_format(engine: RemoteEngine, media_type: str) -> None:
    text = "CONSTRUCT { ?x a ?t } WHERE { ?x a ?t ; ?p ?o }"
    answer = engine.answer(QueryRequest(text, media_type, substitutions={"x": EAST}))
    body = answer.read()
    assert answer.media_type == media_type
    assert b"Division" in body


@pytest.mark.parametrize(("value", "truth"), [("1", b"true"), ("0", b"false")])
def test_a_truth_value_in_a_solution_is_one(
    engine: RemoteEngine, endpoint: Endpoint, value: str, truth: bytes
) -> None:
    term = {"type": "typed-literal", "value": value,
            "datatype": "http://www.w3.org/2001/XMLSchema#integer"}  # fmt: skip
    bindings = [{"__ASK_RETVAL": term}]
    body = json.dumps({"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": bindings}})
    engine.status()
    endpoint.behaviour = lambda handler: handler.reply(200, body.encode(), JSON)
    assert engine.answer(QueryRequest("ASK { ?s ?p ?o }", CSV)).read() == truth


def test_a_graph_holds_no_triple_twice(engine: RemoteEngine, endpoint: Endpoint) -> None:
    twice = b"<urn:a> <urn:b> <urn:c> .\n" * 2
    engine.status()
    endpoint.behaviour = lambda handler: handler.reply(200, twice, TRIPLES)
    answer = engine.answer(QueryRequest("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", TRIPLES))
    assert answer.read().count(b"urn:a") == 1


def test_the_graphs_of_the_publication_are_not_seen(engine: RemoteEngine) -> None:
    found = rows(engine, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert found
    assert not [iri for iri in found if "/graph/remote/" in iri]


def test_without_a_publication_the_built_graphs_are_named(
    fresh_endpoint: Endpoint, release: Release
) -> None:
    fresh_endpoint.store.remove_graph(ox.NamedNode(f"{BASE}graph/remote/record"))
    with RemoteEngine(settings_of(fresh_endpoint, release)) as engine:
        assert rows(engine, ALL)
    assert {PLACES, NEWS} <= set(fresh_endpoint.asked[-1]["default-graph-uri"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", Forbidden),
        ("DELETE WHERE { ?s ?p ?o }", BadRequest),
        ("SELECT * { ?s ?p }", MalformedQuery),
        ("SELECT * { ?s foo:p ?o }", MalformedQuery),
    ],
)
def test_what_is_no_query_is_told_as_ever(
    engine: RemoteEngine, text: str, expected: type[ErqiError]
) -> None:
    with pytest.raises(expected):
        rows(engine, text)


def test_what_a_remote_engine_cannot_give_is_not_offered(engine: RemoteEngine) -> None:
    for request in (
        QueryRequest(ALL, CSV, release="0123456789abcdef.0"),
        QueryRequest("", "application/n-quads", is_whole_store=True),
    ):
        with pytest.raises(NotOffered) as caught:
            engine.answer(request)
        assert caught.value.status == 501


def cut(handler: Handler) -> None:
    body = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", str(len(body) + 10))
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = True


def cut_chunk(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b'31\r\n{"head":{"vars":["s"]},"results":{"bindings":[]}}\r\n')
    handler.close_connection = True


def without_end(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    handler.wfile.write(b'{"head":{"vars":["s"]},"results":{"bindings":[]}}')
    handler.close_connection = True


def no_http(handler: Handler) -> None:
    handler.wfile.write(b"good day\r\n\r\n")
    handler.close_connection = True


def redirect(handler: Handler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def partial(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("X-SQL-State", "S1TAT")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def saying(status: int, body: bytes, media_type: str = JSON) -> object:
    return lambda handler: handler.reply(status, body, media_type)


DEEP = b'{"type":"triple","value":{"subject":{"type":"uri","value":"a:s"},"object":' * 200_000
LIES = {
    "shorter than it says": (cut, RemoteFailed),
    "ends within its chunks": (cut_chunk, RemoteFailed),
    "does not say its end": (without_end, RemoteFailed),
    "no HTTP": (no_http, RemoteFailed),
    "leads elsewhere": (redirect, RemoteFailed),
    "a part, by Virtuoso's own account": (partial, QueryTimedOut),
    "half of a document": (saying(200, b'{"head":{"vars":["s"]},"results":{"bind'), RemoteFailed),
    "a page": (saying(200, b"<html>", "text/html"), RemoteFailed),
    "terms without end": (
        saying(200, b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":' + DEEP), RemoteFailed,
    ),
    "lets nobody in": (saying(401, b""), RemoteFailed),
    "breaks": (saying(500, b"oh"), RemoteFailed),
    "is busy": (saying(503, b"later"), RemoteUnavailable),
    "its own deadline": (saying(500, b"Transaction timed out"), QueryTimedOut),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_endpoint_costs_its_own_query_and_is_named(
    engine: RemoteEngine, endpoint: Endpoint, lie: str
) -> None:
    rows(engine, SOME)
    behaviour, expected = LIES[lie]
    endpoint.behaviour = behaviour
    with pytest.raises(expected) as caught:
        rows(engine, SOME)
    assert endpoint.url.removeprefix("http://") in str(caught.value)
    assert caught.value.status in (502, 503)
    endpoint.behaviour = None
    assert rows(engine, SOME)


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(100):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)


def silence(handler: Handler) -> None:
    time.sleep(2)
    handler.close_connection = True


@pytest.mark.parametrize("slow", [drip, silence])
def test_the_deadline_holds_for_the_whole_answer(
    engine: RemoteEngine, endpoint: Endpoint, slow: object
) -> None:
    rows(engine, SOME)
    endpoint.behaviour = slow
    started = time.monotonic()
    with pytest.raises(QueryTimedOut):
        rows(engine, SOME, timeout_s=0.4)
    assert time.monotonic() - started < 1.0


def test_a_query_ends_when_its_client_leaves(engine: RemoteEngine, endpoint: Endpoint) -> None:
    rows(engine, SOME)
    endpoint.behaviour = silence
    started = time.monotonic()
    with pytest.raises(QueryAbandoned):
        rows(engine, SOME, is_wanted=lambda: False)
    assert time.monotonic() - started < 1.0


def test_an_answer_past_the_limit_is_refused(release: Release, endpoint: Endpoint) -> None:
    large = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": []}, "x": "y" * 3_000_000})
    with RemoteEngine(settings_of(endpoint, release, max_answer_mb=1)) as engine:
        rows(engine, SOME)
        endpoint.behaviour = lambda handler: handler.reply(200, large.encode(), JSON)
        with pytest.raises(QueryTooHeavy):
            rows(engine, SOME)


def test_nobody_listening_is_told(release: Release, endpoint: Endpoint) -> None:
    settings = settings_of(endpoint, release)
    with RemoteEngine(replace(settings, remote_query_url="http://127.0.0.1:1/query")) as engine:
        with pytest.raises(RemoteUnavailable, match=r"127\.0\.0\.1:1 "):
            rows(engine, SOME)
        assert engine.status()["remote_answers"] is False


def test_a_connection_is_kept_and_made_anew_when_it_was_closed(
    engine: RemoteEngine, endpoint: Endpoint
) -> None:
    assert rows(engine, SOME)
    held = engine._asker._connections._idle
    assert len(held) == 1
    held[0].sock.close()
    held[0].sock = None
    assert rows(engine, SOME)
