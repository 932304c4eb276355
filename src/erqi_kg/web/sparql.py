"""`/sparql`: the query endpoint (SPARQL 1.1 Protocol)."""

from __future__ import annotations

import time

from flask import Blueprint, Response, g, request

from erqi_kg.engine.interface import Answer, QueryRequest
from erqi_kg.errors import ErqiError
from erqi_kg.sparql.scan import form_of, may_be_volatile
from erqi_kg.sparql.words import GRAPH_FORMS, QUERY_FORMS
from erqi_kg.storedir import Release
from erqi_kg.web.conditional import (
    ALWAYS_ASK,
    PINNED,
    entity_tag,
    is_fresh,
    not_modified,
    with_validators,
)
from erqi_kg.web.description import describe_service
from erqi_kg.web.doctor import point_to_doctor
from erqi_kg.web.formats import content_type, named_format, offers_of
from erqi_kg.web.language import chosen_language
from erqi_kg.web.negotiation import HTML, preferred_media_type
from erqi_kg.web.protocol import QueryOperation, read_operation
from erqi_kg.web.results import result_page
from erqi_kg.web.service import service

blueprint = Blueprint("sparql", __name__)

_READ_AT_ONCE_BYTES = 4_000_000
"""Larger answers are sent in parts, uncompressed; their length is known all the same."""


@blueprint.route("/sparql", methods=["GET", "POST", "QUERY"])
def sparql() -> Response:
    """Answer a query, or describe the service when there is none."""
    operation = read_operation(request, service().settings.max_query_bytes)
    g.operation = operation  # a page that tells of an error keeps the query
    if operation.query is None:
        return describe_service(operation.format)
    form = form_of(operation.query)
    graph = form in GRAPH_FORMS
    media_type = _chosen_media_type(operation, form)
    release = service().release
    is_volatile = may_be_volatile(operation.query)
    tag = None if is_volatile else _tag(operation, media_type, release)
    if tag is not None and is_fresh(request, tag):
        known = not_modified(tag, release, _freshness(operation))
        if media_type == HTML:
            known.vary.add("Cookie")  # the language may be one that stayed
        return known
    answer = evaluate(operation, offers_of(graph=graph)[media_type])
    if media_type == HTML:
        response = result_page(operation, answer, graph=graph)
    else:
        response = whole_response(answer, media_type)
        if form == "SELECT":
            point_to_doctor(response, operation, media_type)
    if is_volatile:
        response.headers["Cache-Control"] = "no-store"
        return response
    if answer.release != release.id:
        release = service().store_directory.release(answer.release)
    return with_validators(
        response, _tag(operation, media_type, release), release, _freshness(operation)
    )


def evaluate(operation: QueryOperation, media_type: str) -> Answer:
    """Ask the engine and count the outcome."""
    started = time.monotonic()
    outcome = "answered"
    try:
        return service().engine.answer(
            QueryRequest(
                text=operation.query or "",
                media_type=media_type,
                default_graphs=operation.default_graphs,
                named_graphs=operation.named_graphs,
                timeout_s=operation.timeout_s,
                release=operation.release,
            )
        )
    except ErqiError as error:
        outcome = type(error).__name__
        raise
    finally:
        service().metrics.count_query(outcome, time.monotonic() - started)


def whole_response(answer: Answer, media_type: str) -> Response:
    """Return an answer as a response whose length is known before its first byte."""
    if answer.size_bytes <= _READ_AT_ONCE_BYTES:
        response = Response(answer.read())
    else:
        response = Response(answer.chunks(), direct_passthrough=True)
        response.call_on_close(answer.close)
        response.content_length = answer.size_bytes
    response.headers["Content-Type"] = content_type(media_type)
    return response


def _chosen_media_type(operation: QueryOperation, form: str) -> str:
    graph = form in GRAPH_FORMS
    offers = offers_of(graph=graph)
    if operation.format is not None:
        return named_format(operation.format, graph=graph)
    if form not in QUERY_FORMS:
        return next(iter(offers))  # the engine says what is wrong with it
    return preferred_media_type(request.accept_mimetypes, list(offers))


def _tag(operation: QueryOperation, media_type: str, release: Release) -> str:
    release_id = operation.release or release.id
    language = chosen_language(request) if media_type == HTML else ""
    return entity_tag(release_id, operation.query, operation.dataset, media_type, language)


def _freshness(operation: QueryOperation) -> str:
    return PINNED if operation.release else ALWAYS_ASK
