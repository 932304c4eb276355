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
    held = list(quads)
    classes = _ancestors(held, SUB_CLASS_OF)
    properties = _ancestors(held, SUB_PROPERTY_OF)
    entailed: set[ox.Triple] = set()
    stated: set[ox.Triple] = set()
    entailable = {RDF_TYPE, *(parent for parents in properties.values() for parent in parents)}
    for quad in held:
        predicate = quad.predicate
        if predicate in entailable:
            stated.add(quad.triple)
        for parent in properties.get(predicate, ()):
            entailed.add(ox.Triple(quad.subject, parent, quad.object))
        if predicate == RDF_TYPE and isinstance(quad.object, ox.NamedNode):
            for parent in classes.get(quad.object, ()):
                entailed.add(ox.Triple(quad.subject, RDF_TYPE, parent))
    graph = ox.NamedNode(names.graph(GRAPH))
    return [
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in entailed - stated
    ]


def _ancestors(quads: Iterable[ox.Quad], relation: ox.NamedNode) -> Ancestors:
    """Return the transitive closure of a hierarchy; a cycle makes its members equal."""
    parents: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for quad in quads:
        if (
            quad.predicate == relation
            and isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode)
        ):
            parents.setdefault(quad.subject, set()).add(quad.object)
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
