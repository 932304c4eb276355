"""The form of answers as JSON Schema, for the description of the service (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erqi_kg.questions import LANGUAGES, TYPES, Question
from erqi_kg.sparql.projection import projected

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_ADDRESS: Schema = {"type": "string", "format": "uri"}
_VALUE: Schema = {"type": ["string", "number", "boolean", "null"]}
_KINDS: Mapping[str, Schema] = {
    "iri": {"type": "string", "format": "iri"},
    "string": _TEXT,
    "integer": {"type": "integer"},
}


def _object(properties: Mapping[str, Schema], **more: Any) -> Schema:
    """Return the schema of an object that has these members, all of them, and no others."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": dict(properties),
        "additionalProperties": False,
    } | more


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_BOTH = _object(dict.fromkeys(LANGUAGES, _TEXT))
_NOTE: Schema = {"anyOf": [_BOTH, {"type": "null"}]}
_NAMES: Schema = {"type": "object", "additionalProperties": _TEXT}
_LINKS = _object(
    dict.fromkeys(("self", "first", "prev", "next", "last"), _ADDRESS),
    required=["self", "first", "last"],
)
LIST_SCHEMA = _object(
    {
        "release": _TEXT,
        "count": _COUNT,
        "questions": _array(
            _object(
                {
                    "id": _TEXT,
                    "href": _ADDRESS,
                    "page": _ADDRESS,
                    "question": _BOTH,
                    "note": _NOTE,
                    "tags": _array(_TEXT),
                    "parameters": _array(
                        _object(
                            {
                                "name": _TEXT,
                                "type": {"type": "string", "enum": list(TYPES)},
                                "default": _TEXT,
                                "label": _BOTH,
                            }
                        )
                    ),
                }
            )
        ),
    }
)


def answer_schema(question: Question) -> Schema:
    """Return the schema of the answer to a question, as JSON."""
    columns = projected(question.text)
    parameters = {one.name: _KINDS[one.type] for one in question.parameters}
    names: Schema = {"type": "string", "enum": list(columns)} if columns else _TEXT
    rows = _object(dict.fromkeys(columns, _VALUE)) if columns else {"type": "object"}
    return _object(
        {
            "question": _object({"id": _TEXT, **dict.fromkeys(LANGUAGES, _TEXT)}),
            "note": _NOTE,
            "release": _TEXT,
            "parameters": _object(parameters),
            "columns": _array(_object({"name": names, "types": _array(_TEXT)})),
            "total": _COUNT,
            "offset": _COUNT,
            "limit": {"type": "integer", "minimum": 1},
            "rows": _array(rows),
            "labels": {"type": "object", "additionalProperties": _NAMES},
            "links": _LINKS,
        }
    )
