"""Speak the protocol on standard input and output, over a running service."""

from __future__ import annotations

import anyio
from mcp.server.stdio import stdio_server

from erqi_kg.mcp.outside import HttpAsker
from erqi_kg.mcp.server import server_over


def serve(endpoint: str) -> None:
    """Serve one client until it closes standard input.

    Args:
        endpoint: the address of the site.
    """
    anyio.run(_serve, endpoint)


async def _serve(endpoint: str) -> None:
    server = server_over(HttpAsker(endpoint))
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())
