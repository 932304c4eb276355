"""`/changes`: the releases as an event stream (LDES over TREE), and each step as RDF Patch."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, request

from erqi_kg.differences.files import MEMBERS, PATCH, changes_path
from erqi_kg.differences.reading import summary_of
from erqi_kg.errors import NotFound
from erqi_kg.namespaces import PREFIXES
from erqi_kg.storedir import Release
from erqi_kg.web.history.steps import Step, release_named, steps
from erqi_kg.web.http.conditional import built_at, entity_tag, with_validators
from erqi_kg.web.http.files import file_response
from erqi_kg.web.http.formats import GRAPH_ALIASES, N_TRIPLES, TURTLE, content_type, offers_of
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import GRAPH_OFFERS, answers
from erqi_kg.web.service import service
from erqi_kg.web.showing.pages import fresh_page, link_header, page

blueprint = Blueprint("feed", __name__)

FOR_GOOD = "public, max-age=31536000, immutable"
"""A step never changes."""
GZIP = "application/gzip"
_PIECE_BYTES = 1 << 18
_PREFIXES = {
    "dcterms": PREFIXES["dcterms"],
    "ldes": "https://w3id.org/ldes#",
    "rdf": PREFIXES["rdf"],
    "tree": "https://w3id.org/tree#",
    "xsd": PREFIXES["xsd"],
}
_STEP_OFFERS = (TURTLE, N_TRIPLES)


@blueprint.get("/changes")
@answers(*GRAPH_OFFERS, HTML)
def changes() -> Response:
    """Return the event stream's first node, which leads to one page a step; to a person, a page."""
    media_type = preferred_media_type(request.accept_mimetypes, list(offers_of(graph=True)))
    if media_type == HTML:
        return fresh_page() or page("changes.html", steps=steps())
    form = ox.RdfFormat.from_media_type(GRAPH_ALIASES.get(media_type, media_type))
    if form is None:
        raise ValueError(f"{media_type} holds no graph")
    known = [step for step in steps() if step.summary and step.summary.is_complete]
    body = ox.serialize(_stream(known, request.url_root), format=form, prefixes=_PREFIXES)
    response = Response(body)
    response.headers["Content-Type"] = content_type(media_type)
    named = [step.release.id for step in known]
    tag = entity_tag(service().release.id, "changes", request.url_root, media_type, named)
    return with_validators(response, tag, service().release)


@blueprint.get("/releases/<release_id>/changes")
@answers(*_STEP_OFFERS)
def step(release_id: str) -> Response:
    """Return a step as a page of the event stream: each changed thing as it is since."""
    media_type = preferred_media_type(request.accept_mimetypes, list(_STEP_OFFERS))
    release = release_named(release_id)
    path, summary = changes_path(release.path) / MEMBERS, summary_of(release)
    if summary is None or not path.is_file():
        raise _unknown(release)
    node = f"{request.url_root}releases/{release.id}/changes"
    head = (
        f"<{node}> <{PREFIXES['rdf']}type> <{_PREFIXES['tree']}Node> .\n"
        f"<{release.manifest.base_iri}changes#stream> <{_PREFIXES['tree']}view> <{node}> .\n"
    )
    # N-Triples is Turtle.
    response = Response(_unpacked(head.encode(), path), direct_passthrough=True)
    response.content_length = len(head.encode()) + summary.members_bytes
    response.headers["Content-Type"] = content_type(media_type)
    response.headers["Link"] = link_header([("/changes", 'rel="start"')])
    tag = entity_tag(release.id, "step", request.url_root, media_type)
    return with_validators(response, tag, release, FOR_GOOD)


@blueprint.get("/releases/<release_id>/changes.rdfp.gz")
@answers(GZIP)
def patch(release_id: str) -> Response:
    """Return a step as RDF Patch, gzipped: the quads removed and added."""
    release = release_named(release_id)
    path, summary = changes_path(release.path) / PATCH, summary_of(release)
    if summary is None or not path.is_file():
        raise _unknown(release)
    tag = entity_tag(release.id, summary.previous, "patch")
    name = f"erqi-{summary.previous}-to-{release.id}.rdfp.gz"
    return file_response(path, GZIP, tag, built_at(release), FOR_GOOD, name)


def _unpacked(head: bytes, path: Path) -> Iterator[bytes]:
    """Yield a head and what a packed file holds, a piece at a time."""
    yield head
    with gzip.open(path, "rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _unknown(release: Release) -> NotFound:
    return NotFound(
        f"What changed to release {release.id} was not recorded: it is the first one, or too much "
        "changed. Compare the dumps."
    )


def _stream(known: list[Step], root: str) -> Iterator[ox.Triple]:
    """Yield the stream and its first node: a relation for each step, by its time."""
    stream, view = f"{service().names.base_iri}changes#stream", f"{root}changes"
    yield _link(stream, "rdf:type", "ldes:EventStream")
    yield _link(stream, "ldes:timestampPath", "dcterms:created")
    yield _link(stream, "ldes:versionOfPath", "dcterms:isVersionOf")
    yield _link(stream, "tree:view", view)
    yield _link(view, "rdf:type", "tree:Node")
    yield _link(view, "rdf:type", "ldes:EventSource")
    if known:
        policy = f"{view}#kept"
        yield _link(view, "ldes:retentionPolicy", policy)
        yield _link(policy, "rdf:type", "ldes:PointInTimePolicy")
        yield _time(policy, "ldes:pointInTime", known[-1].release)
    for one in reversed(known):
        # All members of a page were created at one time.
        for kind in ("GreaterThanOrEqualToRelation", "LessThanOrEqualToRelation"):
            relation = f"{view}#{kind[0].lower()}-{one.release.id}"
            yield _link(view, "tree:relation", relation)
            yield _link(relation, "rdf:type", f"tree:{kind}")
            yield _link(relation, "tree:path", "dcterms:created")
            yield _link(relation, "tree:node", f"{root}releases/{one.release.id}/changes")
            yield _time(relation, "tree:value", one.release)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(_node(subject), _node(predicate), _node(target))


def _time(subject: str, predicate: str, release: Release) -> ox.Triple:
    date_time = _node("xsd:dateTime")
    literal = ox.Literal(release.manifest.built, datatype=date_time)
    return ox.Triple(_node(subject), _node(predicate), literal)


def _node(name: str) -> ox.NamedNode:
    prefix, colon, local = name.partition(":")
    return ox.NamedNode(_PREFIXES[prefix] + local if colon and prefix in _PREFIXES else name)
