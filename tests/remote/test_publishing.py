"""A release is published graph by graph, goes on where it stopped, and touches nothing else."""

from __future__ import annotations

import socket
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from erqi_kg.cli import main
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.engine.remote.engine import RemoteEngine
from erqi_kg.errors import RemoteFailed, RemoteUnavailable
from erqi_kg.storedir import Release
from tests.releases import make_release
from tests.remote.conftest import publish_here, settings_of
from tests.remote.endpoint import Endpoint, Handler, running_endpoint

BASE = "https://w3id.org/erqi/graph/"
RECORD, MERGE = f"{BASE}remote/record", f"{BASE}remote/merge"
OTHERS = "urn:others:graph"


def line(number: int, graph: str) -> str:
    return f'<urn:s> <urn:p> "{number}" <{BASE}{graph}> .\n'


def described(place: Path, quads: str) -> Release:
    return make_release(place, quads, is_described=True)


@pytest.fixture
def small(tmp_path: Path) -> Release:
    return described(tmp_path, line(1, "a") + line(2, "b") + line(1, "b"))


def wrong_graphs(endpoint: Endpoint, release: Release) -> dict[str, tuple[int, int]]:
    expected = {**release.manifest.graphs, MERGE: release.manifest.triples}
    found = {iri: (endpoint.count(iri), count) for iri, count in expected.items()}
    return {iri: pair for iri, pair in found.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("takes_gzip", [True, False])
def test_every_graph_arrives(small: Release, takes_gzip: bool) -> None:
    with running_endpoint(takes_gzip=takes_gzip) as endpoint:
        outcome = publish_here(endpoint, small)
        assert wrong_graphs(endpoint, small) == {}
        assert outcome.sent == len(small.manifest.graphs) + 1
        gzipped = [one.get("Content-Encoding") == "gzip" for one in endpoint.headers]
        assert any(gzipped[3:]) is takes_gzip


def test_what_is_there_is_not_sent_again(small: Release) -> None:
    with running_endpoint() as endpoint:
        publish_here(endpoint, small)
        endpoint.requests.clear()
        outcome = publish_here(endpoint, small)
        assert (outcome.sent, outcome.removed) == (0, 0)
        written = {path for method, path in endpoint.requests if method == "PUT"}
        assert all("record" in path for path in written)


def test_what_lost_a_triple_meanwhile_is_sent_again(small: Release) -> None:
    with running_endpoint() as endpoint:
        publish_here(endpoint, small)
        endpoint.store.update(f"DELETE DATA {{ GRAPH <{BASE}a> {{ <urn:s> <urn:p> '1' }} }}")
        assert publish_here(endpoint, small).sent == 1
        assert wrong_graphs(endpoint, small) == {}


def test_graphs_that_left_are_removed_and_those_of_others_stay(tmp_path: Path) -> None:
    first = described(tmp_path / "1", line(1, "a") + line(2, "left"))
    second = described(tmp_path / "2", line(1, "a") + line(3, "new"))
    with running_endpoint() as endpoint:
        endpoint.store.add(
            ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("x"),
                    ox.NamedNode(OTHERS))
        )  # fmt: skip
        publish_here(endpoint, first)
        assert publish_here(endpoint, second).removed == 1
        assert endpoint.count(f"{BASE}left") == 0
        assert endpoint.count(OTHERS) == 1
        assert wrong_graphs(endpoint, second) == {}


def test_a_publication_that_broke_off_goes_on(small: Release) -> None:
    """The connection is cut within the body of one graph, for as long as it is tried."""
    with running_endpoint() as endpoint:
        puts: list[str] = []

        def cut(handler: Handler) -> None:
            if handler.command == "PUT" and "record" not in handler.path:
                puts.append(handler.path)
                if len(puts) > 2:
                    handler.connection.shutdown(socket.SHUT_RDWR)
                    handler.close_connection = True
                    return
            handler.endpoint.behaviour = None
            try:
                handler.handle_any_again()
            finally:
                handler.endpoint.behaviour = cut

        endpoint.behaviour = cut
        with pytest.raises(RemoteUnavailable, match="goes on where it stopped"):
            publish_here(endpoint, small)
        with RemoteEngine(settings_of(endpoint, small)) as engine:
            endpoint.behaviour = None
            assert engine.status()["remote_release"] is None
        outcome = publish_here(endpoint, small)
        assert outcome.kept == 2
        assert outcome.sent == len(small.manifest.graphs) + 1 - 2
        assert wrong_graphs(endpoint, small) == {}


def test_a_busy_endpoint_is_asked_again(small: Release) -> None:
    with running_endpoint() as endpoint:
        waited: list[str] = []

        def busy(handler: Handler) -> None:
            waited.append(handler.path)
            endpoint.behaviour = None if len(waited) == 3 else busy
            handler.reply(503)

        endpoint.behaviour = busy
        publish_here(endpoint, small)
        assert len(waited) == 3
        assert wrong_graphs(endpoint, small) == {}


def test_an_endpoint_that_loses_triples_is_found_out(small: Release) -> None:
    with running_endpoint() as endpoint:

        def lose(handler: Handler) -> None:
            if handler.command == "PUT" and "record" not in handler.path:
                handler.reply(204)
                return
            endpoint.behaviour = None
            handler.handle_any_again()
            endpoint.behaviour = lose

        endpoint.behaviour = lose
        with pytest.raises(RemoteFailed, match="shows 0 triples in"):
            publish_here(endpoint, small)


@pytest.mark.parametrize("status", [301, 401, 413, 500])
def test_a_refusal_names_the_endpoint(small: Release, status: int) -> None:
    with running_endpoint() as endpoint:
        endpoint.behaviour = lambda handler: handler.reply(status, b"no")
        with pytest.raises(RemoteFailed, match=endpoint.url.removeprefix("http://")):
            publish_here(endpoint, small)


def test_large_graphs_are_sent_in_parts(small: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    from erqi_kg.build.publishing import publisher
    from erqi_kg.build.publishing.graphs import PublishedGraph

    parts = PublishedGraph.parts
    monkeypatch.setattr(publisher.PublishedGraph, "parts", lambda graph: parts(graph, 60))
    with running_endpoint() as endpoint:
        publish_here(endpoint, small)
        assert wrong_graphs(endpoint, small) == {}
        assert any(m == "POST" and p.startswith("/store") for m, p in endpoint.requests)


def test_the_command_publishes_and_says_so(small: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_endpoint() as endpoint:
        monkeypatch.setenv("ERQI_STORE_DIR", str(small.path.parent.parent))
        refused = CliRunner().invoke(main, ["publish"])
        assert refused.exit_code == 2
        assert "ERQI_REMOTE_STORE_URL" in refused.output
        monkeypatch.setenv("ERQI_REMOTE_STORE_URL", endpoint.store_url)
        monkeypatch.setenv("ERQI_REMOTE_QUERY_URL", endpoint.query_url)
        done = CliRunner().invoke(main, ["publish"])
        assert done.exit_code == 0, done.output
        assert small.manifest.release in done.output
        assert wrong_graphs(endpoint, small) == {}


def test_the_engine_knows_which_release_was_published(small: Release) -> None:
    with running_endpoint() as endpoint:
        publish_here(endpoint, small)
        with RemoteEngine(settings_of(endpoint, small)) as engine:
            status = engine.status()
            assert status["remote_release"] == small.manifest.release
            assert status["same_release"] is True
            text = "SELECT (COUNT(*) AS ?n) { <urn:s> ?p ?o }"
            assert engine.answer(QueryRequest(text, "text/csv")).read() == b"n\r\n2\r\n"
