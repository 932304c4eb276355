from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from erqi_kg.build.plain import publish_empty
from erqi_kg.build.release import Dataset, publish
from erqi_kg.commitlog import log_path, read_log, state_of
from erqi_kg.engine import start_engine
from erqi_kg.engine.interface import ChangeRequest, Committed
from erqi_kg.engine.local import LocalEngine
from erqi_kg.errors import (
    BadRequest,
    Forbidden,
    MalformedData,
    MalformedQuery,
    NotFound,
    PreconditionFailed,
    QueryTimedOut,
    ServiceError,
    TooLarge,
)
from erqi_kg.namespaces import DEFAULT_BASE_IRI
from erqi_kg.settings import Settings
from erqi_kg.storedir import Manifest, StoreDirectory
from tests.engine.asking import rows, wait_until
from tests.engine.conftest import QUADS
from tests.releases import make_release

SPACE = "https://w3id.org/erqi/graph/workspace/"
NOTES = f"{SPACE}notes"
COUNT = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }}"
WRITING = Settings(update_token="secret", executors=1, spare_executors=0)
Start = Callable[..., LocalEngine]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start engines that may write, over one small release; they are closed at the end."""
    make_release(tmp_path, QUADS)
    started: list[LocalEngine] = []

    def start_with(**settings: object) -> LocalEngine:
        started.append(start_engine(replace(WRITING, store_dir=tmp_path, **settings)))
        return started[-1]

    yield start_with
    for one in started:
        one.close()


@pytest.fixture(params=["memory", "disk"])
def engine(request: pytest.FixtureRequest, start: Start) -> LocalEngine:
    return start(resident_mb=100 if request.param == "memory" else 0)


def update(engine: LocalEngine, text: str, **request: object) -> Committed:
    return engine.change(ChangeRequest("update", text.encode(), **request))


def insert(engine: LocalEngine, number: int, graph: str = NOTES) -> Committed:
    return update(
        engine,
        f"INSERT DATA {{ GRAPH <{graph}> {{ <http://x/n{number}> <http://x/p> {number} }} }}",
    )


def put(engine: LocalEngine, turtle: str, kind: str = "replace", **request: object) -> Committed:
    return engine.change(
        ChangeRequest(kind, turtle.encode(), graph=NOTES, media_type="text/turtle", **request)
    )


def test_a_change_is_seen_by_the_next_query(engine: LocalEngine) -> None:
    assert rows(engine, COUNT) == [["0"]]
    for number in range(1, 6):
        committed = insert(engine, number)
        assert (committed.added, committed.removed) == (1, 0)
        assert committed.release.endswith(f".{number}")
        assert engine.current().id == committed.release
        assert rows(engine, COUNT) == [[str(number)]]


def test_a_workspace_graph_joins_the_default_graph_only_when_asked(engine: LocalEngine) -> None:
    insert(engine, 1)
    pattern = "SELECT ?o { <http://x/n1> <http://x/p> ?o }"
    assert rows(engine, pattern) == []
    assert rows(engine, pattern, default_graphs=(NOTES, "http://x/g1")) == [["1"]]


def test_a_change_that_changes_nothing_makes_no_commit(engine: LocalEngine) -> None:
    first = insert(engine, 1)
    assert insert(engine, 1).release == first.release


def test_every_operation_of_sparql_update_works_on_a_workspace(engine: LocalEngine) -> None:
    insert(engine, 1)
    update(engine, f"WITH <{NOTES}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p ?n }} WHERE "
                   "{ ?s ?p ?o BIND(?o + 1 AS ?n) }")  # fmt: skip
    values = f"SELECT ?o {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }}"
    assert rows(engine, values) == [["2"]]
    update(engine, f"DELETE DATA {{ GRAPH <{NOTES}> {{ <http://x/n1> <http://x/p> 2 }} }}")
    assert rows(engine, values) == []
    update(engine, f"COPY <http://x/g2> TO <{NOTES}>")
    assert rows(engine, values) == [["1"], ["2"]]
    update(engine, f"DELETE WHERE {{ GRAPH <{NOTES}> {{ ?s ?p 1 }} }}")
    assert rows(engine, values) == [["2"]]
    update(engine, f"MOVE <{NOTES}> TO <{SPACE}other>; CREATE GRAPH <{NOTES}>")
    assert rows(engine, "SELECT ?g { GRAPH ?g { ?s <http://x/size> 2 } }") == [
        ["http://x/g2"], [f"{SPACE}other"],
    ]  # fmt: skip
    assert update(engine, f"DROP GRAPH <{SPACE}other>; CLEAR GRAPH <{NOTES}>").dropped


def test_an_update_is_done_whole_or_not_at_all(engine: LocalEngine) -> None:
    insert(engine, 1)
    with pytest.raises(BadRequest, match="already exists"):
        update(engine, f"DROP SILENT GRAPH <{SPACE}x>; INSERT DATA {{ GRAPH <{SPACE}y> "
                       f"{{ <http://x/a> <http://x/b> 1 }} }}; CREATE GRAPH <{NOTES}>")  # fmt: skip
    assert rows(engine, f"SELECT * {{ GRAPH <{SPACE}y> {{ ?s ?p ?o }} }}") == []


REFUSED = {
    "the default graph": "INSERT DATA { <http://x/a> <http://x/b> 1 }",
    "a built graph": "INSERT DATA { GRAPH <http://x/g1> { <http://x/a> <http://x/b> 1 } }",
    "a variable graph": "INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "all graphs": "CLEAR ALL",
    "named graphs": "DROP NAMED",
    "the default graph, dropped": "DROP DEFAULT",
    "a graph moved away": f"MOVE <http://x/g1> TO <{NOTES}>",
    "a graph copied over": f"COPY <{NOTES}> TO <http://x/g1>",
    "a prefixed name": "PREFIX w: <http://x/> DELETE WHERE { GRAPH w:g1 { ?s ?p ?o } }",
    "WITH": "WITH <http://x/g1> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "a later operation": f"CREATE GRAPH <{NOTES}>; CLEAR DEFAULT",
    "LOAD": f"LOAD <http://127.0.0.1/x> INTO GRAPH <{NOTES}>",
    "LOAD SILENT": f"LOAD SILENT <http://127.0.0.1/x> INTO GRAPH <{NOTES}>",
    "SERVICE": f"INSERT {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }} WHERE "
    "{ SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_only_workspace_graphs_are_written(start: Start, text: str) -> None:
    engine = start()
    before = rows(engine, "SELECT * { GRAPH ?g { ?s ?p ?o } }")
    with pytest.raises(Forbidden):
        update(engine, text)
    assert rows(engine, "SELECT * { GRAPH ?g { ?s ?p ?o } }") == before


def test_without_a_token_writing_is_off(start: Start) -> None:
    with pytest.raises(Forbidden, match="ERQI_UPDATE_TOKEN"):
        insert(start(update_token=None), 1)


def test_commits_survive_a_restart(engine: LocalEngine, start: Start) -> None:
    insert(engine, 1)
    insert(engine, 2)
    engine.close()
    again = start(resident_mb=engine.settings.resident_mb)
    assert rows(again, COUNT) == [["2"]]
    assert insert(again, 3).release.endswith(".3")


def test_a_torn_record_is_dropped_and_the_next_commit_takes_its_place(
    start: Start, tmp_path: Path
) -> None:
    engine = start()
    insert(engine, 1)
    insert(engine, 2)
    engine.close()
    path = StoreDirectory(tmp_path).current().path
    log = log_path(path)
    log.write_bytes(log.read_bytes()[:-7])
    again = start()
    assert rows(again, COUNT) == [["1"]]
    assert insert(again, 3).release.endswith(".2")
    assert [record.commit for record, _ in read_log(path)] == [1, 2]


def test_a_damaged_record_before_the_last_stops_the_start(start: Start, tmp_path: Path) -> None:
    engine = start()
    insert(engine, 1)
    insert(engine, 2)
    engine.close()
    log = log_path(StoreDirectory(tmp_path).current().path)
    log.write_bytes(log.read_bytes().replace(b"n1>", b"m1>", 1))
    with pytest.raises(Exception, match="damaged"):
        start()


def test_processes_that_are_killed_are_replaced_with_all_commits(
    engine: LocalEngine,
) -> None:
    insert(engine, 1)
    zygote = engine.status()["zygote_pid"]
    os.kill(int(str(zygote)), signal.SIGKILL)
    wait_until(lambda: engine.status()["restarts"] == 1)
    assert rows(engine, COUNT) == [["1"]]
    insert(engine, 2)
    os.kill(int(str(engine.status()["writer_pid"])), signal.SIGKILL)

    def writes_again() -> bool:
        try:
            return insert(engine, 3).added <= 1
        except ServiceError:
            return False

    wait_until(writes_again)
    assert rows(engine, COUNT) == [["3"]]


def test_a_commit_can_be_undone(engine: LocalEngine) -> None:
    insert(engine, 1)
    insert(engine, 2)
    undone = engine.change(ChangeRequest("undo", commit=1))
    assert (undone.added, undone.removed) == (0, 1)
    assert rows(engine, f"SELECT ?o {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }}") == [["2"]]
    engine.change(ChangeRequest("undo", commit=3))
    assert rows(engine, COUNT) == [["2"]]
    with pytest.raises(NotFound):
        engine.change(ChangeRequest("undo", commit=99))


def test_earlier_commits_can_be_asked(engine: LocalEngine) -> None:
    built = engine.current().id
    first = insert(engine, 1).release
    insert(engine, 2)
    assert rows(engine, COUNT, release=first) == [["1"]]
    assert rows(engine, COUNT, release=built) == [["0"]]
    assert rows(engine, COUNT) == [["2"]]
    with pytest.raises(NotFound):
        rows(engine, COUNT, release=first.partition(".")[0] + ".9")


def test_a_graph_is_replaced_merged_and_dropped(engine: LocalEngine) -> None:
    assert not put(engine, "<http://x/a> <http://x/p> 1, 2.50 .").existed
    second = put(engine, "<http://x/a> <http://x/p> 2.50, 3 .")
    assert (second.existed, second.added, second.removed) == (True, 1, 1)
    put(engine, "<#here> <http://x/p> <> .", kind="merge")
    assert rows(engine, f"SELECT ?s {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }}") == [
        ["http://x/a"], ["http://x/a"], [f"{NOTES}#here"],
    ]  # fmt: skip
    assert engine.change(ChangeRequest("drop", graph=NOTES)).dropped == (NOTES,)
    assert rows(engine, COUNT) == [["0"]]


def test_an_empty_graph_is_a_graph(engine: LocalEngine) -> None:
    assert put(engine, "").created == (NOTES,)
    assert rows(engine, "SELECT ?g { GRAPH ?g {} }", named_graphs=None)[-1] == [NOTES]


def test_a_wrong_document_is_refused_with_its_place(start: Start) -> None:
    engine = start()
    with pytest.raises(MalformedData) as refused:
        put(engine, "<http://x/a> <http://x/p>\n 'open .")
    assert refused.value.line == 2
    with pytest.raises(MalformedQuery):
        update(engine, "INSERT DATA { GRAPH <")
    entities = '<!DOCTYPE x [<!ENTITY a "b">]><rdf:RDF xmlns:rdf="http://x/"/>'
    with pytest.raises(BadRequest, match="entities"):
        engine.change(
            ChangeRequest("merge", entities.encode(), graph=NOTES, media_type="application/rdf+xml")
        )


def test_a_graph_that_was_changed_since_is_not_written(start: Start) -> None:
    engine = start()
    put(engine, "<http://x/a> <http://x/p> 1 .")
    insert(engine, 1, f"{SPACE}other")
    put(engine, "<http://x/a> <http://x/p> 2 .", unchanged_since=1)
    with pytest.raises(PreconditionFailed):
        put(engine, "<http://x/a> <http://x/p> 3 .", unchanged_since=2)


def test_workspaces_have_limits(start: Start) -> None:
    engine = start(workspace_quads=2, workspace_graphs=2)
    insert(engine, 1)
    insert(engine, 2, f"{SPACE}other")
    with pytest.raises(TooLarge, match="ERQI_WORKSPACE_QUADS"):
        insert(engine, 3)
    update(engine, f"CLEAR GRAPH <{NOTES}>")
    with pytest.raises(TooLarge, match="ERQI_WORKSPACE_GRAPHS"):
        insert(engine, 3, f"{SPACE}third")


def test_a_runaway_update_ends_and_nothing_of_it_is_done(start: Start) -> None:
    engine = start(update_timeout_s=0.5)
    many = " ".join(f"<http://x/{n}> <http://x/p> {n} ." for n in range(400))
    put(engine, many)
    with pytest.raises(QueryTimedOut):
        update(engine, f"INSERT {{ GRAPH <{SPACE}x> {{ ?a ?b ?c }} }} WHERE {{ GRAPH <{NOTES}> "
                       "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } }")  # fmt: skip
    assert rows(engine, COUNT) == [["400"]]
    insert(engine, 1000)


def test_a_log_that_has_grown_is_folded_and_nothing_is_lost(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = start()
    long = "x" * 700_000
    for number in range(8):
        put(engine, f'<http://x/a> <http://x/p> "{number}{long}" .')
    path = StoreDirectory(tmp_path).current().path
    records = [record for record, _ in read_log(path)]
    assert records[0].is_folded
    assert state_of(path).commit == 8
    starts = f"SELECT (SUBSTR(?o, 1, 2) AS ?n) {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }}"
    assert rows(engine, starts) == [["7x"]]
    engine.close()
    assert rows(start(), starts) == [["7x"]]


def test_plain_mode_writes_everywhere_and_keeps_the_default_graph_apart(tmp_path: Path) -> None:
    settings = replace(WRITING, store_dir=tmp_path, plain=True)
    publish_empty(settings)
    with start_engine(settings) as engine:
        update(engine, "INSERT DATA { <http://x/a> <http://x/p> 1 . GRAPH <http://x/g> "
                       "{ <http://x/a> <http://x/p> 2 } }")  # fmt: skip
        assert rows(engine, "SELECT ?o { ?s ?p ?o }") == [["1"]]
        update(engine, "INSERT { GRAPH ?g { ?s ?p 3 } } WHERE { GRAPH ?g { ?s ?p ?o } }")
        assert rows(engine, "SELECT ?o { GRAPH <http://x/g> { ?s ?p ?o } }") == [["2"], ["3"]]
        update(engine, "CLEAR ALL")
        assert rows(engine, "SELECT ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }") == []


def test_several_graphs_of_using_are_one_set(tmp_path: Path) -> None:
    settings = replace(WRITING, store_dir=tmp_path, plain=True)
    publish_empty(settings)
    count = "INSERT { GRAPH <http://x/n> { <http://x/n> <http://x/c> ?n } } %s WHERE { " \
            "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }"  # fmt: skip
    with start_engine(settings) as engine:
        for graph in ("g1", "g2"):
            update(engine, f"INSERT DATA {{ GRAPH <http://x/{graph}> {{ <http://x/a> a 1 }} }}")
        update(engine, count % "USING <http://x/g1> USING <http://x/g2>")
        asked = "SELECT ?o { GRAPH <http://x/n> { ?s ?p ?o } }"
        assert rows(engine, asked) == [["1"]]
        update(engine, "DROP GRAPH <http://x/n>")
        update(engine, count % "", using=("http://x/g1", "http://x/g2"))
        assert rows(engine, asked) == [["1"]]
        update(engine, "DELETE WHERE { ?s ?p 1 }", using=("http://x/g1",))
        assert rows(engine, "SELECT ?g { GRAPH ?g { ?s a 1 } }") == [
            ["http://x/g1"],
            ["http://x/g2"],
        ]


def publish_quads(store_dir: Path, nquads: str, digest: str) -> None:
    """Publish quads as a build does."""
    manifest = Manifest(
        f"{digest}.0", "2026-01-02T00:00:00Z", DEFAULT_BASE_IRI, "0", 0, 0, {}, {}
    )  # fmt: skip
    dataset = Dataset(list(ox.parse(nquads, format=ox.RdfFormat.N_QUADS)))
    publish(StoreDirectory(store_dir), manifest, dataset, {}, kept=5)


def test_a_build_carries_over_what_clients_wrote(engine: LocalEngine, tmp_path: Path) -> None:
    insert(engine, 1)
    insert(engine, 2)
    update(engine, f"DELETE DATA {{ GRAPH <{NOTES}> {{ <http://x/n1> <http://x/p> 1 }} }}")
    old = engine.current().id
    publish_quads(tmp_path, '<http://x/new> <http://x/p> "new" <http://x/g1> .\n', "c" * 16)
    wait_until(lambda: engine.current().id == f"{'c' * 16}.1")
    assert rows(engine, f"SELECT ?o {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }}") == [["2"]]
    assert rows(engine, "SELECT ?o { <http://x/new> ?p ?o }") == [["new"]]
    assert insert(engine, 3).release == f"{'c' * 16}.2"
    assert rows(engine, COUNT, release=old) == [["1"]]
    publish_quads(tmp_path, QUADS, old.partition(".")[0])
    wait_until(lambda: engine.current().id.startswith(old.partition(".")[0]))
    assert rows(engine, COUNT) == [["2"]]


def test_a_query_of_another_process_sees_a_commit_too(start: Start) -> None:
    engine = start()
    other = LocalEngine(engine.settings, engine._runtime)
    try:
        assert rows(other, COUNT) == [["0"]]
        for number in range(1, 30):
            insert(engine, number)
            assert rows(other, COUNT) == [[str(number)]]
    finally:
        other.close()
