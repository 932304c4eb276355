"""State the partitions of the dataset as SIB's void-generator writes them.

Class partition → property partition → class and datatype partitions (void-ext).
"""

from __future__ import annotations

from collections.abc import Iterator

from erqi_kg.build.ntriples import Subject, Triple, iri_in
from erqi_kg.build.voidcounts import Partitions, Size, Totals
from erqi_kg.build.voidnames import VoidNames

_EXT = "http://ldf.fi/void-ext#"


def partitions(counts: Partitions, void: VoidNames) -> Iterator[Triple]:
    """Yield all partitions of the whole dataset."""
    dataset = Subject(void.dataset)
    for name, size in counts.properties.items():
        yield from _property(dataset, void.of("property", void.short(name)), name, size)
    for datatype, count in counts.datatypes.items():
        part = void.of("datatype", void.short(datatype))
        yield from _datatype(dataset, part, datatype, count)
    for name, count in counts.entities.items():
        class_part = Subject(void.of("class", void.short(name)))
        yield dataset.link("void:classPartition", class_part.iri)
        yield class_part.link("void:class", iri_in(name))
        yield class_part.number("void:entities", count)
        yield class_part.link("void:exampleResource", iri_in(counts.examples[name]))
    yield from _within_classes(counts, void)


def _within_classes(counts: Partitions, void: VoidNames) -> Iterator[Triple]:
    for (name, predicate), size in counts.of_class.items():
        owner = Subject(void.of("class", void.short(name)))
        part = void.of("class", void.short(name), void.short(predicate))
        yield from _property(owner, part, predicate, size)
    for (name, predicate, target), count in counts.to_class.items():
        path = [void.short(term) for term in (name, predicate)]
        owner = Subject(void.of("class", *path))
        inner = Subject(void.of("class", *path, "class", void.short(target)))
        yield owner.link("void:classPartition", inner.iri)
        yield inner.link("void:class", iri_in(target))
        yield inner.number("void:triples", count)
    for (name, predicate, datatype), count in counts.to_datatype.items():
        path = [void.short(term) for term in (name, predicate)]
        leaf = void.of("class", *path, "datatype", void.short(datatype))
        yield from _datatype(Subject(void.of("class", *path)), leaf, datatype, count)


def _property(owner: Subject, iri: str, predicate: bytes, size: Size) -> Iterator[Triple]:
    part = Subject(iri)
    yield owner.link("void:propertyPartition", iri)
    yield part.link("void:property", iri_in(predicate))
    yield from _sizes(part, size)


def _datatype(owner: Subject, iri: str, datatype: bytes, count: int) -> Iterator[Triple]:
    part = Subject(iri)
    yield owner.link(f"{_EXT}datatypePartition", iri)
    yield part.link(f"{_EXT}datatype", iri_in(datatype))
    yield part.number("void:triples", count)


def totals(subject: Subject, counts: Totals) -> Iterator[Triple]:
    """Yield the counts of a dataset or of a named graph."""
    yield from _sizes(subject, counts.size)
    yield subject.number("void:entities", counts.entities)
    yield subject.number("void:classes", counts.classes)
    yield subject.number("void:properties", counts.properties)


def _sizes(part: Subject, size: Size) -> Iterator[Triple]:
    yield part.number("void:triples", size.triples)
    yield part.number("void:distinctSubjects", size.subjects)
    yield part.number("void:distinctObjects", size.objects)
