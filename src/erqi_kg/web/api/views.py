"""`/api`: the questions of the library for programs, and each with its answer in pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from erqi_kg import __version__
from erqi_kg.errors import BadRequest
from erqi_kg.questions import Parameter, Question
from erqi_kg.sparql.quick import is_volatile
from erqi_kg.web.api.answering import (
    context_of_release,
    labels_in,
    solutions_of,
    told_parameters,
)
from erqi_kg.web.api.documents import PageOfAnswer, csv_document, json_document, json_ld_document
from erqi_kg.web.api.operation import FIELDS, FORMATS, JSON
from erqi_kg.web.api.paging import (
    MOST_OFFSET,
    MOST_ROWS,
    USUAL_LIMIT,
    Address,
    Page,
    number_of,
)
from erqi_kg.web.api.schemas import LIST_SCHEMA
from erqi_kg.web.http.conditional import (
    ALWAYS_ASK,
    PINNED,
    entity_tag,
    is_fresh,
    not_modified,
    with_validators,
)
from erqi_kg.web.http.formats import CSV, content_type
from erqi_kg.web.http.negotiation import preferred_media_type
from erqi_kg.web.http.operations import answers
from erqi_kg.web.service import pin_release, service
from erqi_kg.web.showing.pages import link_header
from erqi_kg.web.showing.parameters import check_parameters, told
from erqi_kg.web.site.library import bound_values, question_named, questions_of

blueprint = Blueprint("api", __name__)

TOTAL = "X-Total-Count"


@blueprint.get("/api")
@answers(JSON, errors=(400,), schemas={JSON: LIST_SCHEMA})
def questions() -> Response:
    """List the questions, each with its address and its typed parameters."""
    check_parameters(())
    release, root = service().release, request.url_root
    tag = entity_tag(release.id, __version__, root, "api")
    if is_fresh(request, tag):
        return not_modified(tag, release)
    found = [_listed(question, root) for question in questions_of(release).values()]
    document = {"release": release.id, "count": len(found), "questions": found}
    response = Response(json.dumps(document, ensure_ascii=False) + "\n", mimetype=JSON)
    response.headers["Link"] = link_header(
        {
            "/openapi.json": 'rel="service-desc"; type="application/vnd.oai.openapi+json"',
            "/queries": 'rel="service-doc"; type="text/html"',
        }
    )
    return with_validators(response, tag, release)


def _listed(question: Question, root: str) -> dict[str, Any]:
    return {
        "id": question.id,
        "href": f"{root}api/{question.id}",
        "page": f"{root}queries/{question.id}",
        "question": question.question,
        "note": question.note,
        "tags": question.tags,
        "parameters": [_told(one) for one in question.parameters],
    }


def _told(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "default": parameter.default,
        "label": parameter.label,
    }


@blueprint.get("/api/<question_id>")
@answers(*FORMATS.values(), fields=FIELDS, errors=(400,))
def answer(question_id: str) -> Response:
    """Answer a question: rows in pages, as JSON, CSV or JSON-LD."""
    wanted = request.args.get("release")
    if wanted:
        pin_release(wanted)
    question = question_named(question_id)
    names = [one.name for one in question.parameters]
    check_parameters([*names, *(field.name for field in FIELDS)])
    media_type = _media_type()
    bound = bound_values(question, {name: request.args.get(name, "") for name in names})
    limit, offset = _limit(media_type), _number("offset", 0, 0, MOST_OFFSET)
    release = service().release
    freshness = PINNED if wanted else ALWAYS_ASK
    tag = entity_tag(release.id, __version__, request.url_root, question, bound, limit, offset,
                     media_type, freshness)  # fmt: skip
    volatile = is_volatile(
        question.text, release.manifest.base_iri, service().settings.query_nesting
    )
    if is_fresh(request, tag) and not volatile:
        return not_modified(tag, release, freshness)
    answered = _answered(question, bound, limit, offset)
    response = Response(_document(answered, media_type))
    response.headers["Content-Type"] = content_type(media_type)
    _tell_of_pages(response, answered)
    if answered.release != release.id or volatile:
        response.headers["Cache-Control"] = "no-store"
        return response
    return with_validators(response, tag, release, freshness)


def _answered(
    question: Question, bound: Mapping[str, str], limit: int, offset: int
) -> PageOfAnswer:
    solutions, release_id = solutions_of(question, bound)
    page = Page(len(solutions), offset, limit or max(1, len(solutions)))
    parameters = told_parameters(question, bound)
    fields = [(name, str(value)) for name, value in parameters.items()]
    if wanted := request.args.get("format"):
        fields.append(("format", wanted))
    if service().has_releases:
        fields.append(("release", release_id))
    address = Address(request.base_url, tuple(fields))
    return PageOfAnswer(question, release_id, parameters, solutions, page, address)


def _media_type() -> str:
    wanted = request.args.get("format")
    if wanted is None:
        return preferred_media_type(request.accept_mimetypes, list(FORMATS.values()))
    if wanted not in FORMATS:
        texts = told("error.no-format", name=wanted, known=", ".join(FORMATS))
        extra: dict[str, object] = {"parameter": "format", "known": list(FORMATS)}
        raise BadRequest(texts["en"], extra=extra, told=texts)
    return FORMATS[wanted]


def _number(name: str, usual: int, least: int, most: int) -> int:
    given = request.args.get(name)
    return usual if given is None else number_of(given, name, least, most)


def _limit(media_type: str) -> int:
    """Return the rows of a page; 0: all, since CSV has no place to say that there are more."""
    return _number("limit", 0 if media_type == CSV else USUAL_LIMIT, 1, MOST_ROWS)


def _document(answered: PageOfAnswer, media_type: str) -> bytes:
    if media_type == CSV:
        return csv_document(answered)
    labels = labels_in(answered.shown)
    if media_type == JSON:
        return json_document(answered, labels)
    vocabulary = f"{service().names.base_iri}queries/{answered.question.id}#"
    return json_ld_document(answered, labels, context_of_release(), vocabulary)


def _tell_of_pages(response: Response, answered: PageOfAnswer) -> None:
    links = [(url, f'rel="{name}"') for name, url in answered.links.items() if name != "self"]
    links.append((f"/queries/{answered.question.id}", 'rel="service-doc"; type="text/html"'))
    response.headers["Link"] = link_header(links)
    response.headers[TOTAL] = str(answered.page.total)
