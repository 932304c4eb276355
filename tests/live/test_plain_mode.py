"""Plain mode as an operator starts it."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.servers import running_server

WRITE = {"update": "INSERT DATA { <http://x/二七> <http://x/p> 1 }"}


def test_without_a_token_it_is_read_only_and_says_how_to_set_one(tmp_path: Path) -> None:
    with running_server(tmp_path, tmp_path / "log", ERQI_PLAIN=1) as server:
        assert requests.post(f"{server.url}/update", data=WRITE, timeout=10).status_code == 403
        assert "ERQI_UPDATE_TOKEN" in server.log.read_text(encoding="utf-8")
        assert requests.get(f"{server.url}/sparql?query=ASK%7B%7D", timeout=10).json()["boolean"]


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    settings = {"ERQI_PLAIN": 1, "ERQI_UPDATE_TOKEN": "t", "ERQI_WORKERS": 2}
    bearer = {"Authorization": "Bearer t"}
    with running_server(tmp_path, tmp_path / "log", **settings) as server:
        for number in range(20):  # each web process sees each commit
            text = f"INSERT DATA {{ <http://x/s> <http://x/p> {number} }}"
            done = requests.post(
                f"{server.url}/update", data={"update": text}, headers=bearer, timeout=10
            )
            assert done.status_code == 200
            query = f"ASK {{ <http://x/s> <http://x/p> {number} }}"
            seen = requests.get(f"{server.url}/sparql", params={"query": query}, timeout=10)
            assert seen.json()["boolean"]
    with running_server(tmp_path, tmp_path / "log", **settings) as server:
        count = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}
        assert requests.get(f"{server.url}/sparql", params=count, timeout=10).text.split() == [
            "n", "20",
        ]  # fmt: skip


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    settings = {"ERQI_PLAIN": 1, "ERQI_UPDATE_TOKEN": "t"}
    with (
        running_server(tmp_path, tmp_path / "log", **settings),
        pytest.raises(AssertionError, match=r"serve\.lock"),
        running_server(tmp_path, tmp_path / "second", **settings),
    ):
        raise RuntimeError("a second writer started")
