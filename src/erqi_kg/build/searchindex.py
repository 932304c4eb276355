"""Build the search index of a release: names of things, folded, with pinyin and initials.

Two builds from equal triples give the same bytes: everything is sorted, and the database is
made in memory with a fixed page size.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox
from pypinyin import lazy_pinyin

from erqi_kg.build.fullnames import full_names
from erqi_kg.namespaces import Names
from erqi_kg.search.folding import folded, is_han, runs, words

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABELS = (f"{_RDFS}label", f"{_SKOS}prefLabel", "http://purl.org/dc/terms/title")
_CONTAINER = "https://schema.org/containedInPlace"
_OTHERS = (f"{_SKOS}altLabel",)
_IDENTIFIER = re.compile(r"^https?://.*/([A-Z]?[0-9]+)/?$")
"""An IRI elsewhere that ends with an identifier, such as Wikidata's."""
_LINKS = """SELECT ?target (COUNT(*) AS ?links) {
  ?subject ?predicate ?target FILTER (ISIRI(?subject) && ISIRI(?target))
} GROUP BY ?target"""
_MOST_SYLLABLES = 40
"""Longer names are found by their characters only."""

KINDS: Mapping[str, str] = {
    "Division": "division", "Area": "division", "Place": "division",
    "StatisticalRegion": "division", "ComparisonSet": "division",
    "Ranking": "ranking", "RankingSeries": "ranking", "Programme": "programme",
    "Policy": "programme", "Project": "project", "ProjectGroup": "group",
    "Facility": "project", "PublicService": "project", "Indicator": "indicator",
    "Person": "person", "Organisation": "organisation", "Post": "person", "Source": "source",
    "Publication": "source", "CodeEdition": "source", "CodeTable": "source",
    "Concept": "concept", "ConceptScheme": "concept", "Class": "term",
    "ObjectProperty": "term", "DatatypeProperty": "term", "Ontology": "term",
}  # fmt: skip
"""Local name of a class to the kind that readers choose by; what is not here is `other`."""

_SCHEMA = """
PRAGMA page_size = 4096;
CREATE TABLE thing (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, zh TEXT, en TEXT,
  links INTEGER NOT NULL, is_statement INTEGER NOT NULL
);
CREATE TABLE name (
  id INTEGER PRIMARY KEY, thing INTEGER NOT NULL REFERENCES thing, text TEXT NOT NULL,
  language TEXT NOT NULL, folded TEXT NOT NULL, code TEXT, pinyin TEXT, initials TEXT
);
CREATE VIRTUAL TABLE name_words USING fts5 (
  words, content='', tokenize='unicode61', prefix='1 2 3', columnsize=0
);
"""


class Name(NamedTuple):
    """A name or code of a thing, with its language or ""."""

    text: str
    language: str
    is_code: bool = False
    is_full: bool = False
    """With the names of what the thing is in: found as a whole only, or a city would find all."""


@dataclass
class Thing:
    """One thing with its names, as the index holds it."""

    names: set[Name] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    kind: str = ""

    def learn(self, name: Name, *, is_label: bool) -> None:
        """Take a name in; among several labels of a language the first by letter stays."""
        self.names.add(name)
        if is_label and name.language:
            language = name.language.partition("-")[0]
            self.labels[language] = min(name.text, self.labels.get(language, name.text))

    @property
    def is_statement(self) -> bool:
        """Say whether this is a statement about things."""
        return "Statement" in self.classes

    @property
    def chosen_kind(self) -> str:
        """Return what readers choose it by."""
        if self.is_statement:
            return "statement"
        return self.kind or min(
            (KINDS[name] for name in self.classes if name in KINDS), default="other"
        )


def search_index(
    store: ox.Store, names: Names, questions: Mapping[str, Mapping[str, str]]
) -> bytes:
    """Return the search index as an SQLite database.

    Args:
        store: the release's triples, the merge as its default graph.
        names: of the release.
        questions: the questions of the library in both languages, by id.
    """
    things, links = _things(store, names)
    for question_id, texts in questions.items():
        thing = things[f"{names.base_iri}queries/{question_id}"]
        thing.kind = "question"
        for language, text in texts.items():
            thing.learn(Name(text, language), is_label=True)
    return _database(things, links)


def _things(store: ox.Store, names: Names) -> tuple[dict[str, Thing], Counter[str]]:
    things: dict[str, Thing] = defaultdict(Thing)
    for iri, value in _values(store, names, _TYPE):
        things[iri].classes.add(_last(value.value))
    for predicate in (f"{_OWL}sameAs", names.term("geonames")):
        for iri, value in _values(store, names, predicate):
            code = _IDENTIFIER.search(value.value)
            if isinstance(value, ox.NamedNode) and code is not None:
                things[iri].learn(Name(code[1], "", is_code=True), is_label=False)
    for predicate in (names.term("code"), names.term("wikidataCode")):
        for iri, text in _texts(store, names, predicate):
            things[iri].learn(Name(text.value, "", is_code=True), is_label=False)
    for predicate in (*_LABELS, *_OTHERS, names.term("name"), names.term("formerName")):
        for iri, text in _texts(store, names, predicate):
            name = Name(text.value, text.language or "")
            things[iri].learn(name, is_label=predicate in _LABELS)
    named = {
        iri: thing for iri, thing in things.items() if any(not one.is_code for one in thing.names)
    }
    containers = {
        iri: value.value
        for iri, value in _values(store, names, _CONTAINER)
        if "Division" in things[iri].classes
    }
    labels = {iri: thing.labels for iri, thing in named.items()}
    for iri, full, language in full_names(labels, containers):
        named[iri].learn(Name(full, language, is_full=True), is_label=False)
    return defaultdict(Thing, named), _count_links(store)


def _values(
    store: ox.Store, names: Names, predicate: str
) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
    """Yield what a property says of each of our things."""
    wanted = ox.NamedNode(predicate)
    for quad in store.quads_for_pattern(None, wanted, None, ox.DefaultGraph()):
        subject, value = quad.subject, quad.object
        if (
            isinstance(subject, ox.NamedNode)
            and isinstance(value, ox.NamedNode | ox.Literal)
            and subject.value.startswith(names.base_iri)
        ):
            yield subject.value, value


def _texts(store: ox.Store, names: Names, predicate: str) -> Iterator[tuple[str, ox.Literal]]:
    for iri, value in _values(store, names, predicate):
        if isinstance(value, ox.Literal) and value.value.strip():
            yield iri, value


def _count_links(store: ox.Store) -> Counter[str]:
    """Return how many triples lead to each IRI."""
    found = store.query(_LINKS)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError(found)
    return Counter({row["target"].value: int(row["links"].value) for row in found})


def _last(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _database(things: Mapping[str, Thing], links: Mapping[str, int]) -> bytes:
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(_SCHEMA)
        for number, (iri, thing) in enumerate(sorted(things.items()), 1):
            labels = (thing.labels.get("zh"), thing.labels.get("en"))
            database.execute(
                "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, iri, thing.chosen_kind, *labels, links.get(iri, 0), thing.is_statement),
            )
            _write_names(database, number, sorted(thing.names))
        database.execute("INSERT INTO name_words (name_words) VALUES ('optimize')")
        database.commit()
        database.execute("VACUUM")
        return database.serialize()
    finally:
        database.close()


def _write_names(database: sqlite3.Connection, thing: int, names: Iterable[Name]) -> None:
    for name in names:
        plain = folded(name.text)
        code = "".join(runs(plain)) if name.is_code or name.is_full else None
        syllables = [] if name.is_full else _syllables(plain)
        pinyin, initials = "".join(syllables), "".join(one[0] for one in syllables)
        written = database.execute(
            "INSERT INTO name (thing, text, language, folded, code, pinyin, initials) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (thing, name.text, name.language, plain.strip(), code, pinyin, initials),
        )
        parts = ("" if name.is_full else words(plain), code, _sounds(syllables))
        text = " ".join(filter(None, parts))
        database.execute(
            "INSERT INTO name_words (rowid, words) VALUES (?, ?)", (written.lastrowid, text)
        )


def _syllables(plain: str) -> list[str]:
    """Return the pinyin of a name that has Chinese in it."""
    found = runs(plain)
    if not any(is_han(run) for run in found):
        return []
    syllables = [one for run in found for one in _pinyin(run)]
    return syllables if len(syllables) <= _MOST_SYLLABLES else []


@lru_cache(maxsize=1 << 14)
def _pinyin(run: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(run))


def _sounds(syllables: list[str]) -> str:
    """Return pinyin and initials from each syllable on, so that a prefix finds any part."""
    starts = range(len(syllables))
    pinyin = ["".join(syllables[start:]) for start in starts]
    initials = ["".join(one[0] for one in syllables[start:]) for start in starts]
    return " ".join(pinyin + initials)
