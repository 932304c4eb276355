"""What the Reconciliation Service API says of the form of answers, as JSON Schema.

Written from the definitions of the specification (versions 0.2 and 1.0-draft), stricter than its
own schemas: what it calls required in words is required here, and no other members are let in.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
URL: Schema = {"type": "string", "pattern": "^https?://"}
TRUTH: Schema = {"type": "boolean"}
TAG: Schema = {"type": "string", "pattern": "^[a-z]{2}(-[A-Za-z]+)?$"}


def one(required: Schema, optional: Schema | None = None) -> Schema:
    return {
        "type": "object", "required": list(required), "additionalProperties": False,
        "properties": {**required, **(optional or {})},
    }  # fmt: skip


def many(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def by_key(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


NAMED = one({"id": TEXT, "name": TEXT})
SCORE: Schema = {"type": "number", "minimum": 0, "maximum": 100}
_FEATURE = {"id": TEXT, "value": {"type": ["number", "boolean"]}}
_CANDIDATE = {"id": TEXT, "name": TEXT, "description": TEXT, "score": SCORE, "match": TRUTH,
              "type": many(NAMED, minItems=1)}  # fmt: skip
RESULTS_0_2 = by_key(one({"result": many(one({**_CANDIDATE, "features": many(one(_FEATURE))}))}))
RESULTS_1_0 = one({"results": many(one({"candidates": many(one(
    {**_CANDIDATE, "features": many(one({**_FEATURE, "name": TEXT}))}, {"lang": TAG}))}))}
)  # fmt: skip
SUGGESTED_THINGS = one({"result": many(
    one({"id": TEXT, "name": TEXT, "description": TEXT, "notable": many(NAMED)}))}
)  # fmt: skip
SUGGESTED_TERMS = one({"result": many(one({"id": TEXT, "name": TEXT, "description": TEXT}))})
PROPOSED = one({"type": TEXT, "limit": {"type": "integer", "minimum": 1},
                "properties": many(NAMED)})  # fmt: skip

_TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"}


def _cell(text: Schema) -> Schema:
    kinds = (NAMED, text, one({"int": {"type": "integer"}}), one({"float": {"type": "number"}}),
             one({"date": _TIME}))  # fmt: skip
    return {"oneOf": list(kinds)}


EXTENDED_0_2 = one({"meta": many(NAMED),
                    "rows": by_key(by_key(many(_cell(one({"str": TEXT})))))})  # fmt: skip
EXTENDED_1_0 = one({"meta": many(NAMED), "rows": many(one({"id": TEXT, "properties": many(one(
    {"id": TEXT, "values": many(_cell(one({"str": TEXT}, {"lang": TAG})))}))}))}
)  # fmt: skip

_COMMON = {"name": TEXT, "documentation": URL, "serviceVersion": TEXT, "logo": URL,
           "defaultTypes": many(NAMED, uniqueItems=True), "batchSize": {"const": 100}}  # fmt: skip
_PLACE = one({"service_url": URL, "service_path": {"type": "string", "pattern": "^/"}})
_SIZE = {"width": {"type": "integer"}, "height": {"type": "integer"}}
_TEMPLATE: Schema = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}
_SETTING = {"type": {"const": "number"}, "default": {"type": "number"}}
MANIFEST_0_2 = one({
    **_COMMON, "versions": {"const": ["0.2"]}, "identifierSpace": URL, "schemaSpace": URL,
    "view": one({"url": _TEMPLATE}), "preview": one({**_SIZE, "url": _TEMPLATE}),
    "suggest": one({"entity": _PLACE, "property": _PLACE, "type": _PLACE}),
    "extend": one({"propose_properties": _PLACE, "property_settings": many(
        one({**_SETTING, "name": TEXT, "label": TEXT, "help_text": TEXT}))}),
})  # fmt: skip
MANIFEST_1_0 = one({
    **_COMMON, "versions": {"const": ["1.0-draft"]}, "lang": TAG,
    "view": one({"url": {"type": "string", "pattern": r"^https?://[^{]*\{id\}$"}}),
    "preview": one(_SIZE), "standardizedScore": {"const": True},
    "suggest": one({key: {"const": True} for key in ("entity", "property", "type")}),
    "extend": one({"proposeProperties": {"const": True}, "propertySettings": many(
        one({**_SETTING, "id": TEXT, "name": TEXT, "helpText": TEXT}))}),
})  # fmt: skip
