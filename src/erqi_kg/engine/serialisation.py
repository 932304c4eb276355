"""Write results in the media type the client asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import IO, TypeAlias

import pyoxigraph as ox

from erqi_kg.engine.compaction import HOLDER, compact_document
from erqi_kg.sparql.media_types import JSON_LD

_PEEKED = 2_000
"""So many triples are looked at to choose the prefixes that are declared."""
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"  # Turtle writes `a`
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_PREFIXED = frozenset(("text/turtle", "application/trig", "application/rdf+xml"))

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def serialise(
    results: Results,
    media_type: str,
    prefixes: Mapping[str, str],
    output: IO[bytes],
    jsonld_triples: int,
) -> None:
    """Write the results of a query.

    Args:
        results: the results.
        media_type: it must fit their kind.
        prefixes: those that may be declared.
        output: what is written to.
        jsonld_triples: JSON-LD of more triples stays expanded.
    """
    if not isinstance(results, ox.QueryTriples):
        form = ox.QueryResultsFormat.from_media_type(media_type)
        if form is None:
            raise ValueError(f"{media_type} does not hold solutions")
        results.serialize(output, format=form)
        return
    serialise_triples(results, media_type, prefixes, output, jsonld_triples)


def serialise_triples(
    triples: Iterable[ox.Triple],
    media_type: str,
    prefixes: Mapping[str, str],
    output: IO[bytes],
    jsonld_triples: int,
) -> None:
    """Write triples, wherever they come from; see `serialise`."""
    graph_form = ox.RdfFormat.from_media_type(media_type)
    if graph_form is None:
        raise ValueError(f"{media_type} does not hold a graph")
    found = iter(triples)
    if media_type == JSON_LD:
        _write_compacted(found, output, jsonld_triples)
        return
    if media_type not in _PREFIXED:
        if isinstance(triples, ox.QueryTriples):
            triples.serialize(output, format=graph_form)
        else:
            ox.serialize(found, output, format=graph_form)
        return
    first = list(islice(found, _PEEKED))
    ox.serialize(
        chain(first, found),
        output,
        format=graph_form,
        prefixes=_used(first, prefixes),
    )


def _write_compacted(results: Iterator[ox.Triple], output: IO[bytes], most: int) -> None:
    """Write JSON-LD with the context of the release; a large answer stays expanded."""
    first = list(islice(results, most + 1))
    if len(first) <= most:
        document = compact_document(first, HOLDER.context)
        if document is not None:
            output.write(document)
            return
    ox.serialize(chain(first, results), output, format=ox.RdfFormat.JSON_LD)


def serialise_quads(
    quads: Iterable[ox.Quad], media_type: str, prefixes: Mapping[str, str], output: IO[bytes]
) -> None:
    """Write quads in a media type that holds named graphs."""
    form = ox.RdfFormat.from_media_type(media_type)
    if form is None:
        raise ValueError(f"{media_type} does not hold named graphs")
    used = dict(prefixes) if form == ox.RdfFormat.TRIG else None
    ox.serialize(quads, output, format=form, prefixes=used)


def _used(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris = {
        node.value
        for triple in triples
        for node in (triple.subject, triple.predicate, triple.object, _datatype(triple.object))
        if isinstance(node, ox.NamedNode) and node.value != _TYPE
    }
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if any(iri.startswith(namespace) for iri in iris)
    }


def _datatype(term: object) -> ox.NamedNode | None:
    if not isinstance(term, ox.Literal) or term.language or term.datatype.value == _STRING:
        return None
    return term.datatype
