from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.peers import Fuseki, OxigraphInMemory, Peer, Virtuoso
from bench.releases import MERGED, NAMED, Loaded

from erqi_kg.storedir import Release
from tests.servers import Server, running_server

CACHE = Path(__file__).parent / ".cache"
OWN = "<urn:peer:s> <urn:peer:p> 'its own'"
DIVISION = "https://w3id.org/erqi/id/division/"
NOTED = "".join(
    f'<{DIVISION}{code}> <urn:peer:note> "{text}"@{language} .\n'
    for code in ("410102", "410103", "999999")
    for text, language in ((f"note on {code}", "en"), (f"关于 {code}", "zh"))
)
"""What it says of things here, and of one that is not here."""


class AskingVirtuoso(Virtuoso):
    """Virtuoso that lets everybody use SERVICE, as its manual says."""

    def loaded_late(self) -> None:
        self._sql(
            'grant select on "DB.DBA.SPARQL_SINV_2" to "SPARQL";'
            'grant execute on "DB.DBA.SPARQL_SINV_IMP" to "SPARQL";'
        )


@pytest.fixture(scope="session")
def server(built_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real service over the project's own release."""
    place = tmp_path_factory.mktemp("asked")
    shutil.copytree(built_release.path.parent.parent, place / "store", symlinks=True)
    with running_server(place / "store", place / "log") as running:
        yield running


@pytest.fixture(scope="session", params=[OxigraphInMemory, Fuseki, AskingVirtuoso])
def peer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Peer]:
    """A running server of another make that holds a few statements of its own."""
    place = tmp_path_factory.mktemp("peer")
    (place / MERGED).write_text(f"{OWN.replace(chr(39), chr(34))} .\n{NOTED}", encoding="utf-8")
    (place / NAMED).write_text("", encoding="utf-8")
    peer = request.param(CACHE, Loaded(str(place), 7, 0, 0, 7, 7, 0.0, 0.0, 0.0))
    shutil.rmtree(peer.place, ignore_errors=True)
    peer.prepare()
    try:
        peer.start()
        yield peer
    finally:
        peer.stop()


def endpoint_of(peer: Peer) -> str:
    """Where a peer is asked for the graph that was loaded."""
    extra = f"?{peer.extra.removeprefix('&')}" if peer.extra else ""
    return f"http://127.0.0.1:{peer.port}{peer.path}{extra}"


@pytest.fixture(scope="session")
def asker(
    built_release: Release, peer: Peer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The real service, which may ask the peer."""
    place = tmp_path_factory.mktemp("asks")
    shutil.copytree(built_release.path.parent.parent, place / "store", symlinks=True)
    allowed = {"ERQI_SERVICE_ALLOW": endpoint_of(peer)}
    with running_server(place / "store", place / "log", **allowed) as running:
        yield running
