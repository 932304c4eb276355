"""What is sent, what errors become, and how often is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest

from erqi_kg import __version__, errors
from erqi_kg.client import Graph
from erqi_kg.client.waiting import wait_s
from erqi_kg.errors import RequestError, ServiceError, UsageError
from tests.client.canned import answer, canned, solutions

YES = answer('{"head":{},"boolean":true}')
PROBLEM = "application/problem+json"
BUSY = answer("", "text/plain", status="503 Service Unavailable", Retry_After="0")


def refusal(status: int, title: str, **members: object) -> bytes:
    document = {"title": title, "status": status, "detail": "what is wrong", **members}
    return answer(json.dumps(document), PROBLEM, status=f"{status} Refused", Retry_After="0")


def test_a_request_tells_who_asks_and_what_it_wants() -> None:
    with canned(YES) as server:
        Graph(server.url, agent="study (me@example.org)").at("abc.0").ask("ASK {}")
    head, _, body = server.asked[0].decode().partition("\r\n\r\n")
    assert f"User-Agent: study (me@example.org) erqi-kg/{__version__}\r\n" in head
    assert "Accept: application/sparql-results+json" in head
    fields = parse_qs(body)
    assert (fields["query"], fields["release"]) == (["ASK {}"], ["abc.0"])


@pytest.mark.parametrize(
    ("status", "title", "wanted"),
    [
        (400, "Malformed query", errors.MalformedQuery),
        (400, "Bad request", errors.BadRequest),
        (400, "another", errors.BadRequest),
        (401, "Unauthorized", errors.Unauthorized),
        (403, "Forbidden", errors.Forbidden),
        (404, "Not found", errors.NotFound),
        (406, "Not acceptable", RequestError),
        (413, "Content too large", errors.TooLarge),
        (414, "another", RequestError),
        (418, "another", RequestError),
        (429, "Too many queries", errors.TooManyQueries),
        (500, "another", ServiceError),
        (503, "Overloaded", errors.Overloaded),
        (503, "Query timed out", errors.QueryTimedOut),
        (504, "Remote endpoint too slow", errors.ServiceTooSlow),
    ],
)
def test_a_problem_becomes_its_class(status: int, title: str, wanted: type[Exception]) -> None:
    with (
        canned(refusal(status, title, line=2, column=7)) as server,
        pytest.raises(wanted) as raised,
    ):
        Graph(server.url).ask("ASK {}")
    assert type(raised.value) is wanted
    assert (raised.value.status, raised.value.title) == (status, title)
    assert raised.value.detail == "what is wrong"
    assert raised.value.extra == {"line": 2, "column": 7}


@pytest.mark.parametrize("first", [BUSY, refusal(429, "Too many queries"), refusal(503, "x")])
def test_who_is_told_to_come_back_comes_back(first: bytes) -> None:
    with canned(first, first, YES) as server:
        assert Graph(server.url, retries=2).ask("ASK {}")
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("sent", "times"),
    [
        (BUSY, 3),
        (BUSY.replace(b"Retry-After: 0", b"Retry-After: 60"), 1),
        (BUSY.replace(b"Retry-After: 0", b"X-After: 0"), 1),
        (refusal(503, "Query timed out"), 1),
        (refusal(400, "Bad request"), 1),
    ],
    ids=["often", "long", "untold", "heavy", "wrong"],
)
def test_asking_again_has_an_end(sent: bytes, times: int) -> None:
    with canned(sent) as server, pytest.raises((RequestError, ServiceError)):
        Graph(server.url, retries=2, longest_wait_s=1).ask("ASK {}")
    assert len(server.asked) == times


def test_a_time_to_wait_is_seconds_or_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    assert 18 <= (wait_s(later) or 0) <= 20
    assert (wait_s("7"), wait_s("Mon, 02 Mar 2020 08:00:00 GMT")) == (7, 0)
    assert [wait_s(text) for text in ("", "soon", "-1", "1.5")] == [None] * 4


@pytest.mark.parametrize("query", ["INSERT DATA { <urn:s> <urn:p> 1 }", "CLEAR ALL"])
def test_no_update_is_sent(query: str) -> None:
    with canned(YES) as server, pytest.raises(UsageError, match="no updates"):
        Graph(server.url).ask(query)
    assert server.asked == []


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_without_a_library_of_frames_it_says_what_to_install(library: str) -> None:
    with (
        canned(answer(solutions())) as server,
        pytest.raises(UsageError, match=f"pip install {library}"),
    ):
        Graph(server.url).select("SELECT * { ?x ?y ?z }", to=library)
    assert server.asked == []


def test_importing_the_client_imports_no_library_of_frames() -> None:
    code = "import sys, erqi_kg.client; print({'pandas', 'polars', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
