"""The interfaces for programs, each once; `/.well-known/api-catalog` lists them (RFC 9727)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from erqi_kg.web.http.operations import answers
from erqi_kg.web.showing.pages import link_header

blueprint = Blueprint("interfaces", __name__)

_LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
_OPENAPI = ("openapi.json", "application/vnd.oai.openapi+json")


@dataclass(frozen=True)
class Interface:
    """A way in for programs."""

    path: str
    """Its address, after the host's slash."""
    title: Mapping[str, str]
    """By language."""
    standard: str
    """IRI of what it follows."""
    description: tuple[str, str] = _OPENAPI
    """Address and media type of what describes it, for programs."""


INTERFACES = (
    Interface(
        "sparql",
        {"zh": "SPARQL 查询", "en": "SPARQL"},
        "https://www.w3.org/TR/sparql11-protocol/",
        ("sparql", "text/turtle"),
    ),
    Interface(
        "changes",
        {"zh": "版本之间的变化", "en": "Changes between releases"},
        "https://w3id.org/ldes/specification",
        ("changes", "text/turtle"),
    ),
    Interface(
        "api",
        {"zh": "问题库的程序接口", "en": "Questions as operations"},
        "https://spec.openapis.org/oas/v3.1.0",
    ),
    Interface(
        "reconcile",
        {"zh": "名称对照服务", "en": "Reconciliation"},
        "https://reconciliation-api.github.io/specs/0.2/",
        ("reconcile", "application/json"),
    ),
    Interface(
        "fragments",
        {"zh": "三元组片段", "en": "Triple Pattern Fragments"},
        "https://linkeddatafragments.org/specification/triple-pattern-fragments/",
        ("fragments", "text/turtle"),
    ),
    Interface(
        "mcp",
        {"zh": "语言模型的工具", "en": "Tools for language models"},
        "https://modelcontextprotocol.io/specification/2025-11-25",
    ),
)


@blueprint.get("/.well-known/api-catalog")
@answers(_LINKSET, has_tag=False)
def api_catalog() -> Response:
    """List the interfaces for programs (RFC 9727) as a set of links (RFC 9264)."""
    root = request.url_root
    items = [{"href": root}, *({"href": root + one.path} for one in INTERFACES)]
    links: list[dict[str, Any]] = [
        {"anchor": request.base_url, "item": items},
        {"anchor": root, "service-desc": [_target(root, _OPENAPI)]},
    ]
    for one in INTERFACES:
        described = dict.fromkeys((one.description, _OPENAPI))
        targets = [_target(root, each) for each in described]
        links.append({"anchor": root + one.path, "service-desc": targets})
    response = Response(json.dumps({"linkset": links}, indent=1))
    response.headers["Content-Type"] = _LINKSET
    response.headers["Link"] = link_header([(request.base_url, 'rel="api-catalog"')])
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _target(root: str, described: tuple[str, str]) -> dict[str, str]:
    path, media_type = described
    return {"href": root + path, "type": media_type}
