from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.answers import difference
from bench.findings import Finding
from bench.mix import KINDS
from bench.peers import PEERS, Ours
from bench.releases import Loaded, load
from bench.scenarios import bomb, runaways, slow_reader, swaps
from bench.writing import killed_writer, visible

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Loaded]]:
    workdir = tmp_path_factory.mktemp("scenarios")
    return workdir, load(ROOT, workdir, 40_000, 1)


def held(findings: list[Finding]) -> bool:
    missed = [str(one) for one in findings if not one.is_reached]
    assert missed == []
    return bool(findings)


def test_runaways_of_one_client_cost_another_no_wait(place: tuple[Path, Loaded]) -> None:
    assert held(runaways(*place, points=20))


def test_a_memory_bomb_ends_alone(place: tuple[Path, Loaded]) -> None:
    assert held(bomb(*place, bombs=2))


def test_a_slow_reader_holds_no_memory(place: tuple[Path, Loaded]) -> None:
    assert held(slow_reader(*place, rows=100_000))


def test_new_releases_under_load_fail_no_request(place: tuple[Path, Loaded]) -> None:
    assert held(swaps(*place, times=5))


def test_an_update_is_seen_by_the_next_reader(place: tuple[Path, Loaded]) -> None:
    found = visible(*place, updates=20)
    assert [one for one in found if one.figure == float("inf")] == []


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(
    place: tuple[Path, Loaded],
) -> None:
    assert held(killed_writer(*place, updates=100, kills=10))


def test_the_service_answers_every_kind_as_its_bare_parts_do(place: tuple[Path, Loaded]) -> None:
    workdir, loaded = place
    ours, bare = Ours(workdir, loaded), PEERS["bare"](workdir, loaded)
    servers = (ours, bare)
    try:
        for server in servers:
            server.prepare()
            server.start()
        found = {name: difference(ours, bare, kind, loaded.layout) for name, kind in KINDS.items()}
    finally:
        for server in servers:
            server.stop()
    assert found == dict.fromkeys(KINDS, "")
