"""The formats of answers: media types, short names, file extensions, headers."""

from __future__ import annotations

from collections.abc import Mapping

from erqi_kg.errors import BadRequest, NotAcceptable
from erqi_kg.sparql.media_types import GRAPH_MEDIA_TYPES, RESULT_MEDIA_TYPES
from erqi_kg.web.http.negotiation import HTML

JSON_RESULTS, XML_RESULTS, CSV, TSV = RESULT_MEDIA_TYPES
TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS = GRAPH_MEDIA_TYPES

EXTENSIONS: Mapping[str, str] = {
    "ttl": TURTLE,
    "nt": N_TRIPLES,
    "jsonld": JSON_LD,
    "rdf": RDF_XML,
    "html": HTML,
}
"""Extensions of documents; ids have no dot, so the last `.ext` is always a format."""

RESULT_ALIASES: Mapping[str, str] = {
    "application/json": JSON_RESULTS,
    "application/xml": XML_RESULTS,
    "text/xml": XML_RESULTS,
}
GRAPH_ALIASES: Mapping[str, str] = {
    "application/json": JSON_LD,
    "application/xml": RDF_XML,
    "text/xml": RDF_XML,
    "text/n3": TURTLE,
}

_RESULT_NAMES = {
    "json": JSON_RESULTS,
    "xml": XML_RESULTS,
    "csv": CSV,
    "tsv": TSV,
}
_GRAPH_NAMES = {
    "turtle": TURTLE,
    "ttl": TURTLE,
    "n3": TURTLE,
    "nt": N_TRIPLES,
    "ntriples": N_TRIPLES,
    "jsonld": JSON_LD,
    "json-ld": JSON_LD,
    "json": JSON_LD,
    "rdf": RDF_XML,
    "rdf+xml": RDF_XML,
    "rdfxml": RDF_XML,
    "xml": RDF_XML,
    "trig": TRIG,
    "nq": N_QUADS,
    "nquads": N_QUADS,
}
SHORT_NAMES = tuple(dict.fromkeys((*_RESULT_NAMES, *_GRAPH_NAMES, "html")))


def offers_of(*, graph: bool) -> dict[str, str]:
    """Return what answers a query: media types offered, best first, to the engine's own.

    A page is made from JSON, or from Turtle.
    """
    own = GRAPH_MEDIA_TYPES if graph else RESULT_MEDIA_TYPES
    aliases = GRAPH_ALIASES if graph else RESULT_ALIASES
    page = {HTML: TURTLE if graph else JSON_RESULTS}
    return {media_type: media_type for media_type in own} | page | dict(aliases)


def named_format(name: str, *, graph: bool) -> str:
    """Return the media type that `format=` names: short names or media types, best first.

    Raises:
        BadRequest: nobody knows the name.
        NotAcceptable: the format does not fit the form of the query.
    """
    offers = offers_of(graph=graph)
    short = (_GRAPH_NAMES if graph else _RESULT_NAMES) | {"html": HTML}
    wanted = [part.strip().lower() for part in name.split(",")]
    for part in wanted:
        if part in short:
            return short[part]
        if part in offers:
            return part
    if any(part in SHORT_NAMES or part in offers_of(graph=not graph) for part in wanted):
        raise NotAcceptable(list(offers))
    raise BadRequest(
        f"The format {name!r} is unknown; use one of {', '.join(SHORT_NAMES)}, or a media type."
    )


def content_type(media_type: str) -> str:
    """Return the Content-Type header of a media type; all our text is UTF-8."""
    if "charset=" in media_type or not media_type.startswith("text/"):
        return media_type
    return f"{media_type}; charset=utf-8"
