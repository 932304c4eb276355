"""No query contacts an address that the operator has not allowed (SPEC: limits and safety)."""

from __future__ import annotations

import time
from typing import cast

import pytest

from erqi_kg.engine.evaluation import Task
from erqi_kg.engine.interface import ChangeRequest, QueryRequest
from erqi_kg.engine.local import LocalEngine
from erqi_kg.errors import ErqiError, RequestError
from erqi_kg.sparql.scan import form_of
from erqi_kg.sparql.words import GRAPH_FORMS
from tests.federation.attacks import QUERIES, UPDATES
from tests.federation.conftest import Federated

HARMLESS = {"FROM", "FROM NAMED", "GRAPH", "DESCRIBE of the canary"}
"""They name the canary as a graph or a thing, which asks nobody."""


def aimed(fed: Federated, text: str) -> str:
    return (
        text.replace("REMOTEHOST", f"127.0.0.1:{fed.remote.port}")
        .replace("REMOTE", fed.remote.url)
        .replace("CANARY", fed.canary.url)
        .replace("PORT", str(fed.canary.port))
    )


def test_there_are_at_least_sixty_attacks() -> None:
    assert len(QUERIES) + len(UPDATES) >= 60


@pytest.mark.parametrize("kind", QUERIES)
def test_no_query_reaches_an_address_that_is_not_allowed(fed: Federated, kind: str) -> None:
    text = aimed(fed, QUERIES[kind])
    media_type = "text/turtle" if form_of(text) in GRAPH_FORMS else "text/csv"
    if kind in HARMLESS:
        fed.engine.answer(QueryRequest(text, media_type)).close()
    else:
        with pytest.raises(RequestError) as told:
            fed.engine.answer(QueryRequest(text, media_type)).read()
        assert told.value.status in (400, 403)
    assert fed.canary.connections == 0
    assert fed.remote.connections == 0


@pytest.mark.parametrize("kind", UPDATES)
def test_no_update_reaches_any_address(fed: Federated, kind: str) -> None:
    with pytest.raises(ErqiError):
        fed.engine.change(ChangeRequest("update", aimed(fed, UPDATES[kind]).encode()))
    assert fed.canary.connections == 0
    assert fed.remote.connections == 0


def test_the_canary_would_be_seen(fed: Federated) -> None:
    fed.rows("SELECT * { SERVICE <REMOTE> { ?s <http://w/size> ?o } }")
    assert fed.remote.connections == 1


@pytest.mark.parametrize("called", ["SERVICE", "SERVICE SILENT"])
def test_an_executor_that_is_handed_a_service_opens_no_connection(
    fed: Federated, called: str
) -> None:
    """The second wall: the first one is passed by, as if the scan had been fooled."""
    local = cast(LocalEngine, fed.engine._engine)
    text = f"SELECT * {{ {called} <{fed.canary.url}> {{ ?s ?p ?o }} }}"
    task = Task(text, "text/csv", 5.0, base_iri=local.current().manifest.base_iri)
    executor = local._pool.take()
    try:
        frame = executor.ask(task, time.monotonic() + 5)
    finally:
        local._pool.give_back(executor, reusable=False)
    assert frame is not None
    assert ("error" in frame.header) is (called == "SERVICE")
    assert fed.canary.connections == 0
    assert local.status()["service_walls"] == "scan-and-kernel"
