from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from erqi_kg.engine import connect_engine, start_keeper
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.federation.engine import FederatingEngine
from erqi_kg.federation.report import Asked, FederatedAnswer
from erqi_kg.settings import Settings
from tests.federation.remotes import Remote, answers_from, running_remote
from tests.releases import make_release

HERE = """\
<http://x/a> <http://x/item> <http://w/1> <http://x/g1> .
<http://x/b> <http://x/item> <http://w/2> <http://x/g1> .
<http://x/c> <http://x/item> <http://w/3> <http://x/g1> .
<http://x/d> <http://x/item> _:nobody <http://x/g1> .
<http://x/a> <http://x/code> "1" <http://x/g2> .
<http://x/b> <http://x/code> "2" <http://x/g2> .
<http://x/a> <http://x/rank> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <http://x/g2> .
"""
THERE = """\
@prefix w: <http://w/> .
w:1 w:label "one"@en , "一"@zh ; w:size 1 ; w:near w:2 .
w:2 w:label "two"@en ; w:size 2.5 ; w:near w:9 .
w:9 w:label "nine"@en ; w:part [ w:size 9 ] .
w:8 w:label "eight"@en ; w:part [ w:size 8 ] .
"""


@dataclass
class Federated:
    """An engine that federates, and the rows and reports of its answers."""

    engine: FederatingEngine
    remote: Remote
    other: Remote
    canary: Remote
    keeper_pid: int
    asked: tuple[Asked, ...] = ()
    """What was asked for the last answer."""
    text: str = ""
    """The last answer."""

    def rows(self, query: str, media_type: str = "text/csv", **request: object) -> list[str]:
        """The lines of an answer, sorted, without the header; REMOTE and OTHER are addresses."""
        text = query.replace("REMOTE", self.remote.url).replace("OTHER", self.other.url)
        answer = self.engine.answer(QueryRequest(text, media_type, **request))
        self.asked = answer.asked if isinstance(answer, FederatedAnswer) else ()
        self.text = answer.read().decode()
        return sorted(self.text.splitlines()[1:])


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("here")
    make_release(path, HERE)
    return path


@contextmanager
def running_federation(settings: Settings) -> Iterator[tuple[FederatingEngine, int]]:
    """Yield an engine that federates, and the process id of its keeper."""
    with closing(start_keeper(settings)) as keeper:
        local = connect_engine(settings, keeper.runtime.path)
        with closing(FederatingEngine(local, settings, keeper.runtime.broker_socket)) as engine:
            yield engine, keeper.process.pid


@pytest.fixture(scope="session")
def federated(here: Path) -> Iterator[Federated]:
    """An engine that may ask two endpoints; a third one, the canary, it may not."""
    with ExitStack() as stack:
        remote = stack.enter_context(running_remote(answers_from(THERE)))
        other = stack.enter_context(running_remote(answers_from(THERE)))
        canary = stack.enter_context(running_remote(answers_from(THERE)))
        settings = Settings(
            store_dir=here,
            service_allow=f"{remote.url}, {other.url}",
            service_timeout_s=3.0,
            service_batch=2,
            service_per_minute=100_000,
        )
        engine, pid = stack.enter_context(running_federation(settings))
        yield Federated(engine, remote, other, canary, pid)


@pytest.fixture
def fed(federated: Federated) -> Federated:
    """The same, with nothing noted of the tests before."""
    for remote in (federated.remote, federated.other, federated.canary):
        remote.queries.clear()
        remote.heard.clear()
        remote.connections = 0
        remote.answer = answers_from(THERE)
    return federated


@contextmanager
def federation(here: Path, **limits: object) -> Iterator[Federated]:
    with ExitStack() as stack:
        remote, other = (stack.enter_context(running_remote(answers_from(THERE))) for _ in range(2))
        settings = Settings(
            store_dir=here, service_allow=f"{remote.url}, {other.url}", **limits  # type: ignore[arg-type]
        )  # fmt: skip
        engine, pid = stack.enter_context(running_federation(settings))
        yield Federated(engine, remote, other, remote, pid)
