"""Answer with RDF about the service itself, and with the page that asks for a query."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from flask import Response, request

from erqi_kg import __version__
from erqi_kg.web.http.conditional import entity_tag, is_fresh, not_modified, with_validators
from erqi_kg.web.http.formats import GRAPH_ALIASES, content_type, named_format, offers_of
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import query_text
from erqi_kg.web.showing.pages import display, page
from erqi_kg.web.sparql.holdings import holdings_of
from erqi_kg.web.sparql.statements import PREFIXES_OF_DESCRIPTIONS, Endpoint, service_description


def describe_service(wanted: str | None) -> Response:
    """Return the service description, as RDF or as a page with a form for a query.

    Args:
        wanted: the `format` parameter.
    """
    if wanted is not None:
        media_type = named_format(wanted, graph=True)
    else:
        media_type = preferred_media_type(request.accept_mimetypes, list(offers_of(graph=True)))
    release = service().release
    if media_type == HTML:
        shown = None if service().settings.plain else display()
        if shown:
            shown.learn(release.manifest.graphs)
        return page(
            "sparql.html",
            display=shown,
            settings=service().settings,
            example=query_text("example", release.manifest.base_iri),
        )
    settings = service().settings
    endpoint = Endpoint(
        request.url_root,
        holdings_of(release, plain=settings.plain),
        is_plain=settings.plain,
        is_writable=settings.update_token is not None,
        is_federated=bool(settings.service_allow),
    )
    depends_on = (endpoint.is_writable, endpoint.is_federated)
    return rdf_response(service_description(endpoint), media_type, depends_on)


def rdf_response(
    triples: Iterable[ox.Triple], media_type: str, depends_on: object = None
) -> Response:
    """Return triples in a media type, with the validators of the release.

    Args:
        triples: what is stated.
        media_type: an offered one.
        depends_on: what they depend on beside the release and the address.
    """
    release = service().release
    tag = entity_tag(release.id, __version__, request.url, media_type, depends_on)
    if is_fresh(request, tag):
        return not_modified(tag, release)
    form = ox.RdfFormat.from_media_type(GRAPH_ALIASES.get(media_type, media_type))
    if form is None:
        raise ValueError(f"{media_type} holds no graph")
    response = Response(ox.serialize(triples, format=form, prefixes=PREFIXES_OF_DESCRIPTIONS))
    response.headers["Content-Type"] = content_type(media_type)
    return with_validators(response, tag, release)
