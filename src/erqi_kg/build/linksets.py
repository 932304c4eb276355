"""The links of the data to other datasets: which predicate, which dataset, how many (VoID, 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from erqi_kg.build.ntriples import Subject, Triple, iri_in
from erqi_kg.build.voidnames import VoidNames


@dataclass(frozen=True)
class Target:
    """A dataset that things are linked to."""

    name: str
    title: str
    homepage: str
    uri_space: str


TARGETS = (
    Target("wikidata", "Wikidata", "https://www.wikidata.org/", "http://www.wikidata.org/entity/"),
    Target("geonames", "GeoNames", "https://www.geonames.org/", "https://sws.geonames.org/"),
    Target("qudt-units", "QUDT units", "https://www.qudt.org/", "http://qudt.org/vocab/unit/"),
    Target(
        "qudt-currencies",
        "QUDT currencies",
        "https://www.qudt.org/",
        "http://qudt.org/vocab/currency/",
    ),
)


def linksets(triples: Iterable[Triple], void: VoidNames) -> Iterator[Triple]:
    """Yield a linkset for each predicate that leads from things to another dataset."""
    own = b"<" + void.names.things.encode()
    counts: Counter[tuple[Target, bytes]] = Counter()
    spaces = {b"<" + target.uri_space.encode(): target for target in TARGETS}
    any_space = tuple(spaces)
    for subject, predicate, value in triples:
        if value.startswith(any_space) and subject.startswith(own):
            for space, target in spaces.items():
                if value.startswith(space):
                    counts[target, predicate] += 1
    for target in {target: None for target, _ in sorted(counts, key=str)}:
        yield from _target(target, void)
    for (target, predicate), count in counts.items():
        yield from _linkset(target, predicate, count, void)


def _target(target: Target, void: VoidNames) -> Iterator[Triple]:
    subject = Subject(void.of("target", target.name))
    yield subject.link("rdf:type", "void:Dataset")
    yield subject.text("dcterms:title", target.title, "en")
    yield subject.link("foaf:homepage", target.homepage)
    yield subject.text("void:uriSpace", target.uri_space)


def _linkset(target: Target, predicate: bytes, count: int, void: VoidNames) -> Iterator[Triple]:
    linkset = Subject(void.of("linkset", target.name, void.short(predicate)))
    yield linkset.link("rdf:type", "void:Linkset")
    yield Subject(void.dataset).link("void:subset", linkset.iri)
    yield linkset.link("void:linkPredicate", iri_in(predicate))
    yield linkset.link("void:subjectsTarget", void.dataset)
    yield linkset.link("void:objectsTarget", void.of("target", target.name))
    yield linkset.number("void:triples", count)
