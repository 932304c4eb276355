"""`/reconcile`: the Reconciliation Service API 0.2, and the draft of 1.0 below it.

Parameters that the API does not have are passed over here: clients send some of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template, request

from erqi_kg import __version__
from erqi_kg.errors import BadRequest, NotFound, UnsupportedMediaType
from erqi_kg.web.api.paging import number_of
from erqi_kg.web.headers import SECURITY
from erqi_kg.web.http.conditional import entity_tag, is_fresh, not_modified, with_validators
from erqi_kg.web.http.negotiation import HTML
from erqi_kg.web.http.operations import Field, answers, text
from erqi_kg.web.reconcile.asked import queries_of_0_2, queries_of_1_0, read_json
from erqi_kg.web.reconcile.candidates import candidates_of
from erqi_kg.web.reconcile.classes import types_of
from erqi_kg.web.reconcile.comparing import learn_names
from erqi_kg.web.reconcile.extending import extended
from erqi_kg.web.reconcile.identifiers import term_iri, thing_iri
from erqi_kg.web.reconcile.manifest import DRAFT_PATH, PATH, manifest_0_2, manifest_1_0
from erqi_kg.web.reconcile.schemas import BATCH, EXTENSION
from erqi_kg.web.reconcile.suggesting import (
    proposed_properties,
    suggested_properties,
    suggested_things,
    suggested_types,
    usual_types,
)
from erqi_kg.web.reconcile.telling import Members, candidate_0_2, candidate_1_0, described
from erqi_kg.web.service import service
from erqi_kg.web.showing.language import message, tag_of
from erqi_kg.web.showing.pages import display, language

blueprint = Blueprint("reconcile", __name__)

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_MOST_SUGGESTED = 50
_USUAL_SUGGESTED = 10
_MOST_OFFSET = 200
_USUAL_TYPES = 12
_FRAMED = SECURITY["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors *")
"""A preview is made to be shown within the pages of others."""

_QUERIES = Field("queries", "a batch of queries: JSON, an object of queries by key",
                 {"type": "string", "contentMediaType": JSON, "minLength": 2})  # fmt: skip
_EXTEND = Field("extend", "a data extension query: JSON with `ids` and `properties`",
                {"type": "string", "contentMediaType": JSON, "minLength": 2})  # fmt: skip
_SUGGEST = (
    text("prefix", "what was typed so far"),
    Field("limit", "most suggestions", {"type": "integer", "minimum": 1,
          "maximum": _MOST_SUGGESTED, "default": _USUAL_SUGGESTED}),
    Field("cursor", "suggestions to leave out (0.2)", {"type": "integer", "minimum": 0,
          "maximum": _MOST_OFFSET, "default": 0}),
    Field("offset", "suggestions to leave out (1.0)", {"type": "integer", "minimum": 0,
          "maximum": _MOST_OFFSET, "default": 0}),
)  # fmt: skip
_PROPOSE = (text("type", "id of a type", required=True), _SUGGEST[1])


@blueprint.route(PATH, methods=["GET", "POST"])
@answers(JSON, errors=(400, 413), fields=(_QUERIES, _EXTEND))
@answers(JSON, method="POST", fields=(_QUERIES, _EXTEND), takes=(FORM,))
def reconcile() -> Response:
    """Match names against the graph (Reconciliation Service API 0.2); without queries, tell of the
    service.
    """
    if request.method == "POST" and request.mimetype != FORM:
        raise UnsupportedMediaType(f"{PATH} takes {FORM}; {DRAFT_PATH}/match takes {JSON}.")
    queries, extend = (request.values.get(name) for name in ("queries", "extend"))
    if queries is not None and extend is not None:
        raise BadRequest("queries and extend are asked one at a time.")
    if queries is not None:
        batch = queries_of_0_2(queries)
        found = candidates_of(list(batch.values()))
        learn_names(one.iri for candidates in found for one in candidates)
        results = {
            key: {"result": [candidate_0_2(one) for one in candidates]}
            for key, candidates in zip(batch, found, strict=True)
        }
        return _answer(lambda: results)
    if extend is not None:
        asked = read_json(extend, "extend")
        return _answer(lambda: extended(asked, tells_language=False).as_0_2())
    root, names = request.url_root.rstrip("/"), service().names
    return _answer(lambda: manifest_0_2(root, _name(), names, usual_types(_USUAL_TYPES), _most()))


@blueprint.get(DRAFT_PATH)
@answers(JSON)
def manifest() -> Response:
    """Tell of the reconciliation service (draft of API 1.0)."""
    root = request.url_root.rstrip("/")
    return _answer(
        lambda: manifest_1_0(root, _name(), tag_of(language()), usual_types(_USUAL_TYPES), _most())
    )


@blueprint.post(f"{DRAFT_PATH}/match")
@answers(JSON, method="POST", takes=(JSON,), body=BATCH)
def match() -> Response:
    """Match names against the graph (draft of API 1.0)."""
    queries = queries_of_1_0(_body())
    found = candidates_of(queries)
    learn_names(one.iri for candidates in found for one in candidates)
    results = [{"candidates": [candidate_1_0(one) for one in candidates]} for candidates in found]
    return _answer(lambda: {"results": results})


@blueprint.post(f"{DRAFT_PATH}/extend")
@answers(JSON, method="POST", takes=(JSON,), body=EXTENSION)
def extend() -> Response:
    """Fetch values of properties of things (draft of API 1.0)."""
    asked = read_json(_body(), "the body")
    return _answer(lambda: extended(asked, tells_language=True).as_1_0())


@blueprint.get(f"{PATH}/suggest/entity")
@blueprint.get(f"{DRAFT_PATH}/suggest/entity")
@answers(JSON, errors=(400,), fields=_SUGGEST)
def suggest_entity() -> Response:
    """Suggest things by the beginning of a name."""
    return _suggested(suggested_things)


@blueprint.get(f"{PATH}/suggest/type")
@blueprint.get(f"{DRAFT_PATH}/suggest/type")
@answers(JSON, errors=(400,), fields=_SUGGEST)
def suggest_type() -> Response:
    """Suggest types, the classes of things."""
    return _suggested(suggested_types)


@blueprint.get(f"{PATH}/suggest/property")
@blueprint.get(f"{DRAFT_PATH}/suggest/property")
@answers(JSON, errors=(400,), fields=_SUGGEST)
def suggest_property() -> Response:
    """Suggest properties by a part of a name."""
    return _suggested(suggested_properties)


@blueprint.get(f"{PATH}/extend/propose")
@blueprint.get(f"{DRAFT_PATH}/extend/propose")
@answers(JSON, errors=(400,), fields=_PROPOSE)
def propose() -> Response:
    """Propose properties to fetch for things of a type."""
    type_id, limit = request.args.get("type", ""), _limit()
    if not type_id:
        raise BadRequest("type is missing.", extra={"parameter": "type"})
    iri = term_iri(type_id, service().names)
    return _answer(
        lambda: {
            "type": type_id,
            "limit": limit,
            "properties": proposed_properties(iri, limit) if iri else [],
        }
    )


@blueprint.get(f"{PATH}/preview")
@blueprint.get(f"{DRAFT_PATH}/preview")
@answers(HTML, errors=(400, 404), fields=(text("id", "id of a thing", required=True),))
def preview() -> Response:
    """Show a thing in a small page, to be framed in the pages of clients."""
    given = request.args.get("id", "")
    if not given:
        raise BadRequest("id is missing.", extra={"parameter": "id"})
    iri = thing_iri(given, service().names)
    types = types_of([iri]).get(iri) if iri else None
    if iri is None or not types:
        raise NotFound(f"Nothing is stated about {given!r}.")
    display().learn([iri])
    body = render_template("preview.html", iri=iri, display=display(), about=described(iri, types))
    response = _with_tag(Response(body, mimetype=HTML))
    response.headers["Content-Security-Policy"] = _FRAMED
    response.headers["Content-Language"] = tag_of(language())
    return response


def _body() -> bytes:
    if request.mimetype != JSON:
        raise UnsupportedMediaType(f"{request.path} takes {JSON}.")
    return request.get_data()


def _limit() -> int:
    given = request.args.get("limit")
    return _USUAL_SUGGESTED if given is None else number_of(given, "limit", 1, _MOST_SUGGESTED)


def _suggested(suggest: Callable[[str, int, int], list[Members]]) -> Response:
    prefix, limit = request.args.get("prefix", ""), _limit()
    cursor, given = (
        number_of(request.args.get(name, "0"), name, 0, _MOST_OFFSET)
        for name in ("cursor", "offset")
    )
    offset = given or cursor
    return _answer(lambda: {"result": suggest(prefix, limit, offset)})


def _answer(document: Callable[[], Any]) -> Response:
    """Return a document as JSON, made only when the client does not hold it already."""
    if request.method in ("GET", "HEAD") and is_fresh(request, _tag()):
        return not_modified(_tag(), service().release)
    response = Response(json.dumps(document(), ensure_ascii=False) + "\n", mimetype=JSON)
    response.headers["Content-Language"] = tag_of(language())
    return _with_tag(response)


def _with_tag(response: Response) -> Response:
    if request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
        return response
    return with_validators(response, _tag(), service().release)


def _tag() -> str:
    return entity_tag(service().release.id, __version__, request.url, language())


def _name() -> str:
    return message("reconcile.name", language())


def _most() -> str:
    return message("reconcile.most-values", language())
