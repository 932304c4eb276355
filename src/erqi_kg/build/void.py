"""Describe the release in its own store: VoID, computed from the triples it holds.

The description is part of what it counts, so it is computed until it states its own size; a
count of different objects that changes by being stated is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from erqi_kg.build.linksets import linksets
from erqi_kg.build.ntriples import Subject, Triple, expanded, iri_in, term
from erqi_kg.build.voidcounts import Counted, Partitions, totals_of
from erqi_kg.build.voidnames import VoidNames
from erqi_kg.build.voidpartitions import PartitionWriter, totals
from erqi_kg.errors import StoreError
from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.storedir import DUMP, dump_of_graph

GRAPH = "void"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
EXAMPLE = "division/410103"
"""The resource to begin with, where the data hold it."""

_DISTINCT_OBJECTS = term(expanded("void:distinctObjects"))
_FORMATS = "http://www.w3.org/ns/formats/"
_FEATURES = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
_SETTLED = 12
"""Rounds after which only the counts of different objects still change."""
_MOST_ROUNDS = 40

Graphs = Mapping[str, Sequence[Triple]]


def describe(graphs: Graphs, names: Names) -> list[Triple]:
    """Return the triples of the description, sorted.

    Args:
        graphs: triples of each other named graph, by IRI; together they are the default graph.
        names: of the release.

    Raises:
        StoreError: the counts do not settle.
    """
    described = _Described(graphs, VoidNames(names))
    stated: set[Triple] = set()
    withheld: set[tuple[bytes, bytes]] = set()
    for done in range(_MOST_ROUNDS):
        found = {one for one in described.statements(stated) if one[:2] not in withheld}
        if found == stated:
            return sorted(stated)
        if done >= _SETTLED:
            changed = {triple[:2] for triple in found ^ stated}
            withheld |= {key for key in changed if key[1] == _DISTINCT_OBJECTS}
        stated = found
    raise StoreError("the counts that describe the dataset do not settle")


class _Described:
    """The data that are described, and their own description so far."""

    def __init__(self, graphs: Graphs, void: VoidNames) -> None:
        self.void = void
        self.partitions = PartitionWriter(void)
        merge: frozenset[Triple] = frozenset().union(*graphs.values())
        self.things = void.names.things.encode()
        self.own_graph = void.names.graph(GRAPH)
        self.totals = {iri: totals_of(held, self.things) for iri, held in graphs.items()}
        described = {term(iri) for iri in (*graphs, self.own_graph, void.document, void.dataset)}
        self.shared = {one for one in merge if one[0] in described or one[2] in described}
        self.counted = Counted(self.things).with_triples(merge - self.shared)
        self.fixed = [*_dataset(void, merge, self.counted.kinds), *linksets(merge, void)]
        for iri in [*graphs, self.own_graph]:
            self.fixed += _subset(iri, void)

    def statements(self, stated: set[Triple]) -> Iterator[Triple]:
        """Yield the description of the data together with what is stated so far."""
        together = self.counted.with_triples(self.shared | stated)
        counts = together.partitions
        yield from self.fixed
        yield from totals(Subject(self.void.dataset), together.totals)
        for iri, found in self.totals.items():
            yield from totals(Subject(iri), found)
        yield from totals(Subject(self.own_graph), totals_of(stated, self.things))
        yield from _vocabularies(counts, self.void)
        yield from self.partitions.statements(counts)


def _dataset(
    void: VoidNames, merge: frozenset[Triple], typed: Collection[bytes]
) -> Iterator[Triple]:
    base, dataset = void.names.base_iri, Subject(void.dataset)
    document = Subject(void.document)
    yield document.link("rdf:type", "void:DatasetDescription")
    yield document.link("foaf:primaryTopic", dataset.iri)
    yield dataset.link("rdf:type", "void:Dataset")
    yield from dataset.texts("dcterms:title", "二七区知识图谱", "Erqi Knowledge Graph")
    yield from dataset.texts(
        "dcterms:description",
        "郑州市二七区的区划、榜单、工作部署、项目与指标，每条事实都可追溯到所依据的原文。",
        "Divisions, rankings, programmes, projects and indicators of Erqi District in "
        "Zhengzhou, every fact traceable to the words that support it.",
    )
    yield from dataset.texts(
        "dcterms:rights",
        "各命名图另有许可的，见该子集。",
        "Where a named graph has another licence, it is stated for that subset.",
    )
    yield dataset.link("dcterms:license", LICENSE)
    yield dataset.link("foaf:homepage", base)
    yield dataset.text("void:uriSpace", void.names.things)
    yield dataset.link("void:sparqlEndpoint", f"{base}sparql")
    yield dataset.link("void:dataDump", f"{base}{DUMP}")
    for feature in _FEATURES:
        yield dataset.link("void:feature", _FORMATS + feature)
    if example := _example(void.names, typed):
        yield dataset.link("void:exampleResource", example)
    for edition in _edition(void.names, merge):
        yield dataset.link("dcterms:conformsTo", edition)


def _subset(iri: str, void: VoidNames) -> Iterator[Triple]:
    subset = Subject(iri)
    yield Subject(void.dataset).link("void:subset", iri)
    yield subset.link("rdf:type", "void:Dataset")
    dump = dump_of_graph(iri.removeprefix(void.names.graph("")))
    yield subset.link("void:dataDump", void.names.base_iri + dump)


def _vocabularies(counts: Partitions, void: VoidNames) -> Iterator[Triple]:
    """Yield the namespaces that classes and properties in use are of."""
    used = {iri_in(name) for name in (*counts.properties, *counts.entities)}
    for namespace in {**PREFIXES, "erqi": void.names.terms}.values():
        if any(iri.startswith(namespace) for iri in used):
            yield Subject(void.dataset).link("void:vocabulary", namespace)


def _example(names: Names, typed: Collection[bytes]) -> str | None:
    chosen = term(names.thing(EXAMPLE))
    if chosen in typed:
        return iri_in(chosen)
    own = b"<" + names.things.encode()
    first = min((one for one in typed if one.startswith(own)), default=None)
    return iri_in(first) if first else None


def _edition(names: Names, merge: frozenset[Triple]) -> Iterator[str]:
    """Yield the edition of the table of division codes that most code entries are of."""
    edition = term(names.term("edition"))
    found = Counter(value for _, predicate, value in merge if predicate == edition)
    if found:
        yield iri_in(max(found, key=lambda value: (found[value], value)))
