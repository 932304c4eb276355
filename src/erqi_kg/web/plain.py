"""Plain mode: what a general SPARQL server has, and nothing of the site about this graph."""

from __future__ import annotations

from flask import Flask, request

from erqi_kg.errors import NotFound

_SERVED = frozenset(
    (
        *("sparql", "update", "store", "commits", "editor", "status", "problems"),
        *("static", "healthz", "metrics", "favicon.ico", "openapi.json"),
    )
)


def install_plain_mode(app: Flask) -> None:
    """Make an application answer 404 for everything but the SPARQL service."""
    app.before_request(_only_what_is_served)


def is_served_plainly(path: str) -> bool:
    """Say whether plain mode serves an address."""
    return path.strip("/").partition("/")[0] in _SERVED


def _only_what_is_served() -> None:
    if not is_served_plainly(request.path):
        raise NotFound(
            "This server runs in plain mode: it is a SPARQL service over a store of its own. "
            "There are /sparql, /update, /store, /commits, /editor and /status."
        )
