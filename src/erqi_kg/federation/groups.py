"""Read the groups of a query (SPARQL 1.1 Query Language, 19.8: GroupGraphPattern), with places.

Only as much is read as it takes to say what joins with a SERVICE group; the engine reads the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from erqi_kg.sparql.tokens import Token

_WITH_GROUP = {"OPTIONAL": "optional", "MINUS": "minus", "LATERAL": "lateral"}
_BEGINNINGS = frozenset((*_WITH_GROUP, "FILTER", "BIND", "VALUES", "GRAPH", "SERVICE", "UNION"))
_CLOSING = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>"}


class NotReadable(Exception):
    """The text is not built as SPARQL is; the engine says why."""


@dataclass(eq=False)
class Element:
    """One part of a group."""

    kind: str
    """triples, filter, bind, values, optional, minus, lateral, union, graph or service."""
    tokens: Sequence[Token]
    groups: list[Group] = field(default_factory=list)
    name: Token | None = None
    """Of GRAPH and SERVICE."""
    is_silent: bool = False

    @property
    def start(self) -> int:
        """Return where it starts in the text."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Return where it ends in the text."""
        return self.tokens[-1].start + len(self.tokens[-1].text)


@dataclass(eq=False)
class Group:
    """What stands between two braces."""

    start: int
    """Of the opening brace."""
    end: int
    """Of the closing brace."""
    elements: list[Element] = field(default_factory=list)
    select: Sequence[Token] | None = None
    """Of a subquery: the tokens from SELECT to its group."""
    inner: Group | None = None
    """Of a subquery: its group."""


class Reader:
    """Reads groups from the tokens of a text.

    Args:
        found: all tokens of the text.

    Raises:
        NotReadable: brackets do not match.
    """

    def __init__(self, found: Sequence[Token]) -> None:
        self.tokens = found
        self._ends: dict[int, int] = {}
        opened: list[int] = []
        for at, token in enumerate(found):
            if token.kind == "open":
                opened.append(at)
            elif token.kind == "close":
                if not opened or _CLOSING[found[opened[-1]].text] != token.text:
                    raise NotReadable(f"`{token.text}` closes nothing")
                self._ends[opened.pop()] = at
        if opened:
            raise NotReadable(f"`{found[opened[-1]].text}` is left open")

    def end(self, opening: int) -> int:
        """Return the index of the token that closes a bracket."""
        return self._ends[opening]

    def group(self, opening: int) -> Group:
        """Read the group whose opening brace has an index."""
        closing = self._ends[opening]
        group = Group(self.tokens[opening].start, self.tokens[closing].start)
        at = opening + 1
        if self._word(at) == "SELECT":
            where = self._next("{", at, closing)
            group.select = self.tokens[at:where]
            group.inner = self.group(where)
            return group
        while at < closing:
            if self.tokens[at].text == ".":
                at += 1
                continue
            element, at = self._element(at, closing)
            group.elements.append(element)
        return group

    def _element(self, at: int, closing: int) -> tuple[Element, int]:
        word = self._word(at)
        if word == "FILTER":
            return self._expression("filter", at, closing)
        if word == "BIND":
            return self._expression("bind", at, closing)
        if word == "VALUES":
            return self._made("values", at, self._ends[self._next("{", at, closing)])
        if word in _WITH_GROUP or word in ("GRAPH", "SERVICE"):
            return self._named(word, at, closing)
        if self.tokens[at].text == "{":
            return self._union(at, closing)
        return self._triples(at, closing)

    def _named(self, word: str, at: int, closing: int) -> tuple[Element, int]:
        opening = self._next("{", at, closing)
        kind = _WITH_GROUP.get(word, word.lower())
        element, after = self._made(kind, at, self._ends[opening])
        between = list(self.tokens[at + 1 : opening])
        if kind == "service" and between and between[0].text.upper() == "SILENT":
            element.is_silent = True
            between = between[1:]
        if len(between) != (1 if kind in ("graph", "service") else 0):
            raise NotReadable(f"after {word} stands what does not belong there")
        element.name = between[0] if between else None
        element.groups.append(self.group(opening))
        return element, after

    def _union(self, at: int, closing: int) -> tuple[Element, int]:
        groups, last = [self.group(at)], self._ends[at]
        while last + 2 < closing and self._word(last + 1) == "UNION":
            if self.tokens[last + 2].text != "{":
                raise NotReadable("after UNION stands no group")
            groups.append(self.group(last + 2))
            last = self._ends[last + 2]
        element, after = self._made("union", at, last)
        element.groups = groups
        return element, after

    def _expression(self, kind: str, at: int, closing: int) -> tuple[Element, int]:
        after = at + 1
        while after < closing and self.tokens[after].text not in ("(", "{"):
            after += 1
        if after >= closing:
            raise NotReadable(f"{kind.upper()} has no expression")
        element, end = self._made(kind, at, self._ends[after])
        index = at
        while index < end:
            if self.tokens[index].text == "{":
                element.groups.append(self.group(index))
                index = self._ends[index]
            index += 1
        return element, end

    def _triples(self, at: int, closing: int) -> tuple[Element, int]:
        """Read the triples of one subject, up to their dot."""
        after = at
        while after < closing:
            token = self.tokens[after]
            if token.text in (".", "{") or self._word(after) in _BEGINNINGS:
                break
            is_last = token.kind == "name" and token.text.endswith(".")
            after = (self._ends[after] if token.kind == "open" else after) + 1
            if is_last:
                break
        if after == at:
            raise NotReadable(f"`{self.tokens[at].text}` stands where it cannot")
        return self._made("triples", at, after - 1)

    def _made(self, kind: str, first: int, last: int) -> tuple[Element, int]:
        return Element(kind, self.tokens[first : last + 1]), last + 1

    def _next(self, text: str, at: int, closing: int) -> int:
        depth = self.tokens[at].depth
        for index in range(at, closing):
            if self.tokens[index].text == text and self.tokens[index].depth == depth:
                return index
        raise NotReadable(f"`{text}` is missing")

    def _word(self, at: int) -> str:
        token = self.tokens[at]
        return token.text.upper() if token.kind == "word" else ""


def root_group(found: Sequence[Token], form_at: int) -> tuple[Group, int]:
    """Return the WHERE group of a query, and the index of its opening brace.

    Args:
        found: all tokens.
        form_at: the index of SELECT, ASK, CONSTRUCT or DESCRIBE.

    Raises:
        NotReadable: there is none, or brackets do not match.
    """
    reader = Reader(found)
    depth = found[form_at].depth
    opened = [
        at
        for at in range(form_at, len(found))
        if found[at].text == "{" and found[at].depth == depth
    ]
    if found[form_at].text.upper() == "CONSTRUCT" and opened[:1] == [form_at + 1]:
        opened = opened[1:]
    if not opened:
        raise NotReadable("the query has no group")
    return reader.group(opened[0]), opened[0]
