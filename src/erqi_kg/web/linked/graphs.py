"""`/graph`: named graphs, at the paths of their own IRIs."""

from __future__ import annotations

from flask import Blueprint, Response, request

from erqi_kg.errors import NotFound
from erqi_kg.web.http.conditional import entity_tag, is_fresh, not_modified, with_validators
from erqi_kg.web.http.formats import GRAPH_ALIASES, offers_of
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import GRAPH_OFFERS, answers
from erqi_kg.web.linked.signposting import Signpost, in_header, of_graph
from erqi_kg.web.linked.thing import thing_at, titles_of
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import answer_of
from erqi_kg.web.showing.pages import display, fresh_page, page
from erqi_kg.web.showing.terms import iri_text
from erqi_kg.web.sparql.endpoint import whole_response
from erqi_kg.web.sparql.graphstore import graph_document
from erqi_kg.web.sparql.protocol import iri_path

blueprint = Blueprint("graphs", __name__)


@blueprint.get("/graph/<path:path>")
@answers(*GRAPH_OFFERS, HTML)
def graph(path: str) -> Response:
    """Return a named graph; to a person, what it is and how large."""
    release = service().release
    iri = service().names.graph(iri_path(path))
    if iri.startswith(service().names.workspace):
        return graph_document(iri)
    if iri not in release.manifest.graphs:
        raise NotFound(f"There is no graph <{iri}> in this release.")
    media_type = preferred_media_type(request.accept_mimetypes, list(offers_of(graph=True)))
    signposts = of_graph(iri, service().names)
    response = _page(iri, signposts) if media_type == HTML else _triples(iri, media_type)
    response.headers["Link"] = in_header(signposts)
    return response


def _page(iri: str, signposts: list[Signpost]) -> Response:
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    shown = display()
    found = thing_at(iri, shown, is_known=True)
    return page(
        "graph.html",
        thing=found,
        display=shown,
        titles=titles_of(found.node, shown),
        triples=service().release.manifest.graphs[iri],
        signposts=signposts,
    )


def _triples(iri: str, media_type: str) -> Response:
    release = service().release
    tag = entity_tag(release.id, "graph", iri, media_type)
    if is_fresh(request, tag):
        return not_modified(tag, release)
    engine_type = GRAPH_ALIASES.get(media_type, media_type)
    answer = answer_of("graph", {"graph": iri_text(iri)}, engine_type)
    return with_validators(whole_response(answer, media_type), tag, release)
