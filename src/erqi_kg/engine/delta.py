"""What a change does to a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from erqi_kg.sparql.updates import ANY_GRAPH, DEFAULT_GRAPH

Quads = set[ox.Quad]
Graph = ox.NamedNode | ox.DefaultGraph


@dataclass
class Delta:
    """What a change does to a store."""

    added: Quads = field(default_factory=set)
    removed: Quads = field(default_factory=set)
    created: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    existed: bool = False
    """The graph of a graph store operation was there before."""

    def to_lines(self) -> tuple[bytes, bytes]:
        """Return the removed and the added quads as sorted N-Quads."""
        return _lines(self.removed), _lines(self.added)

    def counts(self) -> dict[str, list[int]]:
        """Return the quads added and removed by graph; "" is the default graph."""
        counts: dict[str, list[int]] = {}
        for at, quads in enumerate((self.added, self.removed)):
            for quad in quads:
                counts.setdefault(name_of(quad.graph_name), [0, 0])[at] += 1
        return counts


def difference(store: ox.Store, touched: set[str], act: Callable[[], None]) -> Delta:
    """Return what an action does to the graphs it may touch."""
    known, before = named_graphs(store), set(quads_of(store, touched))
    act()
    after, now = set(quads_of(store, touched)), named_graphs(store)
    watched = None if ANY_GRAPH in touched else touched
    return Delta(
        added=after - before,
        removed=before - after,
        created=_named(now - known, watched),
        dropped=_named(known - now, watched),
    )


def _named(graphs: Iterable[ox.NamedNode | ox.BlankNode], watched: set[str] | None) -> list[str]:
    names = sorted(graph.value for graph in graphs)
    return [name for name in names if watched is None or name in watched]


def quads_of(store: ox.Store, graphs: set[str]) -> Iterator[ox.Quad]:
    """Yield the quads of these graphs: IRIs, `DEFAULT_GRAPH`, `ANY_GRAPH`."""
    if ANY_GRAPH in graphs:
        yield from store
        return
    for name in graphs:
        graph: Graph = ox.DefaultGraph() if name == DEFAULT_GRAPH else ox.NamedNode(name)
        yield from store.quads_for_pattern(None, None, None, graph)


def named_graphs(store: ox.Store) -> set[ox.NamedNode | ox.BlankNode]:
    """Return the names of all graphs, empty ones too."""
    return set(store.named_graphs())


def name_of(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    """Return the IRI of a graph; "" is the default graph."""
    return "" if isinstance(graph, ox.DefaultGraph) else graph.value


def _lines(quads: Quads) -> bytes:
    lines = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(lines))
