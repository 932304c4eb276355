"""`/store`, and writing at the paths of graphs (SPARQL 1.1 Graph Store HTTP Protocol)."""

from __future__ import annotations

import hashlib
import re
import uuid
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.datastructures import ETags

from erqi_kg.engine.interface import ChangeKind, ChangeRequest, Committed, QueryRequest
from erqi_kg.errors import (
    BadRequest,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    UnsupportedMediaType,
)
from erqi_kg.sparql.media_types import (
    DATASET_MEDIA_TYPES,
    EXPANDED_JSON_LD,
    MULTIPART,
    UPLOAD_MEDIA_TYPES,
)
from erqi_kg.sparql.updates import ANY_GRAPH, DEFAULT_GRAPH
from erqi_kg.web.http.codings import without_mark
from erqi_kg.web.http.conditional import ALWAYS_ASK, built_at, entity_tag, with_validators
from erqi_kg.web.http.formats import GRAPH_ALIASES, content_type, offers_of
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import (
    DEFAULT_NAME,
    GRAPH_NAME,
    GRAPH_OFFERS,
    answers,
    writes_graphs,
)
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import answer_of
from erqi_kg.web.showing.terms import iri_text
from erqi_kg.web.sparql.endpoint import whole_response
from erqi_kg.web.sparql.protocol import decoded_pairs, iri_path, is_absolute_iri, values_of
from erqi_kg.web.sparql.tokens import check_may_write
from erqi_kg.web.sparql.update import committed_response, read_upload

blueprint = Blueprint("graphstore", __name__)

_READING = ("GET", "HEAD")
_WRITING = ("PUT", "POST", "DELETE")
_KINDS: dict[str, ChangeKind] = {"PUT": "replace", "POST": "merge", "DELETE": "drop"}
_NAMES = (GRAPH_NAME, DEFAULT_NAME)
_POSTED = (*UPLOAD_MEDIA_TYPES, *DATASET_MEDIA_TYPES, MULTIPART)
_TAG = re.compile(r"([a-z-]+)\.[0-9a-f]{32}")


@blueprint.route("/store", methods=[*_READING, *_WRITING])
@answers(*GRAPH_OFFERS, fields=_NAMES, errors=(400, 404))
@writes_graphs(_NAMES, UPLOAD_MEDIA_TYPES, _POSTED)
def store() -> Response:
    """Read or write the graph that `graph` or `default` names (4.2), or the whole store."""
    target = _indirect_target()
    if target == ANY_GRAPH:
        return _whole_store()
    return graph_document(target) if request.method in _READING else _write(target)


@blueprint.route("/graph/<path:path>", methods=_WRITING)
@writes_graphs((), UPLOAD_MEDIA_TYPES, (*UPLOAD_MEDIA_TYPES, MULTIPART))
def graph(path: str) -> Response:
    """Write the graph whose IRI has this path (4.1)."""
    return _write(service().names.graph(iri_path(path)))


@blueprint.route("/store/<path:path>", methods=[*_READING, *_WRITING])
@answers(*GRAPH_OFFERS)
@writes_graphs((), UPLOAD_MEDIA_TYPES, (*UPLOAD_MEDIA_TYPES, MULTIPART))
def direct(path: str) -> Response:
    """Read or write the graph whose IRI is this very address (4.1); in plain mode only."""
    if not service().settings.plain:
        raise NotFound(f"Graphs have the paths of their IRIs here, not /store/{path}.")
    target = f"{request.url_root}store/{iri_path(path)}"
    return graph_document(target) if request.method in _READING else _write(target)


def graph_document(graph_iri: str) -> Response:
    """Return a graph that clients write.

    Raises:
        NotFound: there is none.
        NotAcceptable: none of the formats is wanted.
    """
    offers = [offer for offer in offers_of(graph=True) if offer != HTML]
    media_type = preferred_media_type(request.accept_mimetypes, offers)
    if graph_iri != DEFAULT_GRAPH and not _exists(graph_iri):
        raise NotFound(f"There is no graph <{graph_iri}>.")
    body = _read(graph_iri, media_type)
    response = Response(body)
    response.headers["Content-Type"] = content_type(media_type)
    response.headers["Cache-Control"] = ALWAYS_ASK
    response.set_etag(_tag(body, media_type))
    response.last_modified = built_at(service().release)
    return response


def _indirect_target() -> str:
    """Return the graph that the query string names; `ANY_GRAPH` when it names none.

    Raises:
        BadRequest: both, one of them twice, a relative IRI; or none where one is needed.
    """
    pairs = decoded_pairs(request.query_string, "The query string")
    graphs, defaults = values_of(pairs, "graph"), values_of(pairs, "default")
    if len(graphs) + len(defaults) > 1:
        raise BadRequest("Name one graph: ?default, or ?graph= with its IRI.")
    if defaults:
        return DEFAULT_GRAPH
    if graphs:
        if not is_absolute_iri(graphs[0]):
            raise BadRequest(f"graph: {graphs[0]!r} is not an absolute IRI.")
        return graphs[0]
    named = {media_range.partition(";")[0] for media_range, _ in request.accept_mimetypes}
    is_dump = request.method in _READING and not named.isdisjoint(DATASET_MEDIA_TYPES)
    if request.method == "POST" or is_dump:
        return ANY_GRAPH
    raise BadRequest(
        "Name one graph: ?default, or ?graph= with its IRI. The whole store is there as "
        f"{' or '.join(DATASET_MEDIA_TYPES)}."
    )


def _whole_store() -> Response:
    if request.method == "POST":
        return _write_somewhere()
    media_type = preferred_media_type(request.accept_mimetypes, list(DATASET_MEDIA_TYPES))
    answer = service().engine.answer(QueryRequest("", media_type, is_whole_store=True))
    tag = entity_tag(answer.release, "store", media_type)
    release = service().release_of(answer.release)
    return with_validators(whole_response(answer, media_type), tag, release)


def _write_somewhere() -> Response:
    """Make a graph of the document with a new IRI (5.5), or merge a dataset's graphs."""
    check_may_write(request, service().settings)
    media_type = _upload_type((*UPLOAD_MEDIA_TYPES, *DATASET_MEDIA_TYPES))
    if media_type in DATASET_MEDIA_TYPES:
        change = ChangeRequest("merge", read_upload(), ANY_GRAPH, media_type)
        return committed_response(service().engine.change(change))
    name = uuid.uuid4().hex
    iri, path = f"{service().names.workspace}{name}", f"/graph/workspace/{name}"
    if service().settings.plain:
        path = f"/store/{name}"
        iri = request.url_root.rstrip("/") + path
    change = ChangeRequest("merge", read_upload(), iri, media_type)
    response = committed_response(service().engine.change(change), HTTPStatus.CREATED)
    response.headers["Location"] = path
    return response


def _write(target: str) -> Response:
    settings = service().settings
    check_may_write(request, settings)
    kind = _KINDS[request.method]
    media_type, body = "", b""
    if kind != "drop":
        media_type = _upload_type(UPLOAD_MEDIA_TYPES)
        body = read_upload()
    unchanged_since = _check_conditions(target)
    committed = service().engine.change(
        ChangeRequest(kind, body, target, media_type, unchanged_since=unchanged_since)
    )
    if kind == "drop" and not committed.existed:
        raise NotFound(f"There is no graph <{target}>.")
    return _written(committed, is_new=kind != "drop" and not committed.existed)


def _written(committed: Committed, *, is_new: bool) -> Response:
    if is_new:
        return committed_response(committed, HTTPStatus.CREATED)
    response = Response(status=HTTPStatus.NO_CONTENT)
    del response.headers["Content-Type"]
    response.headers["Cache-Control"] = "no-store"
    return response


def _upload_type(accepted: tuple[str, ...]) -> str:
    """Return the media type of the body.

    Raises:
        UnsupportedMediaType: it is none of these.
        BadRequest: only a part of a graph is sent (RFC 9110, 14.5).
    """
    if "Content-Range" in request.headers:
        raise BadRequest("A part of a graph cannot be written: send it whole.")
    media_type = GRAPH_ALIASES.get(request.mimetype, request.mimetype)
    if media_type == MULTIPART and request.method == "POST":
        return request.content_type or MULTIPART
    if media_type not in accepted:
        raise UnsupportedMediaType(
            f"Send RDF as one of {', '.join(accepted)}, not as "
            f"{request.mimetype or 'a body without a type'}.",
            headers={"Accept-Post": ", ".join(accepted)},
        )
    return media_type


def _check_conditions(target: str) -> int | None:
    """Return the commit since which the graph must be unchanged (RFC 9110, 13.1).

    Raises:
        PreconditionFailed: the graph is not what the client believes it is.
    """
    wanted, unwanted = request.if_match, request.if_none_match
    if not wanted and not unwanted:
        return None
    commit = service().release.commit
    exists = target == DEFAULT_GRAPH or _exists(target)
    if wanted and not (exists and (wanted.star_tag or _is_current(target, wanted))):
        raise PreconditionFailed("The graph is not what If-Match says; fetch it again.")
    if unwanted and exists and (unwanted.star_tag or _is_current(target, unwanted)):
        raise PreconditionFailed("The graph is there already, as If-None-Match says.")
    return commit


def _is_current(target: str, tags: ETags) -> bool:
    for tag in tags.as_set(include_weak=True):
        plain = without_mark(tag.removeprefix("W/").strip('"'))
        found = _TAG.fullmatch(plain)
        media_type = _MARKS_BACK.get(found[1]) if found else None
        if media_type and _tag(_read(target, media_type), media_type) == plain:
            return True
    return False


def _tag(body: bytes, media_type: str) -> str:
    """Return the strong tag of a graph in a media type, which it names."""
    return f"{_MARKS[media_type]}.{hashlib.sha256(body).hexdigest()[:32]}"


def _mark(media_type: str) -> str:
    return re.sub(r"[^a-z]+", "-", media_type)


_MARKS = {offer: _mark(offer) for offer in (*offers_of(graph=True), EXPANDED_JSON_LD)}
_MARKS_BACK = {mark: media_type for media_type, mark in _MARKS.items()}


def _read(graph_iri: str, media_type: str) -> bytes:
    form = GRAPH_ALIASES.get(media_type, media_type)
    if graph_iri == DEFAULT_GRAPH:
        return answer_of("default-graph", media_type=form).read()
    return answer_of("graph", {"graph": iri_text(graph_iri)}, form).read()


def _exists(graph_iri: str) -> bool:
    # Of a remote engine only a triple can be asked for: not all of them know empty graphs.
    pattern = "?s ?p ?o" if service().settings.remote_query_url else ""
    text = f"ASK {{ GRAPH {iri_text(graph_iri)} {{ {pattern} }} }}"
    return b"true" in service().engine.answer(QueryRequest(text, "text/csv")).read()


@blueprint.route("/store", methods=["PATCH"])
def patch() -> Response:
    """Refuse PATCH, saying what to use (5.7 leaves it open)."""
    raise MethodNotAllowed(
        "PATCH is not offered; send a SPARQL update to /update.",
        headers={"Allow": ", ".join(sorted({*_READING, *_WRITING, "OPTIONS"}))},
    )
