"""The form of what the draft of API 1.0 takes, as JSON Schema, for OpenAPI."""

from __future__ import annotations

from typing import Any, get_args

from erqi_kg.web.reconcile.asked import (
    LONGEST_VALUE,
    MOST_CANDIDATES,
    MOST_CONDITIONS,
    MOST_QUERIES,
    Kind,
    Quantifier,
)
from erqi_kg.web.reconcile.extending import MOST_IDS, MOST_PROPERTIES

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_VALUE}
_VALUE: Schema = {
    "anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"type": "object", "required": ["id"], "properties": {"id": _TEXT}},
    ]
}
_VALUES: Schema = {
    "anyOf": [
        _VALUE,
        {"type": "array", "items": _VALUE, "minItems": 1, "maxItems": MOST_CONDITIONS},
    ]
}
_NUMBER: Schema = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 999_999_999},
        {"type": "string", "pattern": "^[0-9]{1,9}$"},
    ]
}
_CONDITION: Schema = {
    "type": "object",
    "required": ["matchType", "propertyValue"],
    "properties": {
        "matchType": {"type": "string", "enum": list(get_args(Kind))},
        "propertyId": _TEXT,
        "propertyValue": _VALUES,
        "required": {"type": "boolean"},
        "matchQuantifier": {"type": "string", "enum": list(get_args(Quantifier))},
    },
    "if": {"properties": {"matchType": {"const": "property"}}},
    "then": {"required": ["propertyId"]},
}
_QUERY: Schema = {
    "type": "object",
    "required": ["conditions"],
    "additionalProperties": False,
    "properties": {
        "conditions": {
            "type": "array",
            "items": _CONDITION,
            "minItems": 1,
            "maxItems": MOST_CONDITIONS,
        },
        "type": {"type": "string"},
        "limit": {"type": "number", "minimum": 1, "maximum": MOST_CANDIDATES},
        "lang": {"type": "string"},
        "dir": {"type": "string"},
    },
}
BATCH: Schema = {
    "type": "object",
    "required": ["queries"],
    "properties": {"queries": {"type": "array", "items": _QUERY, "maxItems": MOST_QUERIES}},
}
"""A batch of queries."""
EXTENSION: Schema = {
    "type": "object",
    "required": ["ids", "properties"],
    "properties": {
        "ids": {"type": "array", "items": {"type": "string"}, "maxItems": MOST_IDS},
        "properties": {
            "type": "array",
            "maxItems": MOST_PROPERTIES,
            "items": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": _TEXT,
                    "settings": {
                        "type": "object",
                        "properties": {"limit": _NUMBER},
                    },
                },
            },
        },
    },
}
"""A data extension query."""
