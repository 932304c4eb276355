"""The client of the SDK, over HTTP and over standard input and output, against the service."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from erqi_kg.mcp.tools import TOOLS
from erqi_kg.storedir import Release
from tests.servers import Server, clean_environment, running_server

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="module")
def server(built_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("mcp") / "log"
    with running_server(built_release.path.parent.parent, log) as running:
        yield running


@pytest.fixture(params=["http", "stdio"])
def target(request: pytest.FixtureRequest, server: Server) -> Any:
    if request.param == "http":
        return f"{server.url}/mcp"
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "erqi_kg", "mcp", "--endpoint", server.url],
        env=clean_environment(PYTHONPATH=SOURCE),
    )


def with_client(target: Any, run: Callable[[Client], Awaitable[Any]], mode: str = "auto") -> Any:
    async def connected() -> Any:
        async with Client(target, mode=mode) as client:
            return await run(client)

    return asyncio.run(connected())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_of_either_era_lists_the_tools(target: Any, mode: str) -> None:
    async def names(client: Client) -> list[str]:
        return [tool.name for tool in (await client.list_tools()).tools]

    assert with_client(target, names, mode) == [tool.name for tool in TOOLS]


def test_a_client_finds_a_question_and_runs_it(target: Any) -> None:
    async def ask(client: Client) -> tuple[Any, Any]:
        found = await client.call_tool("find_questions", {"words": "二七区 列第几位"})
        first = found.structured_content["questions"][0]["id"]
        return first, await client.call_tool("run_question", {"id": first})

    first, answer = with_client(target, ask)
    assert first == "erqi-places-2018"
    assert answer.structured_content["complete"]
    assert answer.structured_content["total"] == len(answer.structured_content["rows"]) == 4


def test_a_client_reads_the_words_behind_a_value(target: Any) -> None:
    async def ask(client: Client) -> Any:
        query = (
            "PREFIX erqi: <https://w3id.org/erqi/def#> SELECT ?s { ?s a erqi:Placement . "
            "?support erqi:supports ?s ; erqi:property erqi:rank ; erqi:quote ?q } LIMIT 1"
        )
        found = await client.call_tool("sparql", {"query": query})
        iri = found.structured_content["rows"][0]["s"].strip("<>")
        return (await client.call_tool("describe", {"iri": iri})).structured_content

    values = with_client(target, ask)["values"]
    ranks = [one for one in values if one["property"].endswith("#rank")]
    assert ranks[0]["value"] in ranks[0]["evidence"][0]["exact"]
    assert ranks[0]["evidence"][0]["source_titles"]["zh"]


def test_a_client_is_told_what_is_wrong_with_its_query(target: Any) -> None:
    async def ask(client: Client) -> Any:
        return await client.call_tool("sparql", {"query": "SELECT * {\n ?s ?p }"})

    answer = with_client(target, ask)
    assert answer.is_error
    assert answer.structured_content["line"] == 2
