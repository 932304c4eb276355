"""What the reconciliation service tells of itself, once for each version of the API."""

from __future__ import annotations

from typing import Any

from erqi_kg import __version__
from erqi_kg.namespaces import Names
from erqi_kg.web.reconcile.asked import MOST_QUERIES

PATH = "/reconcile"
DRAFT = "1.0-draft"
DRAFT_PATH = f"{PATH}/{DRAFT}"
PREVIEW_WIDTH, PREVIEW_HEIGHT = 420, 200

Members = dict[str, Any]


def manifest_0_2(root: str, name: str, names: Names, types: list[Members], most: str) -> Members:
    """Return the manifest of API 0.2.

    Args:
        root: the address of the serving host, without a slash at its end.
        name: of the service.
        names: of the release.
        types: good choices of a type.
        most: name of the setting for the number of values.
    """
    here = f"{root}{PATH}"
    paths = ("entity", "property", "type")
    return _common(root, name, types) | {
        "versions": ["0.2"],
        "identifierSpace": names.things,
        "schemaSpace": names.terms,
        "view": {"url": f"{root}/id/{{{{id}}}}"},
        "suggest": {one: {"service_url": here, "service_path": f"/suggest/{one}"} for one in paths},
        "preview": {
            "url": f"{here}/preview?id={{{{id}}}}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/extend/propose"},
            "property_settings": [
                {"name": "limit", "label": most, "type": "number", "default": 0, "help_text": most}
            ],
        },
    }


def manifest_1_0(root: str, name: str, language: str, types: list[Members], most: str) -> Members:
    """Return the manifest of the draft of API 1.0; see `manifest_0_2`."""
    return _common(root, name, types) | {
        "versions": [DRAFT],
        "lang": language,
        "view": {"url": f"{root}/id/{{id}}"},
        "suggest": {"entity": True, "property": True, "type": True},
        "preview": {"width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "extend": {
            "proposeProperties": True,
            "propertySettings": [
                {"id": "limit", "name": most, "type": "number", "default": 0, "helpText": most}
            ],
        },
        "standardizedScore": True,
    }


def _common(root: str, name: str, types: list[Members]) -> Members:
    return {
        "name": name,
        "documentation": f"{root}/openapi.json",
        "serviceVersion": __version__,
        "logo": f"{root}/static/icon.svg",
        "defaultTypes": types,
        "batchSize": MOST_QUERIES,
    }
