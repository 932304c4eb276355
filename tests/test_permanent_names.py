"""The redirect rules of docs/w3id.md lead every public path to the same path of the server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from erqi_kg.engine.interface import Engine
from erqi_kg.settings import Settings
from erqi_kg.web.app import create_app

RULE = re.compile(r"^RewriteRule (\S+) https://example\.org/(\S*) \[R=(\d+),L", re.MULTILINE)
RULES = RULE.findall((Path(__file__).parent.parent / "docs/w3id.md").read_text(encoding="utf-8"))

NAMES = [
    "", "id/division/410103", "doc/division/410103", "doc/division/410103.ttl", "def", "def.ttl",
    "def.jsonld", "def/0.1.0", "def/shapes/place.ttl", "graph/source/erqi-four-top100-2018",
    ".well-known/void", "catalog", "context.jsonld", "dump.nq.gz", "releases", "search", "queries",
    "queries/some-question", "editor", "editor/terms",
    "sources", "sources/erqi-four-top100-2018", "status",
    "openapi.json", "problems", "commits", "timemap/doc/division/410103",
    "report", "releases/current/manifest.json",
    "cite/0123456789abcdef0123", "changes", "releases/0123456789abcdef.0",
    "releases/0123456789abcdef.0/changes.rdfp.gz",
]  # fmt: skip
CALLS = [
    "sparql", "sparql/doctor", "update", "store", "store/some/graph", "api", "api/some-question",
    "commits/1", "commits/1/undo", "cite",
    "reconcile", "reconcile/1.0-draft/match", "fragments", "mcp",
]  # fmt: skip
OF_ONE_SERVER = {"healthz", "metrics", "favicon.ico", "robots.txt", "static"}


def redirected(path: str) -> tuple[str, str] | None:
    for pattern, target, status in RULES:
        if found := re.search(pattern, path):
            filled = re.sub(r"\$(\d)", lambda group: found[int(group[1])] or "", target)
            return filled, status
    return None


@pytest.mark.parametrize(
    ("path", "status"), [*((name, "303") for name in NAMES), *((call, "307") for call in CALLS)]
)
def test_a_public_path_leads_to_the_same_path_of_the_server(path: str, status: str) -> None:
    assert redirected(path) == (path, status)


@pytest.mark.parametrize(
    "path", ["definition", "identity", "graph", "healthz", "metrics", "x/id/y"]
)
def test_no_other_path_is_led_anywhere(path: str) -> None:
    assert redirected(path) is None


def test_every_route_of_the_service_has_a_rule() -> None:
    app = create_app(Settings(), engine=_NoEngine())
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]*>", "x", rule.rule).removeprefix("/")
        if path.partition("/")[0] not in OF_ONE_SERVER:
            assert redirected(path), path


class _NoEngine(Engine):
    """Only the routes are looked at."""
