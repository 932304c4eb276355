"""`/cite`: give an answer a permanent name; `/cite/<id>`: what was cited, and whether it holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, request

from erqi_kg.errors import BadRequest, NotFound, RequestError, ServiceError, UnsupportedMediaType
from erqi_kg.questions import bound_terms
from erqi_kg.web.citing.asking import cited_answer, compared
from erqi_kg.web.citing.budget import HourlyBudget
from erqi_kg.web.citing.citation import Citation, Comparison
from erqi_kg.web.citing.formats import SHORT_NAMES, WRITERS, bibtex, note_of, title_of
from erqi_kg.web.citing.keeping import CitationStore
from erqi_kg.web.http.conditional import PINNED, entity_tag
from erqi_kg.web.http.formats import content_type
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import Field, absolute_iri, answers, chosen, query_field, text
from erqi_kg.web.service import service
from erqi_kg.web.showing.columns import columns_for_people, head_of
from erqi_kg.web.showing.pages import display, fresh_page, language, link_header, page
from erqi_kg.web.showing.parameters import check_parameters
from erqi_kg.web.showing.terms import Solutions, iris_in, read_solutions
from erqi_kg.web.site.library import questions_of
from erqi_kg.web.site.snippets import with_values
from erqi_kg.web.sparql.answering import Asked
from erqi_kg.web.sparql.protocol import (
    FORM,
    Pairs,
    QueryOperation,
    decoded_pairs,
    graphs_of,
    values_of,
)
from erqi_kg.web.sparql.results import MOST_SHOWN, format_links

blueprint = Blueprint("citing", __name__)

_MOST_COMPARED = 100
"""Rows that came or went are shown up to here."""
_QUERY_FIELDS: tuple[Field, ...] = (
    query_field(),
    text("question", "id of a question of the library, in place of `query`; with its parameters"),
    absolute_iri("default-graph-uri", "a graph of the default graph", repeated=True),
    absolute_iri("named-graph-uri", "a named graph", repeated=True),
    text("release", "id of an older release"),
)
_FORMAT = chosen("format", "overrides Accept", (*SHORT_NAMES, "html"))
_OFFERS = (HTML, *WRITERS, "application/json")
_BUDGET = "erqi_kg.citing"


@dataclass(frozen=True)
class _Wish:
    """What is to be cited."""

    operation: QueryOperation
    question: str = ""
    titles: dict[str, str] | None = None


@blueprint.post("/cite")
@answers(method="POST", statuses=(303,), fields=_QUERY_FIELDS, takes=(FORM,), errors=(403, 429))
def cite() -> Response:
    """Keep a query with its answer under a permanent name, and lead to it."""
    if request.mimetype != FORM:
        raise UnsupportedMediaType(f"Send {FORM}.", headers={"Accept-Post": FORM})
    wish = _wish(decoded_pairs(request.get_data(), "The form"))
    parts = service()
    client = Asked.from_environ(request.environ, parts).client
    _budget().spend(client, parts.settings.client_citations)
    citation = cited_answer(parts, wish.operation, client, wish.question, wish.titles)
    CitationStore(parts.store_directory, parts.settings).keep(citation)
    response = Response(status=303)
    del response.headers["Content-Type"]
    response.headers["Location"] = f"/cite/{citation.id}"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/cite/<citation_id>")
@answers(*_OFFERS, fields=(_FORMAT,), errors=(400,))
def citation(citation_id: str) -> Response:
    """Show a cited answer and whether it still comes out; or answer with it, or how to cite it."""
    check_parameters(("format",))
    media_type = _media_type()
    parts = service()
    cited = CitationStore(parts.store_directory, parts.settings).find(citation_id)
    iri = f"{parts.names.base_iri}cite/{cited.id}"
    if media_type == HTML:
        response = fresh_page() or _page(cited, iri)
    else:
        written = WRITERS.get(media_type, WRITERS[SHORT_NAMES["json"]])(cited, iri)
        response = Response(written)
        response.headers["Content-Type"] = content_type(media_type)
        response.set_etag(entity_tag(cited.id, media_type, iri), weak=True)
        response.headers["Cache-Control"] = PINNED
    response.headers["Link"] = link_header([(iri, 'rel="cite-as"')])
    return response


def _budget() -> HourlyBudget:
    """Return what the clients of this application have cited."""
    kept: HourlyBudget = current_app.extensions.setdefault(_BUDGET, HourlyBudget())
    return kept


def _media_type() -> str:
    wanted = request.args.get("format")
    if wanted is None:
        return preferred_media_type(request.accept_mimetypes, list(_OFFERS))
    names = {**SHORT_NAMES, "html": HTML}
    if wanted not in names:
        raise BadRequest(f"The format {wanted!r} is unknown; use one of {', '.join(names)}.")
    return names[wanted]


def _wish(pairs: Pairs) -> _Wish:
    questions = values_of(pairs, "question")
    queries = values_of(pairs, "query")
    if len(questions) + len(queries) != 1:
        raise BadRequest("Send one `query`, or one `question` of the library.")
    if questions:
        return _question(questions[0], dict(pairs))
    releases = [value for value in values_of(pairs, "release") if value]
    operation = QueryOperation(
        query=queries[0],
        default_graphs=graphs_of(pairs, "default-graph-uri", "named-graph-uri"),
        named_graphs=graphs_of(pairs, "named-graph-uri", "default-graph-uri"),
        release=releases[0] if releases else None,
    )
    return _Wish(operation)


def _question(question_id: str, given: dict[str, str]) -> _Wish:
    asked = questions_of(service().release).get(question_id)
    if asked is None:
        raise NotFound(f"There is no question {question_id!r}; see /queries.")
    known = {"question", *(parameter.name for parameter in asked.parameters)}
    if unknown := sorted(set(given) - known):
        raise BadRequest(f"The question has no parameter {unknown[0]!r}.")
    bound = bound_terms(asked, given, service().names.things)
    operation = QueryOperation(with_values(asked.text, bound))
    return _Wish(operation, asked.id, dict(asked.question))


def _page(cited: Citation, iri: str) -> Response:
    comparison, failure = _compared(cited)
    shown = display()
    solutions = _solutions(cited, cited.rows[:MOST_SHOWN])
    changed = {}
    if comparison is not None:
        changed = {
            sign: _solutions(cited, rows[:_MOST_COMPARED])
            for sign, rows in (("added", comparison.added), ("removed", comparison.removed))
        }
    shown.learn(iris_in([*solutions, *(row for rows in changed.values() for row in rows)]))
    operation = QueryOperation(cited.query, cited.default_graphs, cited.named_graphs)
    response = page(
        "citation.html",
        cited=cited,
        iri=iri,
        title=title_of(cited, language()),
        note=note_of(cited),
        bibtex=bibtex(cited, iri),
        comparison=comparison,
        failure=failure,
        changed=changed,
        display=shown,
        solutions=solutions,
        variables=solutions.variables,
        columns=columns_for_people(solutions, shown) if cited.question else None,
        heads={name: head_of(name, shown) for name in solutions.variables},
        is_cut=cited.count > len(solutions),
        boolean=cited.answer.get("boolean"),
        is_here=_is_here(cited.release),
        run_href=format_links(operation, graph=False)[0][1].partition("&format=")[0],
        formats=SHORT_NAMES,
    )
    if failure:
        response.headers["Cache-Control"] = "no-store"
    return response


def _compared(cited: Citation) -> tuple[Comparison | None, str]:
    """Return how the answer differs now, or why nobody can say."""
    parts = service()
    try:
        client = Asked.from_environ(request.environ, parts).client
        return compared(parts, cited, client), ""
    except (RequestError, ServiceError) as error:
        return None, error.detail


def _solutions(cited: Citation, rows: Sequence[str]) -> Solutions:
    if "boolean" in cited.answer:
        return Solutions((), ())
    bindings = [json.loads(row) for row in rows]
    results = {"head": cited.answer["head"], "results": {"bindings": bindings}}
    found = read_solutions(json.dumps(results).encode())
    if isinstance(found, bool):
        raise TypeError("solutions were cited")
    return found


def _is_here(release_id: str) -> bool:
    built = release_id.partition(".")[0]
    releases = service().store_directory.releases()
    return any(one.id.partition(".")[0] == built for one in releases)
