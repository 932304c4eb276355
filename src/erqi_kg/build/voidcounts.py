"""Count what VoID counts, on terms as they stand in N-Triples (VoID, 4.6; void-ext)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from typing import TypeAlias, TypeVar

from erqi_kg.build.ntriples import Triple
from erqi_kg.namespaces import PREFIXES

TYPE = f"<{PREFIXES['rdf']}type>".encode()
_STRING = f"<{PREFIXES['xsd']}string>".encode()
_LANG_STRING = f"<{PREFIXES['rdf']}langString>".encode()


@dataclass(frozen=True)
class Size:
    """Triples, and how many different subjects and objects they have."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Totals:
    """The counts of one set of triples."""

    size: Size
    entities: int
    """Subjects in the space of the dataset's own things."""
    classes: int
    properties: int


@dataclass(frozen=True)
class Partitions:
    """The counts by class, property and datatype; keys are terms in N-Triples syntax."""

    entities: Mapping[bytes, int]
    """Instances, by class."""
    examples: Mapping[bytes, bytes]
    """The first instance by IRI, by class."""
    properties: Mapping[bytes, Size]
    datatypes: Mapping[bytes, int]
    """Triples with such a literal, by datatype."""
    of_class: Mapping[tuple[bytes, bytes], Size]
    """By class of the subject and property."""
    to_class: Mapping[tuple[bytes, bytes, bytes], int]
    """Triples, by class of the subject, property and class of the object."""
    to_datatype: Mapping[tuple[bytes, bytes, bytes], int]
    """Triples, by class of the subject, property and datatype of the object."""


def triples_of(lines: Iterable[bytes]) -> Iterator[Triple]:
    """Yield the terms of the triples in N-Quads lines of named graphs."""
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        yield subject, predicate, rest.rsplit(b" ", 2)[0]


def totals_of(triples: Collection[Triple], things: bytes) -> Totals:
    """Count a set of triples, each given once; `things` is as for `Counted`."""
    subjects = {subject for subject, _, _ in triples}
    return Totals(
        Size(len(triples), len(subjects), len({value for _, _, value in triples})),
        _count_own(subjects, things),
        len({value for _, predicate, value in triples if predicate == TYPE}),
        len({predicate for _, predicate, _ in triples}),
    )


def _count_own(subjects: Iterable[bytes], things: bytes) -> int:
    own = b"<" + things
    return sum(subject.startswith(own) for subject in subjects)


def datatype_of(literal: bytes) -> bytes:
    """Return the datatype of a literal in N-Triples syntax."""
    mark = literal.rpartition(b'"')[2]
    if not mark:
        return _STRING
    return _LANG_STRING if mark.startswith(b"@") else mark[2:]


_Kind: TypeAlias = tuple[bytes, ...]
"""The classes of a subject, sorted; few kinds of subject share them all."""
_Key: TypeAlias = tuple[_Kind, bytes]
"""The kind of a subject, and a predicate."""
_Literals: TypeAlias = tuple[_Kind, bytes, bytes]
"""The same, and a datatype."""
_Group = TypeVar("_Group")


class Counted:
    """The counts of a set of triples, to which more can be added at little cost.

    Args:
        things: what IRIs of the dataset's own things begin with, after `<`.
        base: counts that this one begins with.
    """

    def __init__(self, things: bytes, base: Counted | None = None) -> None:
        self.things = things
        self.base = base
        self.changed: frozenset[_Key] = frozenset()
        """Keys that have more triples than in `base`."""
        self.kinds: dict[bytes, _Kind] = dict(base.kinds) if base else {}
        self.examples: dict[bytes, bytes] = dict(base.examples) if base else {}
        self.entities: Counter[bytes] = Counter(base.entities if base else None)
        self.links: Counter[tuple[_Kind, bytes, _Kind]] = Counter(base.links if base else None)
        self.literals: Counter[_Literals] = Counter(base.literals if base else None)
        self.counts: Counter[_Key] = Counter(base.counts if base else None)
        self.subjects: dict[_Key, frozenset[bytes]] = dict(base.subjects) if base else {}
        self.objects: dict[_Key, frozenset[bytes]] = dict(base.objects) if base else {}
        self.all_subjects: frozenset[bytes] = base.all_subjects if base else frozenset()
        self.all_objects: frozenset[bytes] = base.all_objects if base else frozenset()

    def with_triples(self, triples: Iterable[Triple]) -> Counted:
        """Return the counts with more triples.

        Args:
            triples: each once; none of those that are counted speaks of what these type.
        """
        added = list(triples)
        together = Counted(self.things, self)
        together._add_kinds(_kinds(added))
        together._add(added)
        return together

    @property
    def totals(self) -> Totals:
        """Return the counts of all triples together."""
        size = Size(self.counts.total(), len(self.all_subjects), len(self.all_objects))
        classes = {value for key, held in self.objects.items() if key[1] == TYPE for value in held}
        return Totals(
            size,
            _count_own(self.all_subjects, self.things),
            len(classes),
            len({predicate for _, predicate in self.counts}),
        )

    @property
    def partitions(self) -> Partitions:
        """Return the counts by class, property and datatype."""
        datatypes: Counter[bytes] = Counter()
        to_class: Counter[tuple[bytes, bytes, bytes]] = Counter()
        to_datatype: Counter[tuple[bytes, bytes, bytes]] = Counter()
        for (kind, predicate, datatype), count in self.literals.items():
            datatypes[datatype] += count
            for name in kind:
                to_datatype[name, predicate, datatype] += count
        for (kind, predicate, target), count in self.links.items():
            for name, other in product(kind, target):
                to_class[name, predicate, other] += count
        properties, of_class = self.sizes
        return Partitions(
            self.entities, self.examples, properties, datatypes, of_class, to_class, to_datatype
        )

    @cached_property
    def sizes(self) -> tuple[dict[bytes, Size], dict[tuple[bytes, bytes], Size]]:
        """Return the size of each property, and of each property within each class."""
        by_property: dict[bytes, list[_Key]] = defaultdict(list)
        by_class: dict[tuple[bytes, bytes], list[_Key]] = defaultdict(list)
        for key in self.counts:
            kind, predicate = key
            by_property[predicate].append(key)
            for name in kind:
                by_class[name, predicate].append(key)
        properties, of_class = self.base.sizes if self.base else ({}, {})
        return properties | self._changed_sizes(by_property), of_class | self._changed_sizes(
            by_class
        )

    def _changed_sizes(self, groups: Mapping[_Group, list[_Key]]) -> dict[_Group, Size]:
        changed = self.changed
        return {
            group: self._size(keys)
            for group, keys in groups.items()
            if not changed.isdisjoint(keys)
        }

    def _add_kinds(self, kinds: Mapping[bytes, _Kind]) -> None:
        self.kinds.update(kinds)
        self.entities.update(chain.from_iterable(kinds.values()))
        for subject, kind in kinds.items():
            for name in kind:
                if name not in self.examples or subject < self.examples[name]:
                    self.examples[name] = subject

    def _add(self, triples: Iterable[Triple]) -> None:
        grouped: dict[_Key, list[Triple]] = defaultdict(list)
        kinds = self.kinds
        for triple in triples:
            grouped[kinds.get(triple[0], ()), triple[1]].append(triple)
        self.changed = frozenset(grouped)
        nothing: frozenset[bytes] = frozenset()
        for key, group in grouped.items():
            subjects, _, values = zip(*group, strict=True)
            self.counts[key] += len(group)
            self.subjects[key] = self.subjects.get(key, nothing).union(subjects)
            self.objects[key] = self.objects.get(key, nothing).union(values)
            for value in values:
                if value.startswith(b'"'):
                    self.literals[*key, datatype_of(value)] += 1
                else:
                    self.links[*key, kinds.get(value, ())] += 1
        self.all_subjects = self.all_subjects.union(*(self.subjects[key] for key in grouped))
        self.all_objects = self.all_objects.union(*(self.objects[key] for key in grouped))

    def _size(self, keys: list[_Key]) -> Size:
        # A subject is of one kind, so subjects add up; objects may be shared.
        first = self.objects[keys[0]]
        objects = first if len(keys) == 1 else first.union(*(self.objects[key] for key in keys))
        return Size(
            sum(self.counts[key] for key in keys),
            sum(len(self.subjects[key]) for key in keys),
            len(objects),
        )


def _kinds(triples: Iterable[Triple]) -> dict[bytes, _Kind]:
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for subject, predicate, value in triples:
        if predicate == TYPE:
            found[subject].append(value)
    shared: dict[_Kind, _Kind] = {}
    kinds: dict[bytes, _Kind] = {}
    for subject, classes in found.items():
        kind = tuple(sorted(classes))
        kinds[subject] = shared.setdefault(kind, kind)
    return kinds
