"""Read an uploaded RDF document, in a process that may be lost over it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

import pyoxigraph as ox

from erqi_kg.errors import BadRequest, MalformedData
from erqi_kg.sparql.updates import ANY_GRAPH, DEFAULT_GRAPH

_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PLACE = re.compile(r"at line (\d+)(?: between columns| column) (\d+)")
_DEEPEST_TERM = 8


def parsed(body: bytes, media_type: str, base_iri: str, *, into: str) -> Iterator[ox.Quad]:
    """Yield the quads of a document.

    Args:
        body: the document.
        media_type: of one graph or, into `ANY_GRAPH`, of a dataset.
        base_iri: of relative IRIs.
        into: the graph its default graph becomes: an IRI, `DEFAULT_GRAPH`, or `ANY_GRAPH`
            where named graphs keep their names.

    Raises:
        MalformedData: it is not such a document, with line and column.
        BadRequest: it declares XML entities, or named graphs where one graph is meant.
    """
    form = ox.RdfFormat.from_media_type(media_type)
    if form is None:
        raise BadRequest(f"{media_type} is no RDF format.")
    if form == ox.RdfFormat.RDF_XML and _ENTITY.search(body):
        raise BadRequest("XML entities are not expanded here; write their text instead.")
    if form == ox.RdfFormat.RDF_XML:
        _check_xml(body)
    keeps_graphs = into == ANY_GRAPH
    graph = ox.DefaultGraph() if into in (DEFAULT_GRAPH, ANY_GRAPH) else ox.NamedNode(into)
    try:
        for quad in ox.parse(body, format=form, base_iri=base_iri, rename_blank_nodes=True):
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                if not keeps_graphs:
                    raise BadRequest("The document has named graphs; send one graph.")
                graph_name = quad.graph_name
            else:
                graph_name = graph
            _check_term(quad.object)
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph_name)
    except SyntaxError as error:
        raise _malformed(error) from error
    except ValueError as error:
        raise BadRequest(f"The document cannot be read: {error}.") from error


def _check_xml(body: bytes) -> None:
    """Refuse what is no whole XML document: the library does not miss closing tags at its end."""
    try:
        ParserCreate().Parse(body, True)
    except ExpatError as error:
        raise MalformedData(
            f"The document is not well-formed: {ErrorString(error.code)}.",
            error.lineno,
            error.offset + 1,
        ) from error


def _check_term(term: object) -> None:
    for _ in range(_DEEPEST_TERM):
        if not isinstance(term, ox.Triple):
            return
        term = term.object
    raise BadRequest(f"Triple terms are nested more than {_DEEPEST_TERM} deep.")


def _malformed(error: SyntaxError) -> MalformedData:
    message = str(error)
    line, column = error.lineno, error.offset
    found = _PLACE.search(message)
    if line is None and found:
        line, column = int(found[1]), int(found[2])
    return MalformedData(f"The document is not well-formed: {message}.", line, column)
