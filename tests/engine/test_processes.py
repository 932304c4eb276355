from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from erqi_kg.engine import connect_engine, start_engine, start_keeper
from erqi_kg.engine.evaluation import Task
from erqi_kg.engine.local import LocalEngine
from erqi_kg.errors import EngineUnavailable, ServiceError, StoreError
from erqi_kg.settings import Settings
from tests.engine.asking import CSV, ENDLESS, POINT, is_running, rows, wait_until
from tests.engine.conftest import StartEngine

ANSWER = [["7"]]
PATHS = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
SLOW = "SELECT (COUNT(*) AS ?c) { ?a ?b ?c1 . ?d ?e ?f }"
PARENT = """
import sys, threading
from pathlib import Path
from erqi_kg.engine import start_engine
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.settings import Settings
engine = start_engine(Settings(store_dir=Path(sys.argv[1]), query_timeout_s=60))
threading.Thread(target=engine.answer, args=(QueryRequest(sys.argv[2], "text/csv"),)).start()
while not engine.status()["executors_busy"]:
    pass
print(engine.status()["zygote"]["pid"], engine._runtime.path, flush=True)
threading.Event().wait()
"""


def zygote_of(engine: LocalEngine) -> int:
    zygote = engine.status()["zygote"]
    assert isinstance(zygote, dict)
    return int(zygote["pid"])


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family_of(engine: LocalEngine) -> list[int]:
    zygote = zygote_of(engine)
    wait_until(lambda: len(children_of(zygote)) >= 2)
    return [parent_of(zygote), zygote, *children_of(zygote)]


def all_gone(pids: list[int]) -> bool:
    return not any(is_running(pid) for pid in pids)


def test_nothing_is_left_after_close(large_store: Path) -> None:
    engine = start_engine(Settings(store_dir=large_store))
    family = family_of(engine)
    runtime = engine._runtime.path
    engine.close()
    wait_until(lambda: all_gone(family), 2)
    assert not runtime.exists()


def test_nothing_is_left_after_a_close_with_a_query_running(large_store: Path) -> None:
    engine = start_engine(Settings(store_dir=large_store, query_timeout_s=60))
    family = family_of(engine)
    ended: list[ServiceError] = []

    def ask() -> None:
        with pytest.raises(ServiceError) as caught:
            rows(engine, ENDLESS)
        ended.append(caught.value)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: engine.status()["executors_busy"] == 1)
    engine.close()
    asking.join(2)
    assert len(ended) == 1
    wait_until(lambda: all_gone(family), 2)


def test_nothing_is_left_after_the_parent_was_killed(large_store: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(large_store), ENDLESS],
        stdout=subprocess.PIPE,
        text=True,
        env=PATHS,
    )
    assert parent.stdout is not None
    with parent.stdout as output:
        pid, runtime = output.readline().split()
    zygote = int(pid)
    family = [parent_of(zygote), zygote, *children_of(zygote)]
    assert len(family) >= 3
    parent.kill()
    parent.wait()
    wait_until(lambda: all_gone(family), 3)
    wait_until(lambda: not Path(runtime).exists(), 3)


def test_a_killed_zygote_is_replaced(start: StartEngine) -> None:
    engine = start()
    first = zygote_of(engine)
    os.kill(first, signal.SIGKILL)
    assert rows(engine, POINT) == ANSWER
    wait_until(lambda: engine.status()["restarts"] == 1)
    assert zygote_of(engine) != first
    assert rows(engine, POINT) == ANSWER


def test_a_query_finishes_although_its_zygote_was_killed(start: StartEngine) -> None:
    engine = start(executors=1, spare_executors=0)
    family_of_one = zygote_of(engine)
    found: list[list[list[str]]] = []
    asking = threading.Thread(target=lambda: found.append(rows(engine, SLOW)))
    asking.start()
    wait_until(lambda: engine.status()["executors_busy"] == 1)
    os.kill(family_of_one, signal.SIGKILL)
    asking.join()
    assert found == [[["9000000"]]]


def test_a_killed_keeper_is_replaced(start: StartEngine) -> None:
    engine = start()
    first = zygote_of(engine)
    os.kill(parent_of(first), signal.SIGKILL)
    wait_until(lambda: not is_running(first))
    assert rows(engine, POINT) == ANSWER
    wait_until(lambda: engine.status()["keeper_alive"] and engine.status()["zygote"])
    assert zygote_of(engine) != first
    assert rows(engine, POINT) == ANSWER


def test_executors_killed_while_idle_cost_no_query(start: StartEngine) -> None:
    engine = start()
    for _ in range(5):
        for pid in children_of(zygote_of(engine)):
            os.kill(pid, signal.SIGKILL)
        assert rows(engine, POINT) == ANSWER


def test_an_executor_killed_at_work_costs_its_query_only(start: StartEngine) -> None:
    engine = start(executors=1, spare_executors=0, query_timeout_s=60)
    errors: list[ServiceError] = []

    def ask() -> None:
        with pytest.raises(ServiceError) as caught:
            rows(engine, ENDLESS)
        errors.append(caught.value)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: engine.status()["executors_busy"] == 1 and children_of(zygote_of(engine)))
    time.sleep(0.4)  # a kill within the first moments is taken for one from before
    for pid in children_of(zygote_of(engine)):
        os.kill(pid, signal.SIGKILL)
    asking.join()
    assert errors[0].status == 503
    assert rows(engine, POINT) == ANSWER


def test_the_kernel_ends_a_query_whose_asker_hangs(start: StartEngine) -> None:
    engine = start(executors=1, spare_executors=0, query_timeout_s=0.5)
    wait_until(lambda: len(children_of(zygote_of(engine))) == 1)
    executor = engine._pool.take()
    task = Task(ENDLESS, CSV, seconds=0.5)
    assert executor.ask(task, deadline=time.monotonic() + 30) is None
    assert executor.exit_signal() == signal.SIGALRM
    engine._pool.give_back(executor, reusable=False)


def test_several_processes_share_one_keeper(large_store: Path) -> None:
    settings = Settings(store_dir=large_store)
    keeper = start_keeper(settings)
    engines = [connect_engine(settings, keeper.runtime.path) for _ in range(2)]
    assert [rows(engine, POINT) for engine in engines] == [ANSWER, ANSWER]
    assert zygote_of(engines[0]) == zygote_of(engines[1])
    for engine in engines:
        engine.close()
    keeper.close()


def test_a_closed_engine_answers_no_more(large_store: Path) -> None:
    engine = start_engine(Settings(store_dir=large_store))
    engine.close()
    with pytest.raises(EngineUnavailable):
        rows(engine, POINT)


def test_without_a_release_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="erqi-kg build"):
        start_engine(Settings(store_dir=tmp_path))


def test_without_the_network_no_socket_is_made() -> None:
    script = (
        "import socket; from erqi_kg.engine.confinement import take_network\n"
        "pair = socket.socketpair(); assert take_network(); pair[0].send(b'x')\n"
        "try: socket.socket()\n"
        "except PermissionError: print('refused')"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=PATHS)
    assert ran.stdout == "refused\n", ran.stderr


def test_an_executor_that_has_grown_is_replaced(start: StartEngine) -> None:
    engine = start(executors=1, spare_executors=0, query_memory_mb=16, resident_mb=0)
    wait_until(lambda: len(children_of(zygote_of(engine))) == 1)
    first = children_of(zygote_of(engine))
    assert rows(engine, SLOW) == [["9000000"]]
    assert rows(engine, POINT) == ANSWER
    wait_until(lambda: children_of(zygote_of(engine)) not in ([], first))
    assert rows(engine, POINT) == ANSWER


def test_who_evaluates_has_memory_at_hand_unless_the_user_says_otherwise(
    small_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[str]:
        with start_engine(Settings(store_dir=small_store)) as engine:
            environment = Path(f"/proc/{zygote_of(engine)}/environ").read_text().split("\0")
        return [line for line in environment if line.startswith("GLIBC_TUNABLES=")]

    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    # glibc 2.36 cuts its own copy, which /proc shows, at the first colon.
    assert told()[0].startswith("GLIBC_TUNABLES=glibc.malloc.tcache_count=2000")
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=10")
    assert told() == ["GLIBC_TUNABLES=glibc.malloc.tcache_count=10"]
