"""Read triples into a graph of rdflib."""

from __future__ import annotations

import pyoxigraph as ox
import rdflib
from rdflib.exceptions import ParserError

from erqi_kg.errors import RemoteFailed


def graph_of(body: bytes, media_type: str) -> rdflib.Graph:
    """Return the triples of a document.

    Raises:
        RemoteFailed: it is not of its media type, or not whole.
    """
    form = ox.RdfFormat.from_media_type(media_type)
    try:
        # rdflib's own reader of Turtle fails in many ways where a document ends too early.
        triples = (quad.triple for quad in ox.parse(body, format=form, lenient=True))
        lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        return rdflib.Graph().parse(data=lines or b"", format="nt")
    except (SyntaxError, ParserError, ValueError) as error:
        raise RemoteFailed(f"the answer is not whole {media_type}: {error}") from error
