"""`/editor/terms`: what the editor completes from, as the release describes itself (VoID)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache

from flask import Blueprint, Response, request

from erqi_kg import __version__
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.errors import QueryTimedOut
from erqi_kg.web.editor.examples import examples_of
from erqi_kg.web.http.conditional import entity_tag, is_fresh, not_modified, with_validators
from erqi_kg.web.http.formats import JSON_RESULTS
from erqi_kg.web.http.operations import answers
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import ask, query_text
from erqi_kg.web.showing.display import Display
from erqi_kg.web.showing.terms import Solution, Solutions, read_solutions

blueprint = Blueprint("editor_terms", __name__)

JSON = "application/json"
_COUNTING_S = 3.0
"""How long a store that does not describe itself may be counted."""


@blueprint.get("/editor/terms")
@answers(JSON)
def terms() -> Response:
    """List prefixes, classes, properties, graphs and example queries, with labels and counts."""
    release = service().release
    tag = entity_tag(release.id, __version__, "editor terms")
    if is_fresh(request, tag):
        return not_modified(tag, release)
    try:
        document = _whole_document(release.id)
    except QueryTimedOut:  # too much to count: completion has prefixes and graphs only
        response = Response(_document(release.id, ()), mimetype=JSON)
        response.headers["Cache-Control"] = "no-store"
        return response
    return with_validators(Response(document, mimetype=JSON), tag, release)


@lru_cache(maxsize=2)
def _whole_document(release_id: str) -> str:
    """Return the document about the served release; the id is what it is kept by."""
    return _document(release_id, list(_counted()))


def _document(release_id: str, counted: Sequence[Solution]) -> str:
    display = Display.for_reader("en")
    of_class: dict[str, list[str]] = {}
    for one in counted:
        if "class" in one and "property" in one:
            of_class.setdefault(one["class"].value, []).append(one["property"].value)
    manifest = service().release.manifest
    members = {
        "release": release_id,
        "base": manifest.base_iri,
        "prefixes": display.prefixes,
        "classes": [
            {"iri": iri, "count": count, "labels": _labels(display, iri),
             "properties": sorted(of_class.get(iri, ()))}
            for iri, count in _counts(counted, "class", without="property")
        ],
        "properties": [
            {"iri": iri, "count": count, "labels": _labels(display, iri)}
            for iri, count in _counts(counted, "property", without="class")
        ],
        "graphs": [
            {"iri": iri, "count": count} for iri, count in sorted(manifest.graphs.items())
        ],
        "questions": examples_of(service().release),
    }  # fmt: skip
    return json.dumps(members, ensure_ascii=False) + "\n"


def _counted() -> Iterable[Solution]:
    """Return ?class and ?property with their ?count, from VoID where there is one."""
    if not service().settings.plain:
        return ask("editor-terms")
    text = query_text("editor-counts")
    answer = service().engine.answer(
        QueryRequest(text, JSON_RESULTS, timeout_s=_COUNTING_S, is_own=True)
    )
    found = read_solutions(answer.read())
    return found if isinstance(found, Solutions) else ()


def _counts(counted: Iterable[Solution], kind: str, *, without: str) -> list[tuple[str, int]]:
    found = {
        one[kind].value: int(one["count"].value)
        for one in counted
        if kind in one and without not in one
    }
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _labels(display: Display, iri: str) -> dict[str, str]:
    return dict(display.vocabulary.labels.get(iri, {}))
