"""Materialise what the ontology's hierarchies entail (RDF Schema 1.1, rdfs5, 7, 9 and 11).

Superclasses and superproperties go into a graph of their own, so that a plain query for
`schema:AdministrativeArea` finds the districts, and nobody mistakes an entailed triple for a
stated one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from erqi_kg.build.ontology import RDF_TYPE, SUB_CLASS_OF
from erqi_kg.namespaces import PREFIXES, Names

SUB_PROPERTY_OF = ox.NamedNode(PREFIXES["rdfs"] + "subPropertyOf")
GRAPH = "inferred"

Ancestors = Mapping[ox.NamedNode, frozenset[ox.NamedNode]]


def infer(quads: Iterable[ox.Quad], names: Names) -> list[ox.Quad]:
    """Return the entailed triples that no graph states, as quads of `graph/inferred`."""
    triples = {quad.triple for quad in quads}
    classes = _ancestors(triples, SUB_CLASS_OF)
    properties = _ancestors(triples, SUB_PROPERTY_OF)
    entailed: set[ox.Triple] = set()
    for triple in triples:
        for parent in properties.get(triple.predicate, ()):
            entailed.add(ox.Triple(triple.subject, parent, triple.object))
        if triple.predicate == RDF_TYPE and isinstance(triple.object, ox.NamedNode):
            for parent in classes.get(triple.object, ()):
                entailed.add(ox.Triple(triple.subject, RDF_TYPE, parent))
    graph = ox.NamedNode(names.graph(GRAPH))
    return [
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in entailed - triples
    ]


def _ancestors(triples: Iterable[ox.Triple], relation: ox.NamedNode) -> Ancestors:
    """Return the transitive closure of a hierarchy; a cycle makes its members equal."""
    parents: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for triple in triples:
        if (
            triple.predicate == relation
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.NamedNode)
        ):
            parents.setdefault(triple.subject, set()).add(triple.object)
    closed: dict[ox.NamedNode, frozenset[ox.NamedNode]] = {}
    for child in parents:
        reached: set[ox.NamedNode] = set()
        waiting = list(parents[child])
        while waiting:
            parent = waiting.pop()
            if parent not in reached:
                reached.add(parent)
                waiting += parents.get(parent, ())
        closed[child] = frozenset(reached - {child})
    return closed
