from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from erqi_kg.engine.answers import AnswerFacts, WholeAnswer
from erqi_kg.engine.caching import CachingEngine, KeptAnswer
from erqi_kg.engine.frames import Frame
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.errors import Overloaded, QueryTimedOut
from erqi_kg.settings import Settings
from tests.engine.asking import CSV, wait_until

QUERY = "SELECT ?o { <http://x/a> ?p ?o }"


class Asked:
    """An engine that counts, and answers with as many bytes as the query says."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        self.release = "one"
        self.texts: list[str] = []
        self.before = before

    def answer(self, request: QueryRequest) -> WholeAnswer:
        self.texts.append(request.text)
        self.before()
        body = b"x" * int(request.text.rpartition("# ")[2] or 10) if "#" in request.text else b"x"
        frame = Frame({"size": len(body), "elapsed_s": 0.1}, body)
        return WholeAnswer(AnswerFacts(request.media_type, request.release or self.release), frame)

    def current(self) -> Any:
        return SimpleNamespace(id=self.release, manifest=SimpleNamespace(base_iri="http://x/"))

    def status(self) -> dict[str, object]:
        return {}

    def close(self) -> None:
        """Nothing."""


def caching(engine: Any, megabytes: int = 1) -> CachingEngine:
    return CachingEngine(engine, Settings(cache_mb=megabytes))


@pytest.mark.parametrize(
    "other",
    [
        {"text": QUERY + " "},
        {"media_type": "application/sparql-results+json"},
        {"default_graphs": ()},
        {"named_graphs": ("http://x/g",)},
        {"substitutions": {"o": "<http://x/b>"}},
        {"release": "older"},
    ],
)
def test_what_an_answer_depends_on_tells_answers_apart(other: dict[str, Any]) -> None:
    engine = Asked()
    kept = caching(engine)
    plain = {"text": QUERY, "media_type": CSV}
    for request in (plain, plain | other, plain, plain | other):
        kept.answer(QueryRequest(**request)).read()
    assert len(engine.texts) == 2
    assert (kept.cache.figures.hits, kept.cache.figures.misses) == (2, 2)


def test_a_new_release_or_commit_is_asked_anew() -> None:
    engine = Asked()
    kept = caching(engine)
    for release in ("one", "one", "one.1", "one.1"):
        engine.release = release
        assert kept.answer(QueryRequest(QUERY, CSV)).release == release
    assert len(engine.texts) == 2


def test_the_cache_stays_within_its_bytes_and_forgets_what_is_used_least() -> None:
    engine = Asked()
    kept = caching(engine)
    texts = [f"{QUERY} # {100_000 + number}" for number in range(9)]
    for text in (*texts, texts[0], texts[-1]):
        kept.answer(QueryRequest(text, CSV)).read()
        assert kept.cache.figures.bytes <= 1024 * 1024
    assert engine.texts == [*texts, texts[0]]
    assert kept.cache.figures.answers < 9


@pytest.mark.parametrize(
    ("text", "megabytes"),
    [(f"{QUERY} # 200000", 1), ("SELECT (NOW() AS ?n) {}", 1), (QUERY, 0)],
    ids=["too large", "volatile", "off"],
)
def test_some_answers_are_not_kept(text: str, megabytes: int) -> None:
    engine = Asked()
    kept = caching(engine, megabytes)
    for _ in range(2):
        assert not isinstance(kept.answer(QueryRequest(text, CSV)), KeptAnswer)
    assert len(engine.texts) == 2


def test_a_large_answer_is_kept_from_the_second_time_on() -> None:
    engine = Asked()
    kept = caching(engine, 8)
    text = f"{QUERY} # 300000"
    found = [kept.answer(QueryRequest(text, CSV)) for _ in range(3)]
    assert [isinstance(answer, KeptAnswer) for answer in found] == [False, True, True]
    assert len({answer.read() for answer in found}) == 1
    assert len(engine.texts) == 2


@pytest.mark.parametrize("error", [None, QueryTimedOut("late"), Overloaded("full")])
def test_equal_queries_at_once_are_evaluated_once_unless_it_was_bad_luck(
    error: Exception | None,
) -> None:
    go = threading.Event()

    def before() -> None:
        go.wait(10)
        if error is not None:
            raise error

    engine = Asked(before)
    kept = caching(engine)

    def ask() -> object:
        try:
            return kept.answer(QueryRequest(QUERY, CSV)).read()
        except (QueryTimedOut, Overloaded) as raised:
            return type(raised)

    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(ask) for _ in range(5)]
        wait_until(lambda: kept.cache.figures.misses == 5)
        go.set()
        found = {one.result() for one in asked}
    assert found == {b"x" if error is None else type(error)}
    assert len(engine.texts) == (5 if isinstance(error, Overloaded) else 1)
