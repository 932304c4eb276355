"""`/editor`: the page to write queries on; a plain form where there is no script for more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, request

from erqi_kg.errors import NotFound
from erqi_kg.questions import Question
from erqi_kg.web.editor.bundle import bundle_in
from erqi_kg.web.editor.examples import example_of
from erqi_kg.web.http.negotiation import HTML
from erqi_kg.web.http.operations import answers, text
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import query_text
from erqi_kg.web.showing.language import messages
from erqi_kg.web.showing.pages import fresh_page, language, page
from erqi_kg.web.showing.parameters import check_parameters, told
from erqi_kg.web.site.library import questions_of

blueprint = Blueprint("editor", __name__)

_FAMILIES = ("editor.", "problem-title.", "problem-meaning.")
"""Texts that the editor's script shows."""
_PLAIN_EXAMPLE = "SELECT ?s ?p ?o\nWHERE {\n  ?s ?p ?o\n}\nLIMIT 20\n"


@blueprint.get("/editor")
@answers(
    HTML,
    errors=(400, 404),
    fields=(text("query", "a query to begin with"), text("question", "id of one to begin with")),
)
def editor() -> Response:
    """Show a page to write queries on."""
    check_parameters(("query", "question"))
    bundle = bundle_in()
    fresh = fresh_page(bundle)
    if fresh is not None:
        return fresh
    settings = service().settings
    return page(
        "editor.html",
        depends_on=bundle,
        bundle=bundle,
        example=_text(),
        topics=_topics(),
        script_settings={
            "language": language(),
            "isPlain": settings.plain,
            "isWritable": settings.update_token is not None,
            "timeout": settings.query_timeout_s,
            "base": service().release.manifest.base_iri,
            "messages": _texts(),
        },
    )


def _text() -> str:
    """Return the query that stands in the editor at first.

    Raises:
        NotFound: there is no such question.
    """
    release = service().release
    question_id = request.args.get("question", "")
    if question_id:
        found = example_of(release, question_id)
        if found is None:
            texts = told("error.no-question", name=question_id)
            raise NotFound(texts["en"], told=texts)
        return found
    example = query_text("example", release.manifest.base_iri)
    return request.args.get("query") or (_PLAIN_EXAMPLE if service().settings.plain else example)


def _topics() -> list[tuple[str, list[Question]]]:
    """Return the library by the first topic of each question."""
    topics: dict[str, list[Question]] = {}
    for question in _questions():
        topics.setdefault(question.tags[0], []).append(question)
    return sorted(topics.items())


def _questions() -> Iterable[Question]:
    return () if service().settings.plain else questions_of(service().release).values()


def _texts() -> dict[str, Any]:
    return {
        key: texts[language()] for key, texts in messages().items() if key.startswith(_FAMILIES)
    }
