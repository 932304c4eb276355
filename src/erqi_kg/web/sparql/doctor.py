"""`/sparql/doctor`: why a query has no solutions, for people and for programs."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from erqi_kg.engine.interface import QueryRequest
from erqi_kg.errors import BadRequest
from erqi_kg.sparql.patterns import patterns_of
from erqi_kg.sparql.scan import scan_query
from erqi_kg.web.http.formats import CSV, JSON_RESULTS, TSV
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import QUERY_FIELDS, answers, query_field
from erqi_kg.web.service import service
from erqi_kg.web.showing.language import LANGUAGES, message, tag_of
from erqi_kg.web.showing.pages import display, language
from erqi_kg.web.showing.terms import Solutions, Term, read_solutions, string_text
from erqi_kg.web.sparql.diagnosis import Advice, Diagnosis
from erqi_kg.web.sparql.protocol import QueryOperation, read_operation

blueprint = Blueprint("doctor", __name__)

JSON = "application/json"
_PROBE_S = 0.5
_COUNTS_S = 5.0
_LONGEST_EMPTY = 4_000
"""Bytes of the head of an answer without solutions; longer ones are not looked through."""
_LONGEST_LINK = 4_000
_END_BYTES = 100
_FORMATS = {"json": JSON, "html": HTML}
_PREDICATES = "SELECT ?found (COUNT(*) AS ?n) { ?s ?found ?o } GROUP BY ?found"
_CLASSES = "SELECT ?found (COUNT(*) AS ?n) { ?s a ?found } GROUP BY ?found"


@blueprint.get("/sparql/doctor")
@answers(
    JSON, HTML, has_tag=False, errors=(400,), fields=(query_field(required=True), *QUERY_FIELDS)
)
def doctor() -> Response:
    """Say what is wrong with a SELECT query that has no solutions."""
    operation = read_operation(request, service().settings)
    if operation.query is None or scan_query(operation.query).form != "SELECT":
        raise BadRequest("Send one SELECT query as `query`.")
    media_type = _media_type(operation)
    diagnosis = diagnose(operation)
    if media_type == JSON:
        text = json.dumps(_report(operation, diagnosis), ensure_ascii=False)
        response = Response(text, mimetype=JSON)
    else:
        response = Response(
            render_template(
                "doctor.html", operation=operation, display=display(), **doctor_values(diagnosis)
            ),
            mimetype=HTML,
        )
        response.headers["Content-Language"] = tag_of(language())
    response.headers["Cache-Control"] = "no-store"
    return response


def doctor_address(operation: QueryOperation) -> str:
    """Return where the report about a query is."""
    pairs = [("query", operation.query or "")]
    pairs += [("default-graph-uri", iri) for iri in operation.default_graphs or ()]
    pairs += [("named-graph-uri", iri) for iri in operation.named_graphs or ()]
    if operation.release is not None:
        pairs.append(("release", operation.release))
    return "/sparql/doctor?" + urlencode(pairs)


def doctor_link(operation: QueryOperation, body: bytes, media_type: str) -> str | None:
    """Return a Link header from an answer without solutions to the report about it."""
    if not has_no_solutions(body, media_type):
        return None
    address = doctor_address(operation)
    return f'<{address}>; rel="help"' if len(address) <= _LONGEST_LINK else None


def has_no_solutions(body: bytes, media_type: str) -> bool:
    """Say whether the answer of a SELECT query, as it is sent, holds no solution."""
    if len(body) > _LONGEST_EMPTY:
        return False
    if media_type in (CSV, TSV):
        return len(body.splitlines()) == 1
    end = b"".join(body[-_END_BYTES:].split())
    if "xml" in media_type:
        return b"<results></results>" in end or b"<results/>" in end
    return end.endswith(b'"bindings":[]}}')


def diagnose(operation: QueryOperation) -> Diagnosis:
    """Probe a query through the engine, each probe with a short deadline."""
    base_iri = service().names.base_iri
    scan = scan_query(operation.query or "", base_iri)

    def ask(text: str) -> Solutions | bool:
        asked = QueryRequest(
            text,
            JSON_RESULTS,
            default_graphs=operation.default_graphs or scan.default_graphs or None,
            named_graphs=operation.named_graphs or scan.named_graphs or None,
            timeout_s=_PROBE_S,
            release=operation.release,
        )
        return read_solutions(service().engine.answer(asked).read())

    release = operation.release or service().release.id
    return Diagnosis(
        patterns_of(operation.query or "", base_iri),
        ask,
        lambda: _counts(_PREDICATES, release),
        lambda: _counts(_CLASSES, release),
        base_iri,
    ).run()


def doctor_values(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return what the report's template shows."""
    return {
        "diagnosis": diagnosis,
        "advice": [(one, _told(one, language())) for one in diagnosis.advice],
        "written": _written,
    }


@lru_cache(maxsize=8)
def _counts(text: str, release: str) -> dict[str, int]:
    asked = QueryRequest(text, JSON_RESULTS, timeout_s=_COUNTS_S, release=release)
    found = read_solutions(service().engine.answer(asked).read())
    return {} if isinstance(found, bool) else {
        one["found"].value: int(one["n"].value) for one in found
    }  # fmt: skip


def _media_type(operation: QueryOperation) -> str:
    if operation.format is None:
        return preferred_media_type(request.accept_mimetypes, [JSON, HTML])
    if operation.format not in _FORMATS:
        raise BadRequest(f"format: {operation.format!r} is none of {', '.join(_FORMATS)}.")
    return _FORMATS[operation.format]


def _told(advice: Advice, in_language: str) -> str:
    return message(
        f"doctor.{advice.code}",
        in_language,
        pattern=advice.pattern,
        term=advice.term,
        count=advice.count,
    )


def _written(term: Term) -> str:
    """Return a term as it is written in a query."""
    if term.is_iri:
        short = display().short(term.value)
        return f"<{term.value}>" if short == term.value or "/" in short else short
    if term.language:
        return f"{string_text(term.value)}@{term.language}"
    if not term.datatype:
        return string_text(term.value)
    return f"{string_text(term.value)}^^{display().short(term.datatype)}"


def _report(operation: QueryOperation, diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "query": operation.query,
        "release": operation.release or service().release.id,
        "patterns": [
            {
                "number": one.number,
                "text": one.pattern.text,
                "matches": one.matches,
                "joined": one.joined,
            }
            for one in diagnosis.patterns
        ],
        "left_out": list(diagnosis.where.left_out),
        "complete": diagnosis.is_complete,
        "probes": diagnosis.probes,
        "advice": [
            {
                "code": one.code,
                "pattern": one.pattern or None,
                "term": one.term or None,
                "message": {tag: _told(one, tag) for tag in LANGUAGES},
                "suggestions": [
                    {"term": _written(found.term), "value": found.term.value, "count": found.count}
                    for found in one.suggestions
                ],
            }
            for one in diagnosis.advice
        ],
    }
