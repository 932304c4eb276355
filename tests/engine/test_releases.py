from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from erqi_kg.engine import start_engine
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.engine.local import LocalEngine
from erqi_kg.errors import NotFound, StoreError
from erqi_kg.settings import Settings
from erqi_kg.storedir import DUMP, STORE, Release
from tests.engine.asking import CSV, rows, wait_until
from tests.releases import make_release, point_current

VALUE = "SELECT ?o { <http://x/s> <http://x/value> ?o }"


def publish(store_dir: Path, value: int, *, is_current: bool = True) -> Release:
    quad = f'<http://x/s> <http://x/value> "{value}" <http://x/g> .\n'
    return make_release(store_dir, quad, is_current=is_current)


@pytest.fixture(params=[100, 0], ids=["memory", "disk"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalEngine]:
    publish(tmp_path, 0)
    with start_engine(Settings(store_dir=tmp_path, resident_mb=request.param)) as started:
        yield started


def value(engine: LocalEngine, **request: object) -> str:
    return rows(engine, VALUE, **request)[0][0]


def test_releases_are_swapped_under_load_without_a_failed_query(
    engine: LocalEngine, tmp_path: Path
) -> None:
    answers: list[str] = []
    failures: list[BaseException] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answers.append(value(engine))
            except BaseException as error:  # noqa: BLE001
                failures.append(error)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    for number in range(1, 4):
        release = publish(tmp_path, number)
        wait_until(lambda release=release: engine.current().id == release.id)
        seen = len(answers)
        wait_until(lambda seen=seen: len(answers) > seen + 3)
        assert answers[-1] == str(number)
    stop.set()
    for thread in asking:
        thread.join()
    assert failures == []
    assert sorted(set(answers)) == ["0", "1", "2", "3"]


def test_an_answer_names_the_release_it_is_from(engine: LocalEngine, tmp_path: Path) -> None:
    first = engine.current().id
    second = publish(tmp_path, 1).id
    wait_until(lambda: engine.current().id == second)
    assert engine.answer(QueryRequest(VALUE, CSV)).release == second
    assert engine.answer(QueryRequest(VALUE, CSV, release=first)).release == first


def test_older_releases_are_asked_on_demand(engine: LocalEngine, tmp_path: Path) -> None:
    older = [publish(tmp_path, number, is_current=False).id for number in (1, 2, 3)]
    for _ in range(2):
        assert [value(engine, release=release) for release in older] == ["1", "2", "3"]
    assert value(engine) == "0"
    assert value(engine, release=engine.current().id) == "0"


def test_an_unknown_release_is_not_found(engine: LocalEngine) -> None:
    with pytest.raises(NotFound):
        value(engine, release="0123456789abcdef.0")


@pytest.mark.parametrize("damage", ["no dump", "cut dump", "other dump", "no manifest"])
def test_a_damaged_release_leaves_the_old_one_serving(tmp_path: Path, damage: str) -> None:
    publish(tmp_path, 0)
    with start_engine(Settings(store_dir=tmp_path)) as engine:
        broken = publish(tmp_path, 1, is_current=False)
        break_release(broken, damage)
        point_current(tmp_path, broken.id)
        wait_until(lambda: engine.status()["failed_release"] is not None)
        failed = engine.status()["failed_release"]
        assert isinstance(failed, dict)
        assert failed["release"] == broken.id
        assert value(engine) == "0"
        good = publish(tmp_path, 2)
        wait_until(lambda: engine.current().id == good.id)
        assert value(engine) == "2"
        assert engine.status()["failed_release"] is None


@pytest.mark.parametrize("resident_mb", [100, 0])
def test_a_damaged_release_does_not_start(tmp_path: Path, resident_mb: int) -> None:
    release = publish(tmp_path, 0)
    break_release(release, "no store" if resident_mb == 0 else "cut dump")
    with pytest.raises(StoreError, match=release.id):
        start_engine(Settings(store_dir=tmp_path, resident_mb=resident_mb))


def break_release(release: Release, damage: str) -> None:
    dump = release.path / DUMP
    if damage == "no dump":
        dump.unlink()
    elif damage == "cut dump":
        dump.write_bytes(dump.read_bytes()[:20])
    elif damage == "other dump":
        dump.write_bytes((release.path / "default.nt.gz").read_bytes())
    elif damage == "no manifest":
        (release.path / "manifest.json").unlink()
    elif damage == "no store":
        (release.path / STORE).rename(release.path / "elsewhere")
