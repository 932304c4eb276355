"""State the partitions of the dataset as SIB's void-generator writes them.

Class partition → property partition → class and datatype partitions (void-ext).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from erqi_kg.build.ntriples import Subject, Triple, iri_in
from erqi_kg.build.voidcounts import Partitions, Size, Totals
from erqi_kg.build.voidnames import VoidNames

_EXT = "http://ldf.fi/void-ext#"


class PartitionWriter:
    """Writes partitions; where a count is as it was, takes what it wrote before."""

    def __init__(self, void: VoidNames) -> None:
        self.void = void
        self._written: dict[tuple[object, ...], tuple[Triple, ...]] = {}

    def statements(self, counts: Partitions) -> Iterator[Triple]:
        """Yield all partitions of the whole dataset."""
        once = self._once
        for name, size in counts.properties.items():
            yield from once(_of_property, name, size)
        for datatype, count in counts.datatypes.items():
            yield from once(_of_datatype, datatype, count)
        for name, count in counts.entities.items():
            yield from once(_of_class, name, count, counts.examples[name])
        for (name, predicate), size in counts.of_class.items():
            yield from once(_property_of_class, name, predicate, size)
        for (name, predicate, target), count in counts.to_class.items():
            yield from once(_to_class, name, predicate, target, count)
        for (name, predicate, datatype), count in counts.to_datatype.items():
            yield from once(_to_datatype, name, predicate, datatype, count)

    def _once(self, write: Callable[..., Iterator[Triple]], *counted: object) -> Iterable[Triple]:
        key = (write, *counted)
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = tuple(write(self.void, *counted))
        return found


def _of_property(void: VoidNames, name: bytes, size: Size) -> Iterator[Triple]:
    part = void.of("property", void.short(name))
    return _property(Subject(void.dataset), part, name, size)


def _of_datatype(void: VoidNames, datatype: bytes, count: int) -> Iterator[Triple]:
    part = void.of("datatype", void.short(datatype))
    return _datatype(Subject(void.dataset), part, datatype, count)


def _of_class(void: VoidNames, name: bytes, count: int, example: bytes) -> Iterator[Triple]:
    part = Subject(void.of("class", void.short(name)))
    yield Subject(void.dataset).link("void:classPartition", part.iri)
    yield part.link("void:class", iri_in(name))
    yield part.number("void:entities", count)
    yield part.link("void:exampleResource", iri_in(example))


def _property_of_class(
    void: VoidNames, name: bytes, predicate: bytes, size: Size
) -> Iterator[Triple]:
    owner = Subject(void.of("class", void.short(name)))
    part = void.of("class", void.short(name), void.short(predicate))
    return _property(owner, part, predicate, size)


def _to_class(
    void: VoidNames, name: bytes, predicate: bytes, target: bytes, count: int
) -> Iterator[Triple]:
    path = [void.short(term) for term in (name, predicate)]
    inner = Subject(void.of("class", *path, "class", void.short(target)))
    yield Subject(void.of("class", *path)).link("void:classPartition", inner.iri)
    yield inner.link("void:class", iri_in(target))
    yield inner.number("void:triples", count)


def _to_datatype(
    void: VoidNames, name: bytes, predicate: bytes, datatype: bytes, count: int
) -> Iterator[Triple]:
    path = [void.short(term) for term in (name, predicate)]
    leaf = void.of("class", *path, "datatype", void.short(datatype))
    return _datatype(Subject(void.of("class", *path)), leaf, datatype, count)


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
