"""`/fragments`: Triple Pattern Fragments, as RDF for clients and as a page with a form."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, request

from erqi_kg import __version__
from erqi_kg.errors import BadRequest
from erqi_kg.sparql.media_types import DATASET_MEDIA_TYPES
from erqi_kg.web.api.paging import number_of
from erqi_kg.web.fragments.answering import MOST_PAGES, PAGE_SIZE, fragment_of
from erqi_kg.web.fragments.controls import (
    PATH,
    PREFIXES_OF_FRAGMENTS,
    Addresses,
    about,
    metadata,
    topic,
)
from erqi_kg.web.fragments.pattern import GRAPH, POSITIONS, read_pattern
from erqi_kg.web.http.conditional import (
    ALWAYS_ASK,
    PINNED,
    entity_tag,
    is_fresh,
    not_modified,
    with_validators,
)
from erqi_kg.web.http.formats import GRAPH_ALIASES, JSON_LD, content_type, named_format, offers_of
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import GRAPH_OFFERS, Field, absolute_iri, answers, or_empty, text
from erqi_kg.web.service import pin_release, service
from erqi_kg.web.showing.pages import display, fresh_page, link_header, page
from erqi_kg.web.showing.parameters import check_parameters
from erqi_kg.web.showing.terms import Term

blueprint = Blueprint("fragments", __name__)

_IN_A_QUERY = "%/:?@!$&'(),;=*+-._~"
"""What a query holds as it is, percent-encoded parts among it (RFC 3986, 3.4)."""
_WITH_GRAPHS = frozenset((*DATASET_MEDIA_TYPES, JSON_LD))
_TERM = 'an IRI, "text", "text"@language or "text"^^datatype; a variable or nothing: any'
_FIELDS = (
    *(text(name, _TERM) for name in POSITIONS),
    or_empty(absolute_iri(GRAPH, "a named graph, in place of the default graph")),
    Field("page", "page of the fragment, from 1",
          {"type": "integer", "minimum": 1, "maximum": MOST_PAGES, "default": 1}),
    text("release", "id of an older release"),
    text("format", "overrides Accept, as at /sparql"),
)  # fmt: skip


@blueprint.get(f"/{PATH}")
@answers(*GRAPH_OFFERS, HTML, errors=(400, 404), fields=_FIELDS)
def fragments() -> Response:
    """Return the triples that match a pattern, page by page, with controls."""
    check_parameters(field.name for field in _FIELDS)
    wanted = request.args.get("release")
    if wanted:
        pin_release(wanted)
    pattern = read_pattern(request.args, service().names)
    number = number_of(request.args.get("page", "1"), "page", 1, MOST_PAGES)
    media_type = _media_type()
    freshness = PINNED if wanted else ALWAYS_ASK
    release = service().release
    tag = entity_tag(release.id, __version__, _address(), media_type, freshness)
    fresh = fresh_page() if media_type == HTML else None
    if media_type != HTML and is_fresh(request, tag):
        fresh = not_modified(tag, release, freshness)
    if fresh is not None:
        return fresh
    addresses = Addresses(
        request.url_root, _address(), fragment_of(pattern, number), service().has_releases
    )
    if media_type == HTML:
        return _page(addresses)
    response = _document(addresses, media_type)
    if addresses.fragment.release != release.id:  # another was published meanwhile
        response.headers["Cache-Control"] = "no-store"
        return response
    return with_validators(response, tag, release, freshness)


def _media_type() -> str:
    wanted = request.args.get("format")
    if wanted:
        return named_format(wanted, graph=True)
    return preferred_media_type(request.accept_mimetypes, list(offers_of(graph=True)))


def _address() -> str:
    """Return the address of this page as the client wrote it: clients look for it in the answer.

    Raises:
        BadRequest: it is no IRI.
    """
    query = quote(request.query_string, safe=_IN_A_QUERY)
    address = f"{request.url_root}{PATH}" + (f"?{query}" if query else "")
    try:
        return ox.NamedNode(address).value
    except ValueError as error:
        raise BadRequest(f"The address is no IRI: {error}") from error


def _document(addresses: Addresses, media_type: str) -> Response:
    engine_type = GRAPH_ALIASES.get(media_type, media_type).partition(";")[0]
    form = ox.RdfFormat.from_media_type(engine_type)
    if form is None:
        raise ValueError(f"{media_type} holds no graph")
    told = [*metadata(addresses), topic(addresses)]
    triples = [*addresses.fragment.triples, *told]
    statements: list[ox.Triple] | list[ox.Quad] = triples
    if engine_type in _WITH_GRAPHS:
        graph = about(addresses)
        statements = [_in(None, one) for one in addresses.fragment.triples]
        statements += [_in(graph, one) for one in told]
    prefixes = PREFIXES_OF_FRAGMENTS | service().names.prefixes()
    body = ox.serialize(statements, format=form, prefixes=prefixes)
    response = Response(body)
    response.headers["Content-Type"] = content_type(media_type)
    links = [(address, f'rel="{name}"') for name, address in addresses.others()]
    response.headers["Link"] = link_header(links)
    return response


def _in(graph: ox.NamedNode | None, triple: ox.Triple) -> ox.Quad:
    """Return a triple as it stands in a graph; None: the default graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _page(addresses: Addresses) -> Response:
    fragment, shown = addresses.fragment, display()
    rows = [tuple(_shown(one) for one in triple) for triple in fragment.triples]
    shown.learn(term.value for row in rows for term in row if term.is_iri)
    return page(
        "fragments.html",
        fragment=fragment,
        rows=rows,
        display=shown,
        graphs=service().release.manifest.graphs,
        first=PAGE_SIZE * (fragment.number - 1) + 1,
        links={"page": fragment.number, "pages": min(fragment.pages, MOST_PAGES)},
    )


def _shown(term: object) -> Term:
    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.Literal):
        return Term("literal", term.value, term.language or "", term.datatype.value)
    return Term("bnode", str(term).removeprefix("_:"))
