"""`/openapi.json`: the addresses as OpenAPI 3.1, made from routes, questions and settings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.routing import Rule

from erqi_kg import __version__
from erqi_kg.questions import Parameter, Question
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release
from erqi_kg.web.api.operation import JSON
from erqi_kg.web.api.schemas import answer_schema
from erqi_kg.web.http.conditional import entity_tag, with_validators
from erqi_kg.web.http.operations import Field, Operation, answers, operations_of, query_field
from erqi_kg.web.plain import is_served_plainly
from erqi_kg.web.service import service
from erqi_kg.web.showing.problems import PROBLEM_JSON
from erqi_kg.web.site.library import questions_of
from erqi_kg.web.sparql.statements import DATA_LICENSE

blueprint = Blueprint("openapi", __name__)

OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
QUESTION = "library.question"
OPERATION = "api.answer"
_FAMILIES = {QUESTION: "question", OPERATION: "api"}
"""What the names of their operations begin with."""
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_STATIC = Operation(("*/*",), about="A file that pages need.")
_TOKEN = "token"
_WITHOUT_BODY = (204, 303, 308)
_SPARQL = (query_field(), query_field(required=True))
_KINDS: Mapping[str, Mapping[str, object]] = {
    "iri": {"type": "string", "format": "iri-reference"},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
}
_ABOUT = """Linked data and SPARQL 1.1 over a knowledge graph of Erqi District (二七区, Zhengzhou).
HEAD says what GET says; OPTIONS says which methods there are; /sparql takes the method QUERY like
POST. A slash in a parameter of a path may stand as it is. Answers with an ETag are revalidated
(304)."""

Members = dict[str, Any]


@blueprint.get("/openapi.json")
@answers(OPENAPI)
def openapi() -> Response:
    """Describe every address of the service (OpenAPI 3.1)."""
    release, settings = service().release, service().settings
    document = description(current_app, settings, release, request.url_root)
    response = Response(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    response.headers["Content-Type"] = OPENAPI
    tag = entity_tag(release.id, __version__, request.url, repr(settings))
    return with_validators(response, tag, release)


def description(app: Flask, settings: Settings, release: Release, root: str) -> Members:
    """Return the description of an application as OpenAPI has it."""
    writable = settings.update_token is not None
    paths: dict[str, Members] = {}
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if not settings.plain or is_served_plainly(rule.rule):
            view = app.view_functions[rule.endpoint]
            item = paths.setdefault(_ARGUMENT.sub(r"{\1}", rule.rule), {})
            for method, operation in operations_at(rule, view):
                item[method.lower()] = _operation(rule, method, operation, view, settings)
    if not settings.plain:
        paths |= _questions(app, settings, release, QUESTION)
        paths |= _questions(app, settings, release, OPERATION)
    schemes = {_TOKEN: {"type": "http", "scheme": "bearer"}} if writable else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "erqi_kg",
            "version": __version__,
            "description": _ABOUT.replace("\n", " "),
            "license": {"name": "CC BY 4.0 (data)", "url": DATA_LICENSE},
        },
        "servers": [{"url": root.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM}, "securitySchemes": schemes},
    }


def operations_at(rule: Rule, view: Callable[..., Any]) -> Iterator[tuple[str, Operation]]:
    """Yield the methods of a route, each with what was noted of it."""
    noted = operations_of(view) or ({"GET": _STATIC} if rule.endpoint == "static" else {})
    for method in sorted(rule.methods or ()):
        if method in noted:
            yield method, noted[method]


def _operation(
    rule: Rule, method: str, operation: Operation, view: Callable[..., Any], settings: Settings
) -> Members:
    if operation.is_write and settings.update_token is None:
        operation = replace(operation, types=(), statuses=(), errors=(403,), takes=())
    about = operation.about or (view.__doc__ or "").partition("\n")[0]
    place = _ARGUMENT.sub(r"\1", rule.rule)
    name = re.sub(r"\W+", "-", f"{method.lower()} {rule.endpoint} {place}")
    members: Members = {
        "operationId": name.strip("-"),
        "summary": about,
        "parameters": [
            *(_path_parameter(one) for one in _ARGUMENT.findall(rule.rule)),
            *(_parameter(one, settings) for one in operation.fields),
        ],
        "responses": _responses(rule, method, operation),
    }
    if operation.takes:
        content = {kind: {"schema": _body_schema(kind, operation)} for kind in operation.takes}
        members["requestBody"] = {"required": True, "content": content}
    if operation.is_write and settings.update_token is not None:
        members["security"] = [{_TOKEN: []}]
    return members


def _responses(rule: Rule, method: str, operation: Operation) -> Members:
    content: Members = {
        kind: {"schema": operation.schemas[kind]} if kind in operation.schemas else {}
        for kind in operation.types
    }
    found: Members = {
        str(status): {"description": HTTPStatus(status).phrase}
        | ({"content": content} if content and status not in _WITHOUT_BODY else {})
        for status in operation.statuses
    }
    for status in (303, 308):
        if str(status) in found:
            found[str(status)]["headers"] = {"Location": {"schema": {"type": "string"}}}
    if method == "GET" and operation.has_tag and operation.types:
        found["304"] = {"description": HTTPStatus(304).phrase}
    for status in errors_of(rule, method, operation):
        problem = _problem_response(HTTPStatus(status).phrase)
        own = found.get(str(status), {}).get("content", {})
        found[str(status)] = problem | {"content": own | problem["content"]}
    return found | {"default": _problem_response("Any other error")}


def errors_of(rule: Rule, method: str, operation: Operation) -> list[int]:
    """Return the errors that a method of a route is documented with."""
    found = set(operation.errors)
    if operation.is_write and operation.statuses:
        found |= {401, 403}
    if operation.takes:
        found |= {400, 413, 415}
    if rule.arguments and operation.statuses:
        found.add(404)
    if method == "GET" and len(operation.types) > 1 and "extension" not in rule.arguments:
        found.add(406)
    return sorted(found)


def _problem_response(about: str) -> Members:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": about, "content": {PROBLEM_JSON: {"schema": schema}}}


def _path_parameter(name: str) -> Members:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _parameter(field: Field, settings: Settings) -> Members:
    schema: object = dict(field.schema)
    if field in _SPARQL:
        schema = dict(field.schema) | {"maxLength": settings.max_query_bytes}
    elif field.name == "timeout":
        schema = dict(field.schema) | {"default": settings.query_timeout_s}
    if field.repeated:
        schema = {"type": "array", "items": schema}
    members: Members = {"name": field.name, "in": "query", "description": field.about}
    return members | {"required": field.required, "schema": schema}


def _body_schema(kind: str, operation: Operation) -> Members:
    if kind == "application/x-www-form-urlencoded":
        named = {field.name: dict(field.schema) for field in operation.fields}
        return {"type": "object", "properties": named}
    return dict(operation.body) if kind == JSON else {}


def _questions(
    app: Flask, settings: Settings, release: Release, endpoint: str
) -> dict[str, Members]:
    """Return each question of the library as an address of its own, with its own parameters.

    Args:
        app: has the route.
        settings: of the service.
        release: has the questions.
        endpoint: the view that answers them.
    """
    rule = next(app.url_map.iter_rules(endpoint))
    view = app.view_functions[endpoint]
    plain = operations_of(view)["GET"]
    paths: dict[str, Members] = {}
    for question in questions_of(release).values():
        fields = (*(_field(one) for one in question.parameters), *plain.fields)
        operation = replace(plain, fields=fields, about=question.question["en"])
        if endpoint == OPERATION:
            operation = replace(operation, schemas={JSON: answer_schema(question)})
        members = _operation(rule, "GET", operation, view, settings)
        members["operationId"] = f"{_FAMILIES[endpoint]}-{question.id}"
        members["description"] = "\n".join(_words(question))
        members["parameters"] = members["parameters"][1:]
        paths[_ARGUMENT.sub(question.id, rule.rule)] = {"get": members}
    return paths


def _words(question: Question) -> Iterable[str]:
    yield question.question["zh"]
    yield from (question.note or {}).values()


def _field(parameter: Parameter) -> Field:
    default: object = parameter.default
    if parameter.type == "integer":
        default = int(parameter.default)
    schema = dict(_KINDS[parameter.type]) | {"default": default}
    about = " / ".join(dict.fromkeys(parameter.label.values()))
    return Field(parameter.name, about, schema)


_PROBLEM: Members = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri"},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "offers": {"type": "array", "items": {"type": "string"}},
    },
}
