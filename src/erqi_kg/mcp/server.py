"""The server of the protocol, on the official SDK; loaded only where the protocol is spoken."""

from __future__ import annotations

import json
from typing import Any

import anyio.to_thread
import mcp_types as types
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server

from erqi_kg import __version__
from erqi_kg.mcp.asking import Asker, Refused
from erqi_kg.mcp.outcome import Outcome
from erqi_kg.mcp.tools import BY_NAME, INSTRUCTIONS, TOOLS, Tool

NAME = "erqi-kg"
_READS = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def server_over(asker: Asker) -> Server[Any]:
    """Return a server whose tools ask the service through an asker."""

    async def list_tools(
        context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_listed(tool) for tool in TOOLS])

    async def call_tool(
        context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        # In a thread, so that pings and cancellations are heard while a query runs.
        return await anyio.to_thread.run_sync(
            _called, asker, params.name, params.arguments or {}, abandon_on_cancel=True
        )

    return Server(
        NAME,
        version=__version__,
        title="Erqi District knowledge graph / 二七区知识图谱",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _listed(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.about,
        input_schema=tool.input_schema,
        annotations=_READS,
    )


def _called(asker: Asker, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    tool = BY_NAME.get(name)
    if tool is None:
        known = ", ".join(BY_NAME)
        return _mistake({"title": "No such tool", "detail": f"{name!r} is none of {known}."})
    wrong = best_match(Draft202012Validator(tool.input_schema).iter_errors(arguments))
    if wrong is not None:
        place = "/".join(str(part) for part in wrong.absolute_path)
        detail = f"{place}: {wrong.message}" if place else wrong.message
        return _mistake({"title": "Wrong arguments", "detail": detail})
    try:
        outcome = tool.call(asker, arguments)
    except Refused as refused:
        return _mistake(refused.problem)
    return _result(outcome)


def _result(outcome: Outcome) -> types.CallToolResult:
    members = dict(outcome.members)
    # The protocol asks for the members as text too, for clients that know no structured content.
    texts = [outcome.said, json.dumps(members, ensure_ascii=False, separators=(",", ":"))]
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text) for text in texts],
        structured_content=members,
    )


def _mistake(problem: dict[str, Any]) -> types.CallToolResult:
    place = f" (line {problem['line']}, column {problem['column']})" if "line" in problem else ""
    said = f"{problem.get('title', 'Error')}{place}: {problem.get('detail', '')}"
    message = problem.get("message")
    if isinstance(message, dict) and "zh" in message:
        said += f"\n{message['zh']}"
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=said)],
        structured_content=problem,
        is_error=True,
    )
