"""Ask a running service over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from erqi_kg import __version__
from erqi_kg.mcp.asking import Refused, Reply, head_of

_SECONDS = (10, 120)
"""To connect; without a byte."""


class HttpAsker:
    """Asks a running service over HTTP.

    Args:
        endpoint: the address of the site, such as `http://127.0.0.1:7878`.
    """

    def __init__(self, endpoint: str) -> None:
        self._root = endpoint.rstrip("/")

    def ask(
        self, path: str, fields: Mapping[str, str], accept: str, *, posts: bool = False
    ) -> Reply:
        """Send one request; redirects are followed."""
        headers = {"Accept": accept, "User-Agent": f"erqi-kg/{__version__} (MCP)"}
        try:
            with requests.request(
                "POST" if posts else "GET",
                self._root + path,
                params=None if posts else dict(fields),
                data=dict(fields) if posts else None,
                headers=headers,
                timeout=_SECONDS,
                stream=True,
            ) as response:
                body, is_whole = head_of(response.iter_content(65_536))
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return Reply(response.status_code, kind, body, is_whole)
        except requests.RequestException as error:
            kind = type(error).__name__
            detail = f"{self._root} does not answer ({kind}); is the service running there?"
            raise Refused({"title": "No answer", "detail": detail}) from error
