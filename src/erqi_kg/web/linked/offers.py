"""Files for programs: the dump, the context, VoID, robots.txt."""

from __future__ import annotations

from flask import Blueprint, Response, request

from erqi_kg.errors import NotFound
from erqi_kg.sparql.media_types import GRAPH_MEDIA_TYPES
from erqi_kg.storedir import DUMP, ONTOLOGY, dump_of_graph
from erqi_kg.web.http.conditional import (
    ALWAYS_ASK,
    built_at,
    entity_tag,
    is_fresh,
    not_modified,
    with_validators,
)
from erqi_kg.web.http.files import file_response
from erqi_kg.web.http.formats import GRAPH_ALIASES
from erqi_kg.web.http.negotiation import preferred_media_type
from erqi_kg.web.http.operations import GRAPH_OFFERS, answers
from erqi_kg.web.linked.signposting import in_header, of_dump, of_whole_dump
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import answer_of
from erqi_kg.web.showing.terms import iri_text
from erqi_kg.web.sparql.endpoint import whole_response

blueprint = Blueprint("offers", __name__)

_GZIP = "application/gzip"
_ROBOTS = """User-agent: *
Allow: /
Disallow: /sparql
Disallow: /search
Disallow: /report
"""


@blueprint.get(f"/{DUMP}")
@answers(_GZIP)
def dump() -> Response:
    """Return all named graphs as sorted N-Quads; parts of it by Range."""
    response = release_file(DUMP, _GZIP)
    name = f"erqi-{service().release.id}.nq.gz"
    response.headers["Link"] = in_header(of_whole_dump(service().names))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/context.jsonld")
@answers("application/ld+json")
def context() -> Response:
    """Return the JSON-LD context: one short name for every class and property."""
    return release_file(f"{ONTOLOGY}/context.jsonld", "application/ld+json")


@blueprint.get("/dump/<path:path>.nq.gz")
@answers(_GZIP)
def dump_of(path: str) -> Response:
    """Return one named graph, at the path of its IRI, as sorted N-Quads."""
    iri = service().names.graph(path)
    if iri not in service().release.manifest.graphs:
        raise NotFound(f"There is no graph {path!r} in this release.")
    response = release_file(dump_of_graph(path), _GZIP)
    response.headers["Link"] = in_header(of_dump(iri, service().names))
    return response


@blueprint.get("/void")
@blueprint.get("/.well-known/void")
@answers(*GRAPH_OFFERS)
def void() -> Response:
    """Describe the dataset (VoID): the graph of the release that was computed for this."""
    release, iri = service().release, service().names.graph("void")
    if iri not in release.manifest.graphs:
        raise NotFound("This release was published without a description of the dataset.")
    media_type = preferred_media_type(
        request.accept_mimetypes, [*GRAPH_MEDIA_TYPES, *GRAPH_ALIASES]
    )
    tag = entity_tag(release.id, "void", media_type)
    if is_fresh(request, tag):
        return not_modified(tag, release)
    engine_type = GRAPH_ALIASES.get(media_type, media_type)
    answer = answer_of("graph", {"graph": iri_text(iri)}, engine_type)
    return with_validators(whole_response(answer, media_type), tag, release)


@blueprint.get("/favicon.ico")
@answers(statuses=(308,))
def icon() -> Response:
    """Point browsers that look for an icon without reading the page to the one there is."""
    response = Response(status=308)
    del response.headers["Content-Type"]
    response.headers["Location"] = "/static/icon.svg"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@blueprint.get("/robots.txt")
@answers("text/plain", has_tag=False)
def robots() -> Response:
    """Ask crawlers to follow links rather than to run queries."""
    response = Response(_ROBOTS, mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def release_file(name: str, media_type: str) -> Response:
    """Return a file of the served release, whole or in parts.

    Raises:
        NotFound: the release has no such file.
    """
    release = service().release
    path = release.path / name
    if not path.is_file():
        raise NotFound(f"This release has no {name}.")
    tag = release.manifest.outputs.get(name, release.id)[:32]
    return file_response(path, media_type, tag, built_at(release), ALWAYS_ASK)
