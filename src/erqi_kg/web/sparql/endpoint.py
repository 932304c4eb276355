"""`/sparql`: the query endpoint (SPARQL 1.1 Protocol)."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from erqi_kg.engine.interface import Answer
from erqi_kg.federation.report import FederatedAnswer, report_field
from erqi_kg.web.front import operation_of, raise_failure
from erqi_kg.web.headers import FinishedResponse
from erqi_kg.web.http.conditional import is_fresh, not_modified, with_validators
from erqi_kg.web.http.formats import content_type
from erqi_kg.web.http.operations import QUERY_FIELDS, QUERY_OFFERS, answers, query_field
from erqi_kg.web.service import service
from erqi_kg.web.showing.language import chosen_language
from erqi_kg.web.sparql.answering import (
    READ_AT_ONCE_BYTES,
    SERVICE_REPORT,
    Asked,
    Query,
    Reply,
    evaluate,
    read_query,
    reply_to,
)
from erqi_kg.web.sparql.description import describe_service
from erqi_kg.web.sparql.explain import explanation
from erqi_kg.web.sparql.protocol import FORM, QUERY, read_operation
from erqi_kg.web.sparql.results import result_page

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST", "QUERY"])
@answers(*QUERY_OFFERS, fields=(query_field(), *QUERY_FIELDS), errors=(400,))
@answers(
    *QUERY_OFFERS,
    method="POST",
    fields=(query_field(), *QUERY_FIELDS),
    takes=(FORM, QUERY),
    errors=(406,),
)
def sparql() -> Response:
    """Answer a query, or describe the service when there is none."""
    g.operation = operation = operation_of(request.environ)  # a page about an error keeps it
    raise_failure(request.environ)
    if operation is None:
        g.operation = operation = read_operation(request, service().settings)
    if operation.query is None:
        return describe_service(operation.format)
    if operation.explains:
        return explanation(operation)
    asked = Asked.from_environ(request.environ, service())
    reply = reply_to(service(), operation, asked)
    if reply is not None:
        return _finished(reply)
    return _page(read_query(service(), operation, asked.accept), asked)


def whole_response(answer: Answer, media_type: str) -> Response:
    """Return an answer as a response whose length is known before its first byte."""
    if answer.size_bytes <= READ_AT_ONCE_BYTES:
        response = Response(answer.read())
    else:
        response = Response(answer.chunks(), direct_passthrough=True)
        response.call_on_close(answer.close)
        response.content_length = answer.size_bytes
    response.headers["Content-Type"] = content_type(media_type)
    return response


def _finished(reply: Reply) -> Response:
    if isinstance(reply.body, bytes):
        response = FinishedResponse(reply.body, reply.status, reply.headers)
    else:
        response = FinishedResponse(
            reply.body.chunks(), reply.status, reply.headers, direct_passthrough=True
        )
        response.call_on_close(reply.body.close)
    if response.status_code == 304:
        del response.headers["Content-Type"]
    return response


def _page(query: Query, asked: Asked) -> Response:
    """Return the page that shows a person the answer."""
    language = chosen_language(request)
    tag = query.tag(query.release.id, language)
    if not query.is_volatile and is_fresh(request, tag):
        known = not_modified(tag, query.release, query.freshness)
        known.vary.add("Cookie")  # the language may be one that stayed
        return known
    answer = evaluate(service(), query, asked)
    release = query.release
    response = result_page(
        query.operation, answer, graph=query.is_graph, is_volatile=query.is_volatile
    )
    if isinstance(answer, FederatedAnswer):
        response.headers[SERVICE_REPORT] = report_field(answer.asked)
    if query.is_volatile:
        response.headers["Cache-Control"] = "no-store"
        return response
    if answer.release != release.id:
        release = service().release_of(answer.release)
    return with_validators(response, query.tag(release.id, language), release, query.freshness)
