"""Measure how long the chains of a SPARQL text are, which the engine follows by recursion.

`1+1+...`, `!!!...`, `a/b/...`, groups, patterns and collections each become a tree as deep as the
chain is long, and the engine's stack ends between 2,600 and 11,000 links (docs/engine.md). The
depths of nested chains add up, so what counts is the heaviest way from a bracket to the text's
end. Data (VALUES, INSERT DATA) and arguments are lists in the engine too, however long.
"""

from __future__ import annotations

from dataclasses import dataclass

from erqi_kg.sparql.tokens import Token

SHORTEST_LIMIT = 1000
"""The least that `ERQI_QUERY_CHAIN` can be."""

_LINKS = frozenset(("+", "-", "*", "/", "|", "||", "&&", "!", "^", "=", "!=", ".", ";"))
_OPERANDS = frozenset(("iri", "string", "variable", "blank", "name", "number"))
_DATA_WORDS = frozenset(("VALUES", "DATA"))
_CHARACTERS = "+-*/|&!^=.;,{(["


@dataclass
class _Bracket:
    opening: str
    is_data: bool = False
    operators: int = 0
    operands: int = 0
    longest_argument: int = 0
    inside: int = 0
    """The heaviest of the brackets that were closed within."""
    names: int = 0
    """How many AS stand in it."""

    @property
    def links(self) -> int:
        if self.is_data:
            return 0
        # An item of a collection is two patterns, and has no operator before it.
        items = 2 * self.operands if self.opening == "(" and not self.operators else 0
        return max(self.operators, items, self.longest_argument)

    @property
    def weight(self) -> int:
        return self.links + self.inside

    def next_argument(self) -> None:
        self.longest_argument = self.links
        self.operators = self.operands = 0


class Chains:
    """Takes the tokens of a text one by one."""

    def __init__(self) -> None:
        self._open = [_Bracket("")]
        self._data_follow = False
        self.longest = 0
        self.start = 0
        """Where the bracket around the longest chain was opened, or its text begins."""
        self._starts = [0]

    def take(self, token: Token) -> None:
        """Take a token into account."""
        innermost = self._open[-1]
        if token.kind == "open":
            self._opened(innermost, token)
        elif token.kind == "close":
            if len(self._open) > 1:
                self._closed()
        elif token.text == ",":
            if innermost.opening == "(":
                innermost.next_argument()
            else:
                innermost.operators += 1
        elif token.text in _LINKS:
            innermost.operators += 1
        elif token.kind in _OPERANDS:
            innermost.operands += 1
        elif token.kind == "word":
            word = token.text.upper()
            self._data_follow = self._data_follow or word in _DATA_WORDS
            innermost.names += word == "AS"

    def end(self) -> None:
        """Close what is open: the text has ended."""
        while self._open:
            self._closed()

    def _opened(self, innermost: _Bracket, token: Token) -> None:
        innermost.operators += 1
        is_data = innermost.is_data
        if token.text == "{" and self._data_follow:
            is_data, self._data_follow = True, False
        self._open.append(_Bracket(token.text, is_data))
        self._starts.append(token.start)

    def _closed(self) -> None:
        closed, start = self._open.pop(), self._starts.pop()
        if closed.weight > self.longest:
            self.longest, self.start = closed.weight, start
        if self._open:
            around = self._open[-1]
            around.inside = max(around.inside, closed.weight)
            around.operators += bool(closed.names)


def may_chain(text: str) -> bool:
    """Say, quickly and too often, whether a text may have a chain that some limit refuses."""
    if len(text) <= SHORTEST_LIMIT:
        return False
    marks = sum(map(text.count, _CHARACTERS))
    return 2 * (len(text.split()) + marks) > SHORTEST_LIMIT
