"""Write triples in N-Triples syntax, the form in which releases are sorted and counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import pyoxigraph as ox

from erqi_kg.namespaces import PREFIXES

Triple: TypeAlias = tuple[bytes, bytes, bytes]
"""Subject, predicate and object in N-Triples syntax."""


class Subject:
    """A subject that triples are stated of.

    Args:
        iri: absolute.
    """

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self.term = term(iri)

    def link(self, predicate: str, target: str) -> Triple:
        """Return the triple that leads to an IRI; `predicate` is a prefixed name or an IRI."""
        return self.term, term(expanded(predicate)), term(expanded(target))

    def number(self, predicate: str, count: int) -> Triple:
        """Return the triple that states a count."""
        return self._literal(predicate, ox.Literal(count))

    def text(self, predicate: str, words: str, language: str | None = None) -> Triple:
        """Return the triple that states a text."""
        return self._literal(predicate, ox.Literal(words, language=language))

    def typed(self, predicate: str, value: str, datatype: str) -> Triple:
        """Return the triple that states a literal of a datatype."""
        node = ox.NamedNode(expanded(datatype))
        return self._literal(predicate, ox.Literal(value, datatype=node))

    def texts(self, predicate: str, zh: str, en: str) -> Iterator[Triple]:
        """Yield the triples that state a text in both languages."""
        yield self.text(predicate, zh, "zh")
        yield self.text(predicate, en, "en")

    def _literal(self, predicate: str, literal: ox.Literal) -> Triple:
        return self.term, term(expanded(predicate)), str(literal).encode()


def expanded(name: str) -> str:
    """Return the IRI of a prefixed name whose prefix is known; any other IRI as it is."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


def term(iri: str) -> bytes:
    """Return an IRI in N-Triples syntax."""
    return f"<{iri}>".encode()


def iri_in(found: bytes) -> str:
    """Return the IRI that `term` wrote."""
    return found[1:-1].decode()
