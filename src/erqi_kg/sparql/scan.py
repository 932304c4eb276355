"""Tell what a SPARQL text asks for, before any engine sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from erqi_kg.sparql.chains import Chains
from erqi_kg.sparql.prologue import Prologue
from erqi_kg.sparql.tokens import EXPRESSION_WORDS, Lines, Position, Token, tokens
from erqi_kg.sparql.words import (
    KNOWN_WORDS,
    QUERY_FORMS,
    UPDATE_OPERATIONS,
    VOLATILE_FUNCTIONS,
)

# A keyword inside a longer word: the engine splits `trueFILTER`, the standard does not.
_GLUED = re.compile(r"SERVICE|LOAD|FROM|NAMED|" + "|".join(EXPRESSION_WORDS))
_VOLATILE_CALL = re.compile(rf"(?:{'|'.join(sorted(VOLATILE_FUNCTIONS))})[ \t\r\n]*[(#]", re.I)


@dataclass(frozen=True)
class Mistake:
    """Something that cannot be SPARQL, whatever the engine makes of it."""

    detail: str
    position: Position


@dataclass(frozen=True)
class Scan:
    """What a SPARQL text asks for."""

    form: str
    """SELECT, ASK, CONSTRUCT, DESCRIBE, an update operation such as INSERT, or ""."""
    default_graphs: tuple[str, ...]
    """IRIs of the FROM clauses, as often as they stand there."""
    named_graphs: tuple[str, ...]
    """IRIs of the FROM NAMED clauses."""
    names_graphs: bool
    """GRAPH is used, so the named graphs matter."""
    is_volatile: bool
    """SERVICE, or a function that answers otherwise when asked again, is called."""
    depth: int
    """Deepest nesting of brackets."""
    deepest: Position
    service: Position | None
    """Where SERVICE stands first."""
    load: Position | None
    """Where LOAD stands first."""
    mistake: Mistake | None
    chain: int
    """Links of the longest chain."""
    chained: Position
    """The bracket it stands in."""

    @property
    def is_update(self) -> bool:
        """Say whether the text is an update."""
        return self.form in UPDATE_OPERATIONS

    @property
    def has_dataset(self) -> bool:
        """Say whether the text names its dataset."""
        return bool(self.default_graphs or self.named_graphs)


def scan_query(text: str, base_iri: str = "") -> Scan:
    """Scan a query or update; never fails, however wrong the text is.

    Args:
        text: the SPARQL text.
        base_iri: the IRI that relative IRIs are resolved against before BASE.
    """
    return _Scanner(text, Prologue(base_iri)).scan()


def form_of(text: str) -> str:
    """Return the form of a query, or an update's first operation; reads no further than that."""
    words = (token.text.upper() for token in tokens(text) if token.kind == "word")
    return next((word for word in words if word in QUERY_FORMS | UPDATE_OPERATIONS), "")


def may_be_volatile(text: str) -> bool:
    """Say whether a text may call what answers otherwise when asked again, or SERVICE.

    Quick, and true too often: the name may stand in a comment or a string.
    """
    return "SERVICE" in text.upper() or _VOLATILE_CALL.search(text) is not None


@dataclass
class _Scanner:
    text: str
    prologue: Prologue
    form: str = ""
    default_graphs: list[str] = field(default_factory=list)
    named_graphs: list[str] = field(default_factory=list)
    is_volatile: bool = False
    deepest: tuple[int, int] = (0, 0)
    service: int | None = None
    load: int | None = None
    mistake: tuple[str, int] | None = None
    chains: Chains = field(default_factory=Chains)

    def scan(self) -> Scan:
        for before, token, after in _neighbours(tokens(self.text)):
            if token.kind == "word":
                self._word(token, after)
            elif token.kind == "name":
                self._name(before, token, after)
            elif token.kind == "open":
                self.deepest = max(self.deepest, (token.depth + 1, -token.start))
            if token.kind in ("iri", "name") and before is not None:
                self._graph(before, token)
            self.chains.take(token)
        self.chains.end()
        return self._result()

    def _result(self) -> Scan:
        lines = Lines(self.text)
        return Scan(
            form=self.form,
            default_graphs=tuple(self.default_graphs),
            named_graphs=tuple(self.named_graphs),
            names_graphs="GRAPH" in self.text.upper(),
            is_volatile=self.is_volatile or self.service is not None,
            depth=self.deepest[0],
            deepest=lines.position(-self.deepest[1]),
            service=None if self.service is None else lines.position(self.service),
            load=None if self.load is None else lines.position(self.load),
            mistake=(
                None
                if self.mistake is None
                else Mistake(self.mistake[0], lines.position(self.mistake[1]))
            ),
            chain=self.chains.longest,
            chained=lines.position(self.chains.start),
        )

    def _word(self, token: Token, after: Token | None) -> None:
        word = token.text.upper()
        if not self.form and (word in QUERY_FORMS or word in UPDATE_OPERATIONS):
            self.form = word
        if word in VOLATILE_FUNCTIONS and after is not None and after.text == "(":
            self.is_volatile = True
        if "SERVICE" in word and self.service is None:
            self.service = token.start
        if word.startswith("LOAD") and token.braces == 0 and self.load is None:
            self.load = token.start
        if word not in KNOWN_WORDS and _GLUED.search(word):
            self._wrong(f"{token.text!r} is no SPARQL word; put spaces around keywords", token)

    def _name(self, before: Token | None, token: Token, after: Token | None) -> None:
        prefix = token.text.partition(":")[0]
        if not self.prologue.declare(before, token, after) and not self.prologue.knows(token):
            self._wrong(f"the prefix `{prefix}:` is not declared", token)
        # The engine reads `SERVICEx:y {` as SERVICE and `x:y`; the standard knows no
        # prefixed name before a brace except where GRAPH or the head of a query names one.
        if (
            "SERVICE" in prefix.upper()
            and token.braces > 0
            and after is not None
            and after.text == "{"
            and (before is None or before.text.upper() != "GRAPH")
            and self.service is None
        ):
            self.service = token.start

    def _graph(self, before: Token, token: Token) -> None:
        word = before.text.upper()
        if word == "BASE":
            self.prologue.declare(before, token, None)
        elif token.braces == 0 and word == "FROM":
            self.default_graphs.append(self.prologue.iri(token))
        elif token.braces == 0 and word == "NAMED" and self.form in QUERY_FORMS:
            self.named_graphs.append(self.prologue.iri(token))

    def _wrong(self, detail: str, token: Token) -> None:
        if self.mistake is None:
            self.mistake = (detail, token.start)


def _neighbours(
    found: Iterable[Token],
) -> Iterator[tuple[Token | None, Token, Token | None]]:
    before: Token | None = None
    current: Token | None = None
    for after in found:
        if current is not None:
            yield before, current, after
        before, current = current, after
    if current is not None:
        yield before, current, None
