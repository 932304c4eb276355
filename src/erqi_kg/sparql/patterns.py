"""Take the triple patterns of a SELECT query's WHERE apart, from its tokens, in linear time.

Only what stands plainly in the outermost group is understood; the rest is named, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from erqi_kg.sparql.tokens import Token, tokens

MOST_TOKENS = 5_000
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = _RDF + "type"
_GROUPS = frozenset(("OPTIONAL", "UNION", "MINUS", "GRAPH", "SERVICE", "LATERAL"))
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)", re.DOTALL)
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True)
class Node:
    """One place of a triple pattern."""

    kind: str
    """`variable` (blank nodes too), `iri` or `literal`."""
    text: str
    """As it stands in the query."""
    value: str = ""
    """The whole IRI, or the literal's lexical form."""
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True)
class Pattern:
    """One triple pattern."""

    subject: Node
    predicate: Node
    object: Node

    @property
    def text(self) -> str:
        """Return the pattern as SPARQL, without the dot."""
        return f"{self.subject.text} {self.predicate.text} {self.object.text}"


@dataclass(frozen=True)
class Where:
    """What a query asks the data for, as far as it was understood."""

    prologue: str
    """PREFIX and BASE, as they stand in the query."""
    patterns: tuple[Pattern, ...]
    left_out: tuple[str, ...]
    """What was not understood or does not match triples: FILTER, OPTIONAL, path ..."""


class _NotPlainError(Exception):
    """The triples are written in a way that is not understood here."""


def patterns_of(text: str, base_iri: str) -> Where:
    """Return the plain triple patterns of a SELECT query; never fails, however wrong it is."""
    found = list(_first(tokens(text)))
    start = next((at for at, one in enumerate(found) if one.text.upper() == "SELECT"), None)
    if start is None:
        return Where("", (), ())
    names = _Names(base_iri)
    names.learn(found[:start])
    reader = _Group(names)
    opened = (at for at, one in enumerate(found) if one.text == "{" and one.depth == 0)
    where = next((at for at in opened if at > start), None)
    if where is not None:
        reader.read(found[where + 1 : _end(found, where)])
    return Where(
        text[: found[start].start], tuple(reader.patterns), tuple(dict.fromkeys(reader.left_out))
    )


def _first(found: Iterable[Token]) -> Iterator[Token]:
    for number, token in enumerate(found):
        if number >= MOST_TOKENS:
            return
        yield token


def _end(found: Sequence[Token], at: int) -> int:
    """Return where the bracket that opens at a place closes, else the end."""
    depth = found[at].depth
    for after in range(at + 1, len(found)):
        if found[after].kind == "close" and found[after].depth <= depth + 1:
            return after
    return len(found)


@dataclass
class _Names:
    base_iri: str
    prefixes: dict[str, str] = field(default_factory=dict)

    def learn(self, prologue: Sequence[Token]) -> None:
        for at, token in enumerate(prologue):
            if token.kind == "iri" and at and prologue[at - 1].text.upper() == "BASE":
                self.base_iri = self.resolved(token.text)
            elif token.kind == "iri" and at and prologue[at - 1].kind == "name":
                self.prefixes[prologue[at - 1].text.partition(":")[0]] = self.resolved(token.text)

    def resolved(self, reference: str) -> str:
        plain = _unescaped(reference[1:-1])
        if _ABSOLUTE.match(plain):
            return plain  # joining would take an empty fragment away
        try:
            return urljoin(self.base_iri, plain)
        except ValueError:  # a host with a lone bracket
            return plain

    def iri(self, token: Token) -> str:
        if token.kind == "iri":
            return self.resolved(token.text)
        prefix, _, local = token.text.partition(":")
        return self.prefixes.get(prefix, "") + _unescaped(local)


@dataclass
class _Group:
    names: _Names
    patterns: list[Pattern] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def read(self, found: Sequence[Token]) -> None:
        at, block = 0, list[Token]()
        while at < len(found):
            token, word = found[at], found[at].text.upper()
            if token.kind == "word" and word in {"FILTER", "BIND", "VALUES", "SELECT", *_GROUPS}:
                self._triples(block)
                block = []
                self.left_out.append("subquery" if word == "SELECT" else word)
                at = len(found) if word == "SELECT" else _after(found, at, word)
            elif token.text == "{":
                self._triples(block)
                block = []
                self.left_out.append("group")
                at = _end(found, at) + 1
            elif token.text == ".":
                self._triples(block)
                block, at = [], at + 1
            elif token.kind == "name" and token.text.endswith("."):
                self._triples([*block, token._replace(text=token.text.rstrip("."))])
                block, at = [], at + 1
            else:
                block.append(token)
                at += 1
        self._triples(block)

    def _triples(self, block: list[Token]) -> None:
        if not block:
            return
        rest = list(reversed(block))
        made: list[Pattern] = []
        try:
            subject = self._node(rest)
            while rest:
                predicate = self._node(rest, is_predicate=True)
                made.append(Pattern(subject, predicate, self._node(rest)))
                while rest and rest[-1].text == ",":
                    rest.pop()
                    made.append(Pattern(subject, predicate, self._node(rest)))
                if rest and rest[-1].text != ";":
                    raise _NotPlainError
                while rest and rest[-1].text == ";":
                    rest.pop()
        except _NotPlainError:
            self.left_out.append("path")
        self.patterns += made

    def _node(self, rest: list[Token], *, is_predicate: bool = False) -> Node:
        if not rest:
            raise _NotPlainError
        token = rest.pop()
        if token.kind in ("variable", "blank"):
            return Node("variable", token.text)
        if token.kind in ("iri", "name"):
            if is_predicate and rest and rest[-1].text in ("/", "|", "*", "+", "?", "^"):
                raise _NotPlainError
            return Node("iri", token.text, self.names.iri(token))
        if is_predicate and token.text == "a":
            return Node("iri", "a", RDF_TYPE)
        if is_predicate:
            raise _NotPlainError
        return self._literal(token, rest)

    def _literal(self, token: Token, rest: list[Token]) -> Node:
        if token.kind == "string":
            return self._string(token, rest)
        if token.text in ("+", "-") and rest and rest[-1].kind == "number":
            number = token.text + rest.pop().text
            return Node("literal", number, number, datatype=_number_type(number))
        if token.kind == "number":
            return Node("literal", token.text, token.text, datatype=_number_type(token.text))
        if token.text.lower() in ("true", "false"):
            return Node("literal", token.text, token.text.lower(), datatype=_XSD + "boolean")
        raise _NotPlainError

    def _string(self, token: Token, rest: list[Token]) -> Node:
        marks = 3 if token.text[:3] in ('"""', "'''") and len(token.text) > 5 else 1
        value = _unescaped(token.text[marks:-marks])
        if rest and rest[-1].kind == "language":
            tag = rest.pop().text
            return Node("literal", token.text + tag, value, language=tag[1:])
        if len(rest) > 1 and rest[-1].text == "^^":
            rest.pop()
            named = rest.pop()
            if named.kind not in ("iri", "name"):
                raise _NotPlainError
            return Node(
                "literal", f"{token.text}^^{named.text}", value, datatype=self.names.iri(named)
            )
        return Node("literal", token.text, value, datatype=_XSD + "string")


def _after(found: Sequence[Token], at: int, word: str) -> int:
    """Return where the clause that begins with a word ends."""
    wanted = {"FILTER": {"(", "{"}, "BIND": {"("}}.get(word, {"{"})
    for next_at in range(at + 1, len(found)):
        if found[next_at].text in wanted:
            return _end(found, next_at) + 1
    return len(found)


def _number_type(text: str) -> str:
    kind = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
    return _XSD + kind


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code:
            return chr(min(int(code, 16), 0x10FFFF))
        return _CHARACTERS.get(match[3], match[3])

    return _ESCAPE.sub(character, text)
