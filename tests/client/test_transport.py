"""An answer is read whole, or an error says what became of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from erqi_kg import __version__
from erqi_kg.client import Graph
from erqi_kg.client.questions import answered
from erqi_kg.client.results import columns
from erqi_kg.client.transport import Transport
from erqi_kg.errors import (
    BadRequest,
    ErqiError,
    MalformedQuery,
    NotFound,
    Overloaded,
    QueryTimedOut,
    RemoteFailed,
    RemoteUnavailable,
    RequestError,
    ServiceError,
    TooManyQueries,
    UsageError,
)
from tests.client.conftest import Reply, Told

JSON = "application/sparql-results+json"
YES = Reply(b'{"head": {}, "boolean": true}')
Tell = Callable[..., Told]


def problem(status: int, title: str, **more: object) -> Reply:
    document = {"type": "x", "title": title, "status": status, "detail": "so it is", **more}
    kinds = {"Content-Type": "application/problem+json"}
    return Reply(json.dumps(document).encode(), status, kinds)


def test_a_query_is_sent_by_post_as_the_protocol_says(told: Tell) -> None:
    server = told(YES)
    assert Graph(server.url).ask("ASK { ?s ?p '二七+区&' }")
    ((method, path, headers, body),) = server.asked
    assert (method, path) == ("POST", "/sparql")
    assert parse_qs(body.decode())["query"] == ["ASK { ?s ?p '二七+区&' }"]
    assert headers["Accept"] == "application/sparql-results+json"
    assert headers["User-Agent"] == f"erqi-kg/{__version__}"


@pytest.mark.parametrize("length", [28, 30, 10_000])
def test_an_answer_that_is_cut_is_an_error(told: Tell, length: int) -> None:
    server = told(Reply(YES.body[:27], length=length))
    with pytest.raises(RemoteFailed, match="broken off"):
        Graph(server.url).ask("ASK {}")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"head": {"vars": ["x"]}}', b'{"boolean": true}', b"\xff",
     b'{"head": {"vars": ["x"]}, "results": {"bindings": [1]}}', b"[" * 100_000,
     b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"value": "1"}}]}}',
     b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri"}}]}}'],
)  # fmt: skip
def test_what_is_no_table_is_an_error_whatever_its_content_type_says(
    told: Tell, body: bytes
) -> None:
    server = told(Reply(body, headers={"Content-Type": "application/sparql-results+json"}))
    with pytest.raises(RemoteFailed):
        columns(Transport(server.url).query("SELECT * {}", JSON).body)


def test_an_answer_longer_than_one_takes_is_an_error(told: Tell) -> None:
    server = told(Reply(b" " * 200_000 + YES.body))
    with pytest.raises(RemoteFailed, match="longer than 100000 bytes"):
        Graph(server.url, most_bytes=100_000).ask("ASK {}")
    assert Graph(server.url, most_bytes=300_000).ask("ASK {}")


def test_a_service_that_is_busy_is_asked_again_when_it_says(told: Tell) -> None:
    busy = Reply(b"", 503, {"Retry-After": "1"})
    server = told(busy, YES)
    started = time.monotonic()
    assert Graph(server.url).ask("ASK {}")
    assert time.monotonic() - started >= 1
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("limits", "wait", "times"),
    [({"retries": 0}, "1", 1), ({"retries": 1}, "0", 2), ({"longest_wait_s": 5}, "60", 1),
     ({}, "soon", 1)],
)  # fmt: skip
def test_patience_has_an_end(told: Tell, limits: dict[str, float], wait: str, times: int) -> None:
    server = told(Reply(b"", 503, {"Retry-After": wait}))
    with pytest.raises(ServiceError) as raised:
        Graph(server.url, **limits).ask("ASK {}")
    assert raised.value.status == 503
    assert len(server.asked) == times


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (problem(503, Overloaded.title), Overloaded),
        (problem(503, QueryTimedOut.title, timeout_s=10), QueryTimedOut),
        (problem(429, TooManyQueries.title), TooManyQueries),
        (problem(400, "Bad request"), BadRequest),
        (problem(404, "Not found"), NotFound),
        (problem(418, "Teapot"), RequestError),
        (problem(507, "Full"), ServiceError),
        (Reply(b"so it is", 400), BadRequest),
        (Reply(b"so it is", 500), ServiceError),
        (Reply(b'"so it is"', 502), ServiceError),
    ],
)
def test_errors_of_a_server_are_of_our_classes(
    told: Tell, reply: Reply, error: type[ErqiError]
) -> None:
    server = told(reply)
    with pytest.raises(error) as raised:
        Graph(server.url).ask("ASK {}")
    assert isinstance(raised.value, RequestError | ServiceError)
    assert raised.value.status == reply.status
    assert "so it is" in str(raised.value)


def test_a_mistake_in_a_query_has_its_place(told: Tell) -> None:
    server = told(problem(400, MalformedQuery.title, line=3, column=7))
    with pytest.raises(MalformedQuery) as raised:
        Graph(server.url).ask("ASK")
    assert (raised.value.line, raised.value.column) == (3, 7)


def test_members_of_a_problem_are_kept(told: Tell) -> None:
    server = told(problem(503, QueryTimedOut.title, timeout_s=10))
    with pytest.raises(QueryTimedOut) as raised:
        Graph(server.url).ask("ASK {}")
    assert raised.value.extra == {"timeout_s": 10}


def test_who_is_not_there_or_too_slow_is_named() -> None:
    with pytest.raises(RemoteUnavailable, match=r"127\.0\.0\.1:9/sparql cannot be reached"):
        Graph("http://127.0.0.1:9/sparql").ask("ASK {}")


@pytest.mark.parametrize(
    ("url", "limits"),
    [("", {}), ("ftp://x/", {}), ("http://x/", {"timeout_s": 0}), ("http://x/", {"retries": -1}),
     ("http://x/", {"patience": 1})],
)  # fmt: skip
def test_wrong_arguments_are_told(url: str, limits: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        Graph(url, **limits)


@pytest.mark.parametrize("iri", ["", "x", "http://x/ y", "http://x/> } DELETE WHERE { ?s ?p ?o"])
def test_nothing_but_an_iri_is_pasted_into_a_query(told: Tell, iri: str) -> None:
    server = told(YES)
    for ask in (Graph(server.url).describe, Graph(server.url).evidence):
        with pytest.raises(UsageError):
            ask(iri)
    assert not server.asked


def page(rows: list[int], total: int, release: str = "a.0") -> Reply:
    document = {
        "question": {"id": "q"}, "parameters": {}, "release": release, "total": total,
        "columns": [{"name": "n", "types": ["integer"]}], "rows": [{"n": n} for n in rows],
        "links": {},
    }  # fmt: skip
    return Reply(json.dumps(document).encode())


@pytest.mark.parametrize(
    "pages",
    [[page([1, 2], 3), page([], 3)], [page([1, 2], 3), page([3], 3, "b.0")],
     [page([1, 2], 3), page([3], 4)], [Reply(b"{}")], [Reply(b"[")]],
)  # fmt: skip
def test_pages_that_do_not_make_one_answer_are_an_error(told: Tell, pages: list[Reply]) -> None:
    server = told(*pages)
    with pytest.raises(RemoteFailed):
        answered(Transport(server.url), "q", {})


def test_questions_need_an_endpoint_of_ours(told: Tell) -> None:
    with pytest.raises(UsageError, match="ends with /sparql"):
        Graph(told(YES).url.replace("/sparql", "/query")).newest_release()
