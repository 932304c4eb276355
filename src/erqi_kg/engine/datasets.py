"""The dataset of a query, with sets for graphs (SPARQL 1.1 Query, 13; Protocol, 2.1.4).

The engine's own union of several default graphs repeats the triples they share, so several
graphs are merged here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from erqi_kg.sparql.scan import Scan


@dataclass(frozen=True)
class Dataset:
    """A store and the graphs of it that a query sees; None: those the query's text names."""

    store: ox.Store
    default_graph: ox.NamedNode | ox.DefaultGraph | list[ox.NamedNode] | None = None
    named_graphs: list[ox.NamedNode] | None = None


Graphs: TypeAlias = tuple[str, ...] | None


def graphs_of(scan: Scan, default_graphs: Graphs, named_graphs: Graphs) -> tuple[Graphs, Graphs]:
    """Return the default and named graphs; None twice where the engine reads the text right.

    Args:
        scan: of the query.
        default_graphs: of the request; they go before the text's (SPARQL 1.1 Protocol, 2.1.4).
        named_graphs: likewise.
    """
    if default_graphs is not None or named_graphs is not None:
        return default_graphs or (), named_graphs or ()
    if len(scan.default_graphs) > 1:
        return scan.default_graphs, scan.named_graphs
    return None, None


def dataset_of(
    store: ox.Store,
    default_graphs: Graphs,
    named_graphs: Graphs,
    *,
    names_graphs: bool,
) -> Dataset:
    """Return the dataset made of these graphs; absent graphs are empty.

    Args:
        store: where the graphs are.
        default_graphs: IRIs of the graphs that are merged into the default graph; None with
            None for `named_graphs`: as the store has it.
        named_graphs: IRIs of the named graphs.
        names_graphs: the query uses GRAPH, so the named graphs matter.

    Raises:
        ValueError: not an IRI.
    """
    if default_graphs is None and named_graphs is None:
        return Dataset(store)
    merged = [ox.NamedNode(iri) for iri in dict.fromkeys(default_graphs or ())]
    named = [ox.NamedNode(iri) for iri in dict.fromkeys(named_graphs or ())]
    if len(merged) < 2:
        return Dataset(store, merged[0] if merged else [], named)
    copy = ox.Store()
    for graph in merged:
        copy.extend(
            ox.Quad(quad.subject, quad.predicate, quad.object)
            for quad in store.quads_for_pattern(None, None, None, graph)
        )
    for graph in named if names_graphs else ():
        copy.extend(store.quads_for_pattern(None, None, None, graph))
    return Dataset(copy, ox.DefaultGraph(), named)
