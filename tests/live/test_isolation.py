"""What one client does costs that client an error and nobody else anything."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.build.project import Project
from tests.live.conftest import TIMEOUT_S
from tests.servers import Server, clean_environment, running_server

RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
POINT = "SELECT ?p WHERE { <https://w3id.org/erqi/id/division/410103> ?p ?o } LIMIT 1"


def ask(server: Server, query: str, **parameters: str) -> requests.Response:
    return requests.post(f"{server.url}/sparql", data={"query": query, **parameters}, timeout=30)


def test_a_runaway_gets_503_in_time_while_others_are_answered(server: Server) -> None:
    stop = threading.Event()
    waits: list[float] = []

    def others() -> None:
        while not stop.is_set():
            started = time.monotonic()
            assert ask(server, POINT).status_code == 200
            waits.append(time.monotonic() - started)

    with ThreadPoolExecutor() as pool:
        other = pool.submit(others)
        started = time.monotonic()
        answer = ask(server, RUNAWAY)
        elapsed = time.monotonic() - started
        stop.set()
        other.result()
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert int(answer.headers["Retry-After"]) >= 1
    assert elapsed < TIMEOUT_S + 0.3
    assert len(waits) > 5
    assert statistics.median(waits) < 0.2


def test_a_client_may_ask_for_a_shorter_deadline_but_not_a_longer(server: Server) -> None:
    for asked, most in (("0.3", 0.6), ("60", TIMEOUT_S + 0.3)):
        started = time.monotonic()
        assert ask(server, RUNAWAY, timeout=asked).status_code == 503
        assert time.monotonic() - started < most


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        (f"ASK {{ FILTER({'STR(' * 1000}1{')' * 1000}) }}", {400}),
        (f"ASK {{ FILTER({'STR(' * 5000}1{')' * 5000}) }}", {400}),
        (f"ASK {'{' * 3000}{'}' * 3000}", {400}),
        (f"ASK {{ FILTER({'1+' * 20000}1) }}", {400}),
        (f"ASK {{ FILTER({'!' * 20000}true) }}", {400}),
        (f"ASK {{ {' UNION '.join(['{}'] * 5000)} }}", {400}),
        ("ASK { " + "?s ?p ?o . " * 2000 + "}", {200, 503}),
        ("SELECT * WHERE { " + " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(300)) + "}",
         {503}),
        ("SELECT (GROUP_CONCAT(CONCAT(STR(?a),STR(?d),STR(?g))) AS ?x) "
         "WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {503}),
    ],
    ids=["1,000 calls", "5,000 calls", "3,000 groups", "long sum", "negations", "unions",
         "2,000 patterns", "cross product", "memory bomb"],
)  # fmt: skip
def test_a_hostile_query_costs_its_asker_an_error_only(
    server: Server, query: str, statuses: set[int]
) -> None:
    assert ask(server, query).status_code in statuses
    assert ask(server, POINT).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { { SELECT * { #}\nSERVICE\n?x { ?s ?p ?o } } }",
        "PREFIX s: <urn:> ASK { s:a s:b '''SERVICE''' . SERVICE s:x {} }",
    ],
)
def test_service_is_refused(server: Server, query: str) -> None:
    answer = ask(server, query)
    assert answer.status_code == 403
    assert "SERVICE" in answer.json()["detail"]


def test_a_malformed_query_gets_400_with_line_and_column(server: Server) -> None:
    answer = ask(server, "SELECT *\nWHERE { ?s ?p }")
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["line"]) == (400, 400, 2)
    assert isinstance(problem["column"], int)


def test_a_failed_build_leaves_the_served_release_and_a_good_one_is_picked_up(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path)
    environment = clean_environment(
        ERQI_PROJECT_DIR=tmp_path, ERQI_STORE_DIR=tmp_path / "store",
        ERQI_SOURCE_TEXTS=project.texts,
    )  # fmt: skip

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "erqi_kg", *arguments],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert run("check", "--update-lock").returncode == 0
    assert run("build").returncode == 0
    query = "SELECT ?r WHERE { ?p <https://w3id.org/erqi/def#rank> ?r }"
    with running_server(tmp_path / "store", tmp_path / "log") as server:
        assert "12" in ask(server, query).text
        project.replace("data/facts/town-news.toml", 'rank = "12"', 'rank = "13"')
        failed = run("build")
        assert failed.returncode == 1
        assert "data/facts/town-news.toml, placement/town-news/vitality/1" in failed.stderr
        assert "12" in ask(server, query).text
        project.replace("data/facts/town-news.toml", 'rank = "13"', 'rank = "12"')
        project.replace("data/reference/places.csv", "Chengdong", "Chengdong District")
        assert run("build").returncode == 0
        label = "ASK { ?x ?y 'Chengdong District'@en }"
        deadline = time.monotonic() + 15
        while "true" not in ask(server, label).text:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_second_server_on_the_port_is_told_so(server: Server) -> None:
    port = server.url.rsplit(":", 1)[1]
    ended = subprocess.run(
        [sys.executable, "-m", "erqi_kg", "serve"],
        env=clean_environment(ERQI_STORE_DIR=server.store_dir, ERQI_PORT=port),
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert ended.returncode == 2
    assert f"port {port}" in ended.stderr
    assert ask(server, POINT).status_code == 200


def test_a_server_without_a_release_says_what_to_do(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "erqi_kg", "serve"],
        env=clean_environment(ERQI_STORE_DIR=tmp_path), timeout=30,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "erqi-kg build" in ended.stderr


def processes_of(store_dir: Path) -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if f"ERQI_STORE_DIR={store_dir}\0".encode() in environment:
                found.add(int(entry.name))
    return found


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_running_however_the_server_ends(
    store_copy: Path, tmp_path: Path, how: signal.Signals
) -> None:
    with running_server(store_copy, tmp_path / "log") as server:
        assert ask(server, POINT).status_code == 200
        assert len(processes_of(store_copy)) > 3
        os.kill(server.process.pid, how)
        server.process.wait(timeout=20)
        deadline = time.monotonic() + 10
        while processes_of(store_copy):
            assert time.monotonic() < deadline, processes_of(store_copy)
            time.sleep(0.1)
