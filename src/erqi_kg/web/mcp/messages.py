"""The form of a message of the protocol, and what is wrong with one that the SDK would take."""

from __future__ import annotations

import json
from typing import Any

MESSAGE: dict[str, Any] = {
    "type": "object",
    "required": ["jsonrpc", "method"],
    "properties": {
        "jsonrpc": {"const": "2.0"},
        "id": {"type": ["string", "integer"]},
        "method": {"type": "string"},
        "params": {"type": "object"},
    },
}
"""JSON Schema of a request or notification.

Source: Model Context Protocol 2025-11-25, base protocol.
"""
_INVALID_REQUEST = -32600


def refusal_of(body: bytes) -> str | None:
    """Return the error to answer with where a request has an id that is none; None otherwise.

    The SDK takes such a request for a notification and never answers it. What else is wrong with a
    message it tells itself.

    Source: JSON-RPC 2.0, sections 4 and 5.1.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or "id" not in message:
        return None
    found = message["id"]
    if isinstance(found, str) or (isinstance(found, int) and not isinstance(found, bool)):
        return None
    error = {"code": _INVALID_REQUEST, "message": "Invalid request: id is no text or integer"}
    return json.dumps({"jsonrpc": "2.0", "id": None, "error": error})
