"""Resolve the IRIs of a SPARQL text (SPARQL 1.1 Query Language, 4.1.1), token by token."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from erqi_kg.sparql.tokens import Token

ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_UNICODE_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SIMPLE = re.compile(r"[A-Za-z0-9_\-]+(?:/[A-Za-z0-9_\-]+)*")
"""A relative reference that is resolved alike by everybody."""
_LOCAL_ESCAPE = re.compile(r"\\(.)")


@dataclass
class Prologue:
    """The base and the prefixes that are declared so far."""

    base_iri: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    """IRIs of references that the engine may resolve otherwise (dot segments, empty parts)."""

    def declare(self, before: Token | None, token: Token, after: Token | None) -> bool:
        """Take a PREFIX or BASE declaration into account; say whether the token is its name."""
        word = "" if before is None else before.text.upper()
        if token.kind == "iri" and word == "BASE":
            self.base_iri = self.resolved(token.text)
        declares = token.kind == "name" and word == "PREFIX"
        prefix, _, local = token.text.partition(":")
        if declares and after is not None and after.kind == "iri" and not local:
            self.prefixes[prefix] = self.resolved(after.text)
        return declares

    def knows(self, token: Token) -> bool:
        """Say whether the prefix of a name is declared."""
        return token.text.partition(":")[0] in self.prefixes

    def iri(self, token: Token) -> str:
        """Return the IRI that an `iri` or `name` token stands for."""
        if token.kind == "iri":
            return self.resolved(token.text)
        prefix, _, local = token.text.rstrip(".").partition(":")
        return self.prefixes.get(prefix, "") + _LOCAL_ESCAPE.sub(r"\1", local)

    def resolved(self, reference: str) -> str:
        """Return the absolute IRI of a reference in angle brackets."""
        iri = _UNICODE_ESCAPE.sub(
            lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), reference[1:-1]
        )
        if ABSOLUTE.match(iri):
            return iri
        try:
            resolved = urljoin(self.base_iri, iri)
        except ValueError:  # such as <//[>: the engine says what is wrong with it
            resolved = iri
        if not _SIMPLE.fullmatch(iri):
            self.unsure.add(resolved)
        return resolved

    def is_sure(self, iri: str) -> bool:
        """Say whether an IRI is what the engine makes of the text too."""
        return not any(iri.startswith(unsure) for unsure in self.unsure)
