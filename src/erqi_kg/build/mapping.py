"""Records + context = JSON-LD = quads (JSON-LD 1.1, read by the store's own parser)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from erqi_kg.build.context import Context
from erqi_kg.build.records import Record
from erqi_kg.errors import RecordInvalid
from erqi_kg.namespaces import Names


def records_to_quads(
    records: Sequence[Record], context: Context, names: Names, graph: str
) -> list[ox.Quad]:
    """Return the quads of records in one named graph.

    Raises:
        RecordInvalid: a value made a blank node or could not be read.
    """
    document = {
        "@context": context.definitions,
        "@graph": [record.to_jsonld() for record in records],
    }
    text = json.dumps(document, ensure_ascii=False)
    graph_name = ox.NamedNode(graph)
    try:
        parsed = ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=names.things)
        quads = [ox.Quad(q.subject, q.predicate, q.object, graph_name) for q in parsed]
    except (SyntaxError, ValueError) as error:
        file = records[0].file if records else ""
        raise RecordInvalid(f"cannot be mapped: {error}", file) from error
    refuse_blank_nodes(quads, records[0].file if records else "")
    return quads


def refuse_blank_nodes(quads: Iterable[ox.Quad], file: str) -> None:
    """Raise when a blank node would reach the release.

    Raises:
        RecordInvalid: with the predicate it hangs on.
    """
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            raise RecordInvalid(
                f"a blank node at {quad.predicate.value}: give it an IRI, so that it can be cited",
                file,
            )
