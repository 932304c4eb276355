"""Let the SDK answer one message: its ASGI application, run for a single request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import anyio
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from erqi_kg.mcp.asking import Asker
from erqi_kg.mcp.server import server_over

Headers = list[tuple[str, str]]


@dataclass
class Exchange:
    """One request and its response, as ASGI has them."""

    headers: Iterable[tuple[str, str]]
    body: bytes
    status: int = 500
    answered: Headers = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    is_read: bool = False

    @property
    def content_type(self) -> str:
        """Return the media type of the response."""
        named = {name.lower(): value for name, value in self.answered}
        return named.get("content-type", "application/json")

    @property
    def scope(self) -> dict[str, Any]:
        """Return the request without its body."""
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/mcp",
            "raw_path": b"/mcp",
            "query_string": b"",
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
                for name, value in self.headers
            ],
        }

    async def receive(self) -> dict[str, Any]:
        """Return the body; after it nothing comes."""
        if self.is_read:
            await anyio.sleep_forever()
        self.is_read = True
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: Any) -> None:
        """Take a part of the response."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.answered = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message.get("headers", ())
            ]
        elif message["type"] == "http.response.body":
            self.chunks.append(message.get("body", b""))


def answered(asker: Asker, headers: Iterable[tuple[str, str]], body: bytes) -> Exchange:
    """Return a message with its answer; nothing is kept between messages."""
    exchange = Exchange(headers, body)
    anyio.run(_answer, asker, exchange, len(body) + 1)
    return exchange


async def _answer(asker: Asker, exchange: Exchange, most_bytes: int) -> None:
    manager = StreamableHTTPSessionManager(
        server_over(asker), json_response=True, stateless=True, max_request_body_size=most_bytes
    )
    async with manager.run():
        await manager.handle_request(exchange.scope, exchange.receive, exchange.send)
