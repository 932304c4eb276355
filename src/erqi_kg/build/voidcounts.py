"""Count what VoID counts, on terms as they stand in N-Triples (VoID, 4.6; void-ext)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from itertools import chain, product
from typing import TypeAlias

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
    """Yield the terms of N-Triples lines."""
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        yield subject, predicate, rest.rstrip()[:-2]


def totals_of(triples: Iterable[Triple], things: bytes) -> Totals:
    """Count a set of triples, each given once; `things` is as for `Counted`."""
    return Counted(things).with_triples(triples).totals


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


class Counted:
    """The counts of a set of triples, to which more can be added at little cost.

    Args:
        things: what IRIs of the dataset's own things begin with, after `<`.
    """

    def __init__(self, things: bytes) -> None:
        self.things = things
        self.kinds: dict[bytes, _Kind] = {}
        self.links: Counter[tuple[_Kind, bytes, _Kind]] = Counter()
        self.literals: Counter[tuple[_Kind, bytes, bytes]] = Counter()
        self.counts: Counter[_Key] = Counter()
        self.subjects: dict[_Key, frozenset[bytes]] = {}
        self.objects: dict[_Key, frozenset[bytes]] = {}
        self.all_subjects: frozenset[bytes] = frozenset()
        self.all_objects: frozenset[bytes] = frozenset()

    def with_triples(self, triples: Iterable[Triple]) -> Counted:
        """Return the counts with more triples.

        Args:
            triples: each once; none of those that are counted speaks of what these type.
        """
        added = list(triples)
        together = copy(self)
        together.kinds = self.kinds | _kinds(added)
        for name in ("links", "literals", "counts"):
            setattr(together, name, Counter(getattr(self, name)))
        subjects, objects = together._add(added)
        together.subjects = _united(self.subjects, subjects)
        together.objects = _united(self.objects, objects)
        together.all_subjects = self.all_subjects.union(*subjects.values())
        together.all_objects = self.all_objects.union(*objects.values())
        return together

    @property
    def totals(self) -> Totals:
        """Return the counts of all triples together."""
        own = b"<" + self.things
        size = Size(self.counts.total(), len(self.all_subjects), len(self.all_objects))
        classes = {value for key, held in self.objects.items() if key[1] == TYPE for value in held}
        return Totals(
            size,
            sum(subject.startswith(own) for subject in self.all_subjects),
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
        properties, of_class = self._sizes()
        entities, examples = _instances(self.kinds)
        return Partitions(
            entities, examples, properties, datatypes, of_class, to_class, to_datatype
        )

    def _add(self, triples: Iterable[Triple]) -> tuple[_Found, _Found]:
        subjects: _Found = defaultdict(set)
        objects: _Found = defaultdict(set)
        kinds = self.kinds
        for subject, predicate, value in triples:
            kind = kinds.get(subject, ())
            key = (kind, predicate)
            self.counts[key] += 1
            subjects[key].add(subject)
            objects[key].add(value)
            if value.startswith(b'"'):
                self.literals[kind, predicate, datatype_of(value)] += 1
            else:
                self.links[kind, predicate, kinds.get(value, ())] += 1
        return subjects, objects

    def _sizes(self) -> tuple[dict[bytes, Size], dict[tuple[bytes, bytes], Size]]:
        by_property: dict[bytes, list[_Key]] = defaultdict(list)
        by_class: dict[tuple[bytes, bytes], list[_Key]] = defaultdict(list)
        for key in self.counts:
            kind, predicate = key
            by_property[predicate].append(key)
            for name in kind:
                by_class[name, predicate].append(key)
        return (
            {name: self._size(keys) for name, keys in by_property.items()},
            {pair: self._size(keys) for pair, keys in by_class.items()},
        )

    def _size(self, keys: list[_Key]) -> Size:
        # A subject is of one kind, so subjects add up; objects may be shared.
        first = self.objects[keys[0]]
        objects = first if len(keys) == 1 else first.union(*(self.objects[key] for key in keys))
        return Size(
            sum(self.counts[key] for key in keys),
            sum(len(self.subjects[key]) for key in keys),
            len(objects),
        )


_Found: TypeAlias = dict[_Key, set[bytes]]


def _united(held: dict[_Key, frozenset[bytes]], found: _Found) -> dict[_Key, frozenset[bytes]]:
    nothing: frozenset[bytes] = frozenset()
    return held | {key: held.get(key, nothing) | terms for key, terms in found.items()}


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


def _instances(kinds: Mapping[bytes, _Kind]) -> tuple[dict[bytes, int], dict[bytes, bytes]]:
    entities: Counter[bytes] = Counter(chain.from_iterable(kinds.values()))
    examples: dict[bytes, bytes] = {}
    for subject, kind in kinds.items():
        for name in kind:
            if name not in examples or subject < examples[name]:
                examples[name] = subject
    return entities, examples
