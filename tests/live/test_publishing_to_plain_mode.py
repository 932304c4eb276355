"""A release is published to this very service in plain mode, over a connection that is cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from erqi_kg.build.publishing.publisher import publish_to
from erqi_kg.build.publishing.target import Target, authentication
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.engine.remote.engine import RemoteEngine
from erqi_kg.errors import RemoteUnavailable
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release
from tests.releases import make_release
from tests.servers import Server, running_server

BASE = "https://w3id.org/erqi/graph/"
TOKEN = "t"
MANY = 40_000


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    lines = [f'<urn:s{n}> <urn:p> "{n}" <{BASE}{n % 3}> .\n' for n in range(MANY)]
    return make_release(tmp_path_factory.mktemp("r"), "".join(lines), is_described=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place = tmp_path_factory.mktemp("plain")
    settings = {"ERQI_PLAIN": 1, "ERQI_UPDATE_TOKEN": TOKEN, "ERQI_WORKERS": 1}
    with running_server(place, place / "log", **settings) as server:
        yield server


@contextmanager
def cutting(port: int, after_bytes: int) -> Iterator[str]:
    """Yield the address of a relay that cuts every connection after so many bytes in all."""
    left = [after_bytes]
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def relay(near: socket.socket) -> None:
            with near, socket.create_connection(("127.0.0.1", port)) as far:
                back = threading.Thread(target=pump, args=(far, near), daemon=True)
                back.start()
                pump(near, far, left)
                for one in (near, far):
                    try:
                        one.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        continue
                back.join(5)

        def listen() -> None:
            while True:
                try:
                    near, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=relay, args=(near,), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def pump(source: socket.socket, target: socket.socket, left: list[int] | None = None) -> None:
    try:
        while part := source.recv(4096):
            if left is not None:
                left[0] -= len(part)
                if left[0] < 0:
                    return
            target.sendall(part)
    except OSError:
        return


def test_a_publication_goes_on_after_its_connection_was_cut(
    release: Release, plain: Server
) -> None:
    auth = authentication(Settings(remote_token=TOKEN))
    with cutting(int(plain.url.rpartition(":")[2]), 900_000) as url:
        target = Target(f"{url}/store", f"{url}/sparql", auth, sleep=lambda _: None)
        with pytest.raises(RemoteUnavailable):
            publish_to(target, release, again=False)
        target.close()
    target = Target(f"{plain.url}/store", f"{plain.url}/sparql", auth)
    outcome = publish_to(target, release, again=False)
    target.close()
    assert outcome.kept > 0
    assert outcome.sent > 0
    assert outcome.kept + outcome.sent == len(release.manifest.graphs) + 1

    settings = Settings(
        store_dir=release.path.parent.parent, remote_query_url=f"{plain.url}/sparql"
    )
    with RemoteEngine(settings) as engine:
        assert engine.status()["same_release"] is True
        text = "SELECT (COUNT(*) AS ?n) { ?s <urn:p> ?o }"
        answer = engine.answer(QueryRequest(text, "text/csv"))
        assert answer.read().split() == [b"n", str(MANY).encode()]
    assert requests.get(f"{plain.url}/healthz", timeout=20).ok
