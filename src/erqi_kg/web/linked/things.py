"""`/id` and `/doc`: things, and documents about them (Cool URIs, 303 redirects)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from erqi_kg.errors import NotFound
from erqi_kg.namespaces import ID_PATTERN
from erqi_kg.web.drawing.maps import map_of_places
from erqi_kg.web.drawing.neighbours import neighbourhood_of
from erqi_kg.web.drawing.progress import progress_of
from erqi_kg.web.drawing.statements import pictures_of
from erqi_kg.web.drawing.trees import tree_of
from erqi_kg.web.history.steps import history_of
from erqi_kg.web.http.conditional import entity_tag, is_fresh, not_modified, with_validators
from erqi_kg.web.http.formats import EXTENSIONS, GRAPH_ALIASES, content_type
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import DOCUMENT_OFFERS, PAGE, answers
from erqi_kg.web.linked.disagreeing import disagreements_in
from erqi_kg.web.linked.schema_org import kind_of
from erqi_kg.web.linked.schema_org import of_thing as members_of
from erqi_kg.web.linked.signposting import Signpost, in_header, of_document, of_page, of_thing
from erqi_kg.web.linked.summary import summary_of
from erqi_kg.web.linked.tables import measures_of, unit_of, wording_of
from erqi_kg.web.linked.thing import links_of, statement_subjects, thing_at, titles_of
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import answer_of
from erqi_kg.web.showing.pages import (
    address_with,
    display,
    fresh_page,
    link_header,
    page,
    page_number,
)
from erqi_kg.web.showing.terms import iri_text

blueprint = Blueprint("things", __name__)


@blueprint.get("/id/<path:thing_id>")
@answers(statuses=(303,))
def thing(thing_id: str) -> Response:
    """Point from a thing to the document about it."""
    _check_id(thing_id)
    document = f"/doc/{thing_id}"
    response = Response(status=303)
    del response.headers["Content-Type"]
    response.headers["Location"] = document
    response.headers["Link"] = in_header(of_thing(thing_id, service().names.thing(thing_id)))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/doc/<path:document>")
@answers(*DOCUMENT_OFFERS, statuses=(200, 410), fields=(PAGE,), errors=(400,))
def document(document: str) -> Response:
    """Answer with the document about a thing, in the format named or negotiated."""
    thing_id, media_type = _parse(document)
    iri = service().names.thing(thing_id)
    signposts = of_document(thing_id, iri, service().names)
    response = _page(iri, signposts) if media_type == HTML else _graph(iri, media_type)
    if iri in display().vocabulary.retired and response.status_code == 200:
        response.status_code = 410  # the body tells what replaced it, and why
    further = response.headers.get("Link")
    response.headers["Link"] = in_header(signposts) + (f", {further}" if further else "")
    extension = {media: ext for ext, media in EXTENSIONS.items()}.get(media_type)
    if extension:
        response.headers["Content-Location"] = f"/doc/{thing_id}.{extension}"
    return response


def _parse(document: str) -> tuple[str, str]:
    thing_id, dot, extension = document.rpartition(".")
    if not dot:
        _check_id(document)
        chosen = preferred_media_type(request.accept_mimetypes, DOCUMENT_OFFERS)
        return document, chosen
    _check_id(thing_id)
    if extension not in EXTENSIONS:
        raise NotFound(f"There is no .{extension} here; there is {', '.join(EXTENSIONS)}.")
    return thing_id, EXTENSIONS[extension]


def _check_id(thing_id: str) -> None:
    if not ID_PATTERN.fullmatch(thing_id):
        raise NotFound("Ids are lower-case words of a-z, 0-9 and -, joined by /.")


def _page(iri: str, signposts: list[Signpost]) -> Response:
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    shown = display()
    found = thing_at(iri, shown, page_number())
    titles = titles_of(found.node, shown)
    rows = [row for table in found.statements.values() for row in table.rows]
    differing = disagreements_in(rows, iri, shown.names)
    further = of_page(kind_of(found, shown), found.node)
    response = page(
        "thing.html",
        thing=found,
        display=shown,
        titles=titles,
        summary=summary_of(found, titles, shown),
        path=iri.removeprefix(shown.names.things),
        unit_of=unit_of,
        wording_of=wording_of,
        measures=measures_of(shown.names),
        signposts=[*signposts, *further],
        embedded=members_of(found, titles, shown),
        history=history_of(iri),
        drawings=pictures_of(found, shown),
        map=map_of_places(found.around.places, shown),
        disagreements=differing,
        differing={one.statement.iri for told in differing for one in told.versions},
        tree=tree_of(found, shown),
        progress=progress_of(found.around.statuses, shown, iri),
        near=neighbourhood_of(found, titles[shown.language], shown),
    )
    response.headers["Link"] = in_header(further)
    return response


def _graph(iri: str, media_type: str) -> Response:
    number = page_number()
    release = service().release
    tag = entity_tag(release.id, "description", iri, number, media_type)
    if is_fresh(request, tag):
        return not_modified(tag, release)
    links = links_of(iri, number)
    answer = answer_of(
        "thing-description",
        {"described": iri_text(iri)},
        GRAPH_ALIASES.get(media_type, media_type),
        values={
            "thing": {iri, *statement_subjects(links, display())},
            "linked": links.subjects,
        },
    )
    response = Response(answer.read())
    response.headers["Content-Type"] = content_type(media_type)
    if number < links.pages:
        response.headers["Link"] = link_header([(address_with(page=number + 1), 'rel="next"')])
    return with_validators(response, tag, release)
