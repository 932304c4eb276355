"""`/queries`: the question library, and each question with its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from erqi_kg.engine.interface import QueryRequest
from erqi_kg.errors import BadRequest, NotFound
from erqi_kg.questions import LIBRARY, Parameter, Question, bound_term, read_library
from erqi_kg.storedir import QUERIES, Release
from erqi_kg.web.drawing.solutions import bars_in, map_in, progress_in, scale_in
from erqi_kg.web.http.formats import JSON_RESULTS, offers_of
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import answers, text
from erqi_kg.web.service import service
from erqi_kg.web.showing.columns import columns_for_people
from erqi_kg.web.showing.pages import display, fresh_page, page
from erqi_kg.web.showing.parameters import check_parameters, told
from erqi_kg.web.showing.terms import Solutions, iris_in, read_solutions
from erqi_kg.web.site.snippets import snippets_for, with_values
from erqi_kg.web.sparql.endpoint import whole_response
from erqi_kg.web.sparql.results import MOST_SHOWN

blueprint = Blueprint("library", __name__)

_held: dict[str, dict[str, Question]] = {}
"""The library of the served release, by release id; replaced when another is served."""


def questions_of(release: Release) -> dict[str, Question]:
    """Return the questions of a release by id; read once."""
    if release.id not in _held:
        found = read_library(release.path / QUERIES / LIBRARY)
        _held.clear()
        _held[release.id] = {question.id: question for question in found}
    return _held[release.id]


@blueprint.get("/queries")
@answers(HTML, errors=(400, 404), fields=(text("tag", "topic"),))
def library() -> Response:
    """List the questions by topic."""
    check_parameters(("tag",))
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    questions = list(questions_of(service().release).values())
    topics = Counter(tag for question in questions for tag in question.tags)
    chosen = request.args.get("tag", "")
    if chosen and chosen not in topics:
        texts = told("error.no-topic", name=chosen, known=", ".join(sorted(topics)))
        raise NotFound(texts["en"], told=texts)
    return page(
        "queries.html",
        questions=[one for one in questions if not chosen or chosen in one.tags],
        topics=sorted(topics.items()),
        chosen=chosen,
        total=len(questions),
    )


def question_named(question_id: str) -> Question:
    """Return a question of the release.

    Raises:
        NotFound: there is none of this id.
    """
    found = questions_of(service().release).get(question_id)
    if found is None:
        texts = told("error.no-question", name=question_id)
        raise NotFound(texts["en"], told=texts)
    return found


def bound_values(question: Question, given: Mapping[str, str]) -> dict[str, str]:
    """Return the terms of a question's parameters in N-Triples syntax, by variable.

    Raises:
        BadRequest: a value is not of its parameter's type; names the parameter.
    """
    return {one.name: _bound(one, given.get(one.name, "")) for one in question.parameters}


def _bound(parameter: Parameter, value: str) -> str:
    try:
        return bound_term(parameter, value, service().names.things)
    except BadRequest as error:
        texts = told(
            f"error.no-{parameter.type}",
            name=parameter.name,
            value=value,
            example=parameter.default,
        )
        extra: dict[str, object] = {"parameter": parameter.name, "wanted": parameter.type}
        raise BadRequest(texts["en"], extra=extra, told=texts) from error


@blueprint.get("/queries/<question_id>")
@answers(HTML, *offers_of(graph=False), errors=(400,))
def question(question_id: str) -> Response:
    """Answer a question: a page for people, the solutions for programs."""
    asked = question_named(question_id)
    check_parameters(parameter.name for parameter in asked.parameters)
    offers = {HTML: JSON_RESULTS} | offers_of(graph=False)
    media_type = preferred_media_type(request.accept_mimetypes, list(offers))
    given = {parameter.name: request.args.get(parameter.name, "") for parameter in asked.parameters}
    bound = bound_values(asked, given)
    answer = service().engine.answer(
        QueryRequest(asked.text, offers[media_type], substitutions=bound)
    )
    if media_type != HTML:
        return whole_response(answer, media_type)
    found = read_solutions(answer.read())
    solutions = found if isinstance(found, Solutions) else Solutions((), ())
    shown = display()
    shown.learn(iris_in(solutions.solutions[:MOST_SHOWN]))
    drawn = Solutions(solutions.variables, solutions.solutions[:MOST_SHOWN])
    text = with_values(asked.text, bound)
    root = request.url_root.rstrip("/")
    return page(
        "question.html",
        question=asked,
        given={p.name: given[p.name] or p.default for p in asked.parameters},
        display=shown,
        solutions=solutions.solutions[:MOST_SHOWN],
        variables=solutions.variables,
        columns=columns_for_people(drawn, shown),
        count=len(solutions),
        bars=bars_in(drawn, shown),
        map=map_in(drawn, shown),
        scale=scale_in(drawn, shown),
        progress=progress_in(drawn, shown),
        text=text,
        run_href="/editor?" + urlencode({"query": text}),
        downloads=[
            (name, f"/sparql?{urlencode({'query': text, 'format': short})}")
            for name, short in (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"), ("XML", "xml"))
        ],
        snippets=snippets_for(f"{root}/sparql", text),
    )
