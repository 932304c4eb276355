from __future__ import annotations

import threading
import time

import pytest

from erqi_kg.engine.interface import QueryRequest
from erqi_kg.engine.local import LocalEngine
from erqi_kg.errors import (
    MalformedQuery,
    Overloaded,
    QueryTimedOut,
    QueryTooHeavy,
    ServiceError,
)
from tests.engine.asking import BOMB, CSV, ENDLESS, POINT, rows, seconds, wait_until
from tests.engine.conftest import StartEngine

JSON = "application/sparql-results+json"


def fails(engine: LocalEngine, text: str, error: type[Exception], **request: object) -> None:
    with pytest.raises(error):
        engine.answer(QueryRequest(text, CSV, **request))


def outcome(engine: LocalEngine, text: str, **request: object) -> str:
    """What the asker is told: the size of an answer, or the error's sentence."""
    try:
        with engine.answer(QueryRequest(text, CSV, **request)) as answer:
            return str(answer.size_bytes)
    except (ServiceError, MalformedQuery) as error:
        return str(error)


@pytest.mark.parametrize("resident_mb", [100, 0])
def test_a_runaway_ends_at_its_deadline_while_others_are_answered(
    start: StartEngine, resident_mb: int
) -> None:
    engine = start(query_timeout_s=1.0, resident_mb=resident_mb)
    lasted: list[float] = []
    runaway = threading.Thread(
        target=lambda: lasted.append(seconds(lambda: fails(engine, ENDLESS, QueryTimedOut)))
    )
    rows(engine, POINT)
    runaway.start()
    points = []
    while runaway.is_alive():
        points.append(seconds(lambda: rows(engine, POINT)))
        time.sleep(0.05)
    assert lasted[0] < 1.0 + 0.3
    assert sorted(points)[len(points) // 2] < 0.1
    assert rows(engine, POINT) == [["7"]]


def test_a_client_may_ask_for_a_shorter_deadline_but_not_a_longer_one(start: StartEngine) -> None:
    engine = start(query_timeout_s=1.0)
    assert seconds(lambda: fails(engine, ENDLESS, QueryTimedOut, timeout_s=0.2)) < 0.5
    assert seconds(lambda: fails(engine, ENDLESS, QueryTimedOut, timeout_s=60)) < 1.3


def test_runaways_in_every_executor_cost_a_waiting_query_no_more_than_their_deadline(
    start: StartEngine,
) -> None:
    engine = start(query_timeout_s=0.8, executors=2)
    runaways = [
        threading.Thread(target=fails, args=(engine, ENDLESS, QueryTimedOut)) for _ in range(2)
    ]
    for runaway in runaways:
        runaway.start()
    wait_until(lambda: engine.status()["executors_busy"] == 2)
    assert seconds(lambda: rows(engine, POINT)) < 1.5
    for runaway in runaways:
        runaway.join()


def test_a_memory_bomb_is_refused_and_the_next_query_answered(start: StartEngine) -> None:
    engine = start(query_memory_mb=64)
    with pytest.raises(QueryTooHeavy) as caught:
        engine.answer(QueryRequest(BOMB, CSV))
    assert "64 MiB of memory" in caught.value.detail
    assert rows(engine, POINT) == [["7"]]


def test_a_literal_that_doubles_is_refused(start: StartEngine) -> None:
    engine = start(query_memory_mb=64)
    steps = "".join(f" BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
    text = f"SELECT (STRLEN(?x30) AS ?n) {{ BIND('0123456789' AS ?x0) {steps} }}"
    fails(engine, text, QueryTooHeavy)
    assert rows(engine, POINT) == [["7"]]


def test_an_answer_past_its_limit_is_refused_whole(start: StartEngine) -> None:
    engine = start(max_answer_mb=1)
    with pytest.raises(QueryTooHeavy) as caught:
        engine.answer(QueryRequest("SELECT * { ?a ?b ?c . ?d ?e ?f }", JSON))
    assert "larger than 1 MiB" in caught.value.detail
    assert rows(engine, POINT) == [["7"]]


DEEP = {
    "calls": lambda n: f"SELECT ({'STR(' * n}1{')' * n} AS ?x) {{}}",
    "groups": lambda n: f"SELECT * {'{' * n}{'}' * n}",
    "brackets": lambda n: f"SELECT ({'(' * n}1{')' * n} AS ?x) {{}}",
    "collections": lambda n: f"SELECT * {{ ?s ?p {'(' * n}1{')' * n} }}",
    "paths": lambda n: f"SELECT * {{ ?s {'(' * n}<a:b>{')' * n} ?o }}",
    "blank nodes": lambda n: f"SELECT * {{ ?s ?p {'[ ?p ' * n}1{']' * n} }}",
    "quoted triples": lambda n: f"SELECT * {{ ?s ?p {'<<( ?s ?p ' * n}1{' )>>' * n} }}",
}


@pytest.mark.parametrize("depth", [1000, 5000])
@pytest.mark.parametrize("shape", DEEP)
def test_deep_nesting_is_malformed(engine: LocalEngine, shape: str, depth: int) -> None:
    with pytest.raises(MalformedQuery) as caught:
        engine.answer(QueryRequest(DEEP[shape](depth), CSV))
    assert caught.value.line == 1


@pytest.mark.parametrize("shape", DEEP)
def test_nesting_up_to_the_limit_reaches_the_engine(engine: LocalEngine, shape: str) -> None:
    assert "nested" not in outcome(engine, DEEP[shape](150), timeout_s=0.5)


CHAINS = {
    "or": f"SELECT ({'||'.join(['?x'] * 60_000)} AS ?y) {{}}",
    "plus": f"SELECT ({'+'.join(['1'] * 60_000)} AS ?y) {{}}",
    "not": f"SELECT ({'!' * 200_000}1 AS ?y) {{}}",
    "minus": f"SELECT ({'- ' * 100_000}1 AS ?y) {{}}",
    "union": f"SELECT * {{ {' UNION '.join(['{}'] * 30_000)} }}",
    "optional": f"SELECT * {{ {'OPTIONAL { ?s ?p ?o } ' * 10_000} }}",
    "path": f"SELECT * {{ ?s {'/'.join(['<a:b>'] * 20_000)} ?o }}",
    "triples": f"SELECT * {{ {'?s ?p ?o . ' * 10_000} }}",
    "minus patterns": f"SELECT * {{ {'MINUS { ?s ?p ?o } ' * 10_000} }}",
    "lines": "\n" * 900_000 + "SELECT * {",
}


@pytest.mark.parametrize("shape", CHAINS)
def test_a_long_chain_costs_its_asker_at_most_an_error(start: StartEngine, shape: str) -> None:
    engine = start(query_timeout_s=0.6)
    assert outcome(engine, CHAINS[shape])
    assert rows(engine, POINT) == [["7"]]


def test_a_full_queue_turns_queries_away_at_once(start: StartEngine) -> None:
    engine = start(executors=1, queue=0, query_timeout_s=1.0)
    runaway = threading.Thread(target=fails, args=(engine, ENDLESS, QueryTimedOut))
    runaway.start()
    wait_until(lambda: engine.status()["executors_busy"] == 1)
    assert seconds(lambda: fails(engine, POINT, Overloaded)) < 0.5
    runaway.join()
    assert rows(engine, POINT) == [["7"]]


def test_a_slow_reader_leaves_the_executors_free(start: StartEngine) -> None:
    engine = start(executors=1, spare_executors=0, queue=0)
    answer = engine.answer(QueryRequest("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000", JSON))
    parts = answer.chunks()
    received = len(next(parts))
    assert rows(engine, POINT) == [["7"]]
    received += sum(map(len, parts))
    assert received == answer.size_bytes > 10_000_000
