"""A dead, slow, huge or lying endpoint costs its own query only."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from erqi_kg.errors import QueryAbandoned, ServiceFailed, ServiceTooSlow
from tests.federation.conftest import THERE, Federated, federation
from tests.federation.remotes import JSON, XML, Reply, answers_from

ASK_LABELS = "SELECT ?i ?l { SERVICE <REMOTE> { ?i <http://w/label> ?l } }"
SILENTLY = ASK_LABELS.replace("SERVICE", "SERVICE SILENT")
HEAD = '{"head": {"vars": ["i", "l"]}, "results": {"bindings": ['
ROW = '{"i": {"type": "uri", "value": "http://w/1"}, "l": {"type": "literal", "value": "x"}}'
GOOD = HEAD + ROW + "]}}"
LIES = {
    "nothing": Reply(b""),
    "garbage": Reply(b"\x00\xff\x00garbage"),
    "half a result": Reply(GOOD[:-20].encode()),
    "fewer bytes than said": Reply(GOOD.encode(), length=len(GOOD) + 100),
    "a page": Reply(b"<html><body>Welcome</body></html>", "text/html"),
    "no media type": Reply(GOOD.encode(), ""),
    "Turtle": Reply(b"<http://w/1> <http://w/label> 1 .", "text/turtle"),
    "another coding": Reply(gzip.compress(GOOD.encode()), headers={"Content-Encoding": "gzip"}),
    "yes": Reply(b'{"head": {}, "boolean": true}'),
    "XML called JSON": Reply(b'<?xml version="1.0"?><sparql/>'),
    "an IRI that leaves its brackets": Reply(
        (HEAD + ROW.replace("http://w/1", "http://w/> ) } SERVICE <http://x/") + "]}}").encode()
    ),
    "a relative IRI": Reply((HEAD + ROW.replace("http://w/1", "w1") + "]}}").encode()),
    "a variable that was not declared": Reply(
        (HEAD + '{"z": {"type": "uri", "value": "a:b"}}]}}').encode()
    ),
    "entities": Reply(
        b'<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="l"/></head>'
        b'<results><result><binding name="l"><literal>&b;</literal></binding></result></results>'
        b"</sparql>",
        XML,
    ),
    "deep nesting": Reply(
        (HEAD + '{"i": {"type": "triple", "value": {"subject": ' * 50_000).encode()
    ),
    "400": Reply(b"what is that?", "text/plain", 400),
    "404": Reply(b"", "text/plain", 404),
    "500": Reply(b"oh", "text/html", 500),
    "204": Reply(b"", JSON, 204),
    "a redirect to nowhere": Reply(status=302),
    "too many solutions": Reply((HEAD + ",".join([ROW] * 501) + "]}}").encode()),
    "too many bytes": Reply((HEAD + " " * 1_100_000 + ROW + "]}}").encode()),
    "no answer": None,
}  # fmt: skip


def failing_after(kind: type[Exception], action: Callable[[], object]) -> float:
    """The seconds until an action fails in a way."""
    started = time.monotonic()
    with pytest.raises(kind):
        action()
    return time.monotonic() - started


@pytest.fixture(scope="module")
def tight(here: Path) -> Iterator[Federated]:
    """A federation with tight limits."""
    limits = {"service_rows": 500, "service_mb": 1, "service_timeout_s": 5.0, "service_cache_s": 0}
    with federation(here, service_per_minute=10_000, **limits) as running:
        yield running


@pytest.mark.parametrize("lie", LIES)
def test_an_endpoint_that_lies_fails_its_query_by_name(tight: Federated, lie: str) -> None:
    tight.remote.answer = lambda query: LIES[lie]
    with pytest.raises(ServiceFailed) as told:
        tight.rows(ASK_LABELS)
    assert told.value.status == 502
    assert tight.remote.url in told.value.detail
    assert told.value.extra["endpoint"] == tight.remote.url
    assert tight.rows(ASK_LABELS.replace("REMOTE", "OTHER"))


@pytest.mark.parametrize("lie", LIES)
def test_silent_passes_over_an_allowed_endpoint_that_fails(tight: Federated, lie: str) -> None:
    """One solution that binds nothing (SPARQL 1.1 Federated Query, 2.3)."""
    tight.remote.answer = lambda query: LIES[lie]
    assert tight.rows(SILENTLY) == [","]
    assert tight.asked[0].failure
    rows = tight.rows(f"SELECT ?s {{ ?s <http://x/item> ?i {SILENTLY[SILENTLY.index('SERVICE') :]}")
    assert len(rows) == 4


def test_a_slow_endpoint_is_left_at_the_deadline_and_the_rest_goes_on(fed: Federated) -> None:
    fed.remote.answer = lambda query: time.sleep(5) or Reply()  # type: ignore[func-returns-value]
    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(fed.rows, ASK_LABELS, timeout_s=1.5) for _ in range(3)]
        assert fed.rows("SELECT * { ?s ?p ?o }")
        assert fed.rows(ASK_LABELS.replace("REMOTE", "OTHER"))
        assert not any(query.done() for query in slow)
        for query in slow:
            with pytest.raises(ServiceTooSlow, match="in time") as told:
                query.result()
            assert told.value.status == 504


def test_the_timeout_of_the_client_holds_for_others_too(fed: Federated) -> None:
    fed.remote.answer = lambda query: time.sleep(5) or Reply()  # type: ignore[func-returns-value]
    elapsed = failing_after(ServiceTooSlow, lambda: fed.rows(ASK_LABELS, timeout_s=0.3))
    assert elapsed < 2.5


def test_who_leaves_ends_the_request_to_the_endpoint(fed: Federated) -> None:
    fed.remote.answer = lambda query: time.sleep(5) or Reply()  # type: ignore[func-returns-value]
    elapsed = failing_after(QueryAbandoned, lambda: fed.rows(ASK_LABELS, is_wanted=lambda: False))
    assert elapsed < 2.5


def test_results_in_xml_are_read_too(fed: Federated) -> None:
    fed.remote.answer = answers_from(THERE, XML)
    assert len(fed.rows(ASK_LABELS)) == 5


def test_what_all_endpoints_of_a_query_bring_has_a_limit_together(tight: Federated) -> None:
    long = ROW.replace('"x"', '"' + "x" * 600_000 + '"')
    tight.remote.answer = lambda query: Reply((HEAD + long + "]}}").encode())
    one = ASK_LABELS[ASK_LABELS.index("SERVICE") : -2]
    with pytest.raises(ServiceFailed, match="1 MiB together"):
        tight.rows(f"SELECT ?i ?l {{ {{ {one} }} UNION {{ {one} }} }}")
