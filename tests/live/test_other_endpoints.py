"""What the broker does over seconds: waits, budgets, kept answers, its own end."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path

import pytest
import requests

from erqi_kg.errors import ServiceFailed, ServiceTooSlow
from erqi_kg.settings import Settings
from tests.engine.asking import wait_until
from tests.federation.conftest import HERE, THERE, Federated, federation, running_federation
from tests.federation.remotes import Remote, Reply, answers_from
from tests.federation.test_remotes import ASK_LABELS, failing_after
from tests.releases import make_release
from tests.servers import running_server


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("here")
    make_release(path, HERE)
    return path


def test_an_endpoint_that_is_not_there_fails_its_query(here: Path) -> None:
    with federation(here) as running:
        dead = running.remote.url
    with running_federation(Settings(store_dir=here, service_allow=dead)) as (engine, pid):
        gone = Federated(engine, running.remote, running.other, running.remote, pid)
        with pytest.raises(ServiceFailed, match="refused"):
            gone.rows(ASK_LABELS)


def test_an_endpoint_that_drips_is_left_at_the_deadline(here: Path) -> None:
    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            for number in range(100):
                try:
                    connection.sendall(f"X-{number}: x\r\n".encode())
                except OSError:
                    return
                time.sleep(0.05)

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        settings = Settings(store_dir=here, service_allow=url, service_timeout_s=0.5)
        with running_federation(settings) as (engine, pid):
            dripping = Federated(engine, Remote(url, 0), Remote(url, 0), Remote(url, 0), pid)
            elapsed = failing_after(ServiceTooSlow, lambda: dripping.rows(ASK_LABELS))
        thread.join()
    assert elapsed < 4


def test_an_endpoint_that_asks_to_wait_is_left_alone_so_long(here: Path) -> None:
    times: list[float] = []

    def busy_once(query: str) -> Reply:
        times.append(time.monotonic())
        if len(times) == 1:
            return Reply(b"", "text/plain", 429, {"Retry-After": "1"})
        return answers_from(THERE)(query)

    with federation(here, service_timeout_s=5) as running:
        running.remote.answer = busy_once
        assert len(running.rows(ASK_LABELS)) == 5
    assert 1.0 <= times[1] - times[0] < 4


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_long_wait_is_told_and_the_endpoint_not_asked_again(here: Path, form: str) -> None:
    wait = "30" if form == "seconds" else formatdate(time.time() + 30, usegmt=True)
    with federation(here, service_timeout_s=1) as running:
        running.remote.answer = lambda query: Reply(b"", "text/plain", 503, {"Retry-After": wait})
        for _ in range(3):
            with pytest.raises(ServiceFailed) as told:
                running.rows(ASK_LABELS)
            assert 25 <= told.value.extra["wait_s"] <= 30  # type: ignore[operator]
        assert running.remote.connections == 1


def test_a_host_is_asked_no_more_than_its_budget(here: Path) -> None:
    with federation(here, service_per_minute=2, service_timeout_s=1, service_cache_s=0) as running:
        running.rows(ASK_LABELS)
        running.rows(ASK_LABELS)
        with pytest.raises(ServiceFailed, match="2 times a minute"):
            running.rows(ASK_LABELS)
        assert running.remote.connections == 2


def test_a_host_is_asked_so_much_at_once_and_the_others_wait(here: Path) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def counting(query: str) -> Reply:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.1)
        with lock:
            now[0] -= 1
        return answers_from(THERE)(query)

    with federation(here, service_concurrency=2) as running, ThreadPoolExecutor(6) as threads:
        running.remote.answer = counting
        found = [threads.submit(running.rows, ASK_LABELS) for _ in range(6)]
        assert all(len(one.result()) == 5 for one in found)
    assert most[0] == 2


def test_answers_are_kept_with_the_date_the_endpoint_gave(here: Path) -> None:
    headers = {"Date": "Mon, 02 Mar 2026 08:00:00 GMT", "Age": "7", "Cache-Control": "max-age=60"}

    def dated(query: str) -> Reply:
        reply = answers_from(THERE)(query)
        return Reply(reply.body, reply.media_type, headers=headers)

    with federation(here) as running:
        running.remote.answer = dated
        first = running.rows(ASK_LABELS)
        assert (running.asked[0].cached, running.asked[0].age_s) == (0, 7)
        assert running.rows(ASK_LABELS) == first
        (report,) = running.asked
        assert report.cached == 1
        assert headers["Date"] in report.date
        assert report.age_s >= 7
        assert running.remote.connections == 1


@pytest.mark.parametrize("control", ["no-store", "no-cache", "max-age=0", "private, max-age=9"])
def test_what_an_endpoint_will_not_have_kept_is_not_kept(here: Path, control: str) -> None:
    def unkept(query: str) -> Reply:
        reply = answers_from(THERE)(query)
        return Reply(reply.body, reply.media_type, headers={"Cache-Control": control})

    with federation(here) as running:
        running.remote.answer = unkept
        running.rows(ASK_LABELS)
        running.rows(ASK_LABELS)
        assert running.remote.connections == 2


def test_a_broker_that_was_killed_is_started_again(here: Path) -> None:
    with federation(here, service_cache_s=0) as running:
        assert running.rows(ASK_LABELS)
        os.kill(broker_of(running.keeper_pid), signal.SIGKILL)
        wait_until(lambda: bool(broker_of(running.keeper_pid)))

        def answers() -> bool:
            try:
                return bool(running.rows(ASK_LABELS))
            except ServiceFailed:
                return False

        wait_until(answers)


def broker_of(keeper: int) -> int:
    """The process id of the keeper's broker; 0 when there is none."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = (path / "stat").read_text().rpartition(")")[2].split()[1]
            command = (path / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == keeper and b"erqi_kg.federation.broker" in command:
            return int(path.name)
    return 0


def test_without_an_allowed_endpoint_there_is_no_broker(here: Path) -> None:
    with running_federation(Settings(store_dir=here)) as (engine, pid):
        assert engine.status()["service_allow"] is None
        assert broker_of(pid) == 0


def test_one_running_service_asks_another(here: Path, tmp_path: Path) -> None:
    far_store = tmp_path / "far"
    far_store.mkdir()
    make_release(far_store, '<http://w/1> <http://w/label> "one"@en <http://x/g> .\n')
    query = (
        "SELECT ?s ?l {{ ?s <http://x/item> ?i SERVICE <{}/sparql> {{ ?i <http://w/label> ?l }} }}"
    )
    with (
        running_server(far_store, tmp_path / "far.log") as far,
        running_server(here, tmp_path / "near.log", ERQI_SERVICE_ALLOW=f"{far.url}/sparql") as near,
    ):
        asked = {"query": query.format(far.url)}
        answer = requests.get(
            f"{near.url}/sparql", asked, headers={"Accept": "text/csv"}, timeout=30
        )
        assert answer.text.split() == ["s,l", "http://x/a,one"]
        assert answer.headers["Service-Report"].startswith(f'"{far.url}/sparql";requests=1;rows=1')
