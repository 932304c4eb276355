"""Evaluate a question once, whole, and take a page of its answer.

The whole answer is kept by the engine's cache under release, text and parameters, so that the
pages of one release are parts of one list, and its length is known exactly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from erqi_kg.engine.interface import QueryRequest
from erqi_kg.errors import QueryTooHeavy
from erqi_kg.questions import Question
from erqi_kg.storedir import ONTOLOGY
from erqi_kg.web.api.documents import Labels
from erqi_kg.web.api.rows import plain
from erqi_kg.web.http.formats import JSON_RESULTS
from erqi_kg.web.service import service
from erqi_kg.web.showing.pages import display
from erqi_kg.web.showing.terms import XSD, Solution, Solutions, Term, iris_in, read_solutions
from erqi_kg.web.sparql.answering import Asked

MOST_BYTES = 64 * 1024 * 1024
"""The largest answer, as SPARQL JSON, that pages are taken of."""
_AT_ONCE = 200
"""IRIs whose names are asked for in one query."""


def solutions_of(question: Question, bound: Mapping[str, str]) -> tuple[Solutions, str]:
    """Return all solutions of a question, and the id of the release that was asked.

    ASK has one solution, whose variable is `answer`.

    Raises:
        QueryTooHeavy: too many to take pages of.
    """
    asked = Asked.from_environ(request.environ, service())
    pinned = service().pinned
    answer = service().engine.answer(
        QueryRequest(
            question.text,
            JSON_RESULTS,
            substitutions=bound,
            release=pinned.id if pinned else None,
            client=asked.client,
            is_wanted=asked.is_wanted,
        )
    )
    if answer.size_bytes > MOST_BYTES:
        answer.close()
        raise QueryTooHeavy(
            f"The answer is larger than {MOST_BYTES >> 20} MiB, too large for pages; "
            f"/queries/{question.id} has it whole as CSV, TSV, XML and JSON."
        )
    found = read_solutions(answer.read())
    if isinstance(found, Solutions):
        return found, answer.release
    truth = Term("literal", str(found).lower(), datatype=XSD + "boolean")
    return Solutions(("answer",), ({"answer": truth},)), answer.release


def labels_in(solutions: Iterable[Solution]) -> Labels:
    """Return what the IRIs in some solutions are called, by language, where they have names."""
    iris, shown = sorted(iris_in(solutions)), display()
    for start in range(0, len(iris), _AT_ONCE):
        shown.learn(iris[start : start + _AT_ONCE])
    return {iri: dict(names) for iri in iris if (names := shown.labels_of(iri))}


def told_parameters(question: Question, bound: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that were bound, as rows have them: IRIs whole, numbers as numbers."""
    found: dict[str, Any] = {}
    for parameter in question.parameters:
        text = bound[parameter.name]
        if parameter.type == "integer":
            term = Term("literal", text[1 : text.index('"', 1)], datatype=XSD + "integer")
            found[parameter.name] = plain(term)
        else:
            found[parameter.name] = text[1:-1]
    return found


def context_of_release() -> Mapping[str, Any]:
    """Return the terms of the release's JSON-LD context."""
    path = service().release.path / ONTOLOGY / "context.jsonld"
    context: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))["@context"]
    return context
