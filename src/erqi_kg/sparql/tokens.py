"""Split SPARQL text into tokens (SPARQL 1.1 Query Language, 19.8), in linear time.

The grammar's longest match is not enough to read a text as the engine does: in
`FILTER(1<2)#>` the `<` is an operator and a comment follows, although `<2)#>` looks like an
IRI. The tokenizer therefore knows where an expression stands, and whether an operand has just
ended there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import NamedTuple

_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_START = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _START + "0-9\u00b7\u0300-\u036f\u203f\u2040"
_LOCAL = rf"(?>(?:[{_NAME}:.\-]++|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])*)"
# Groups are repeated in atomic groups, not possessively: Python before 3.11.5 matches a
# possessive repetition of alternatives wrongly.
# A bounded prefix keeps `a.a.a.a...` from being read again at every dot.
_PREFIX = rf"(?:[{_START}][{_NAME}.\-]{{0,80}}+)?"

_KINDS = (
    ("space", r"[ \t\r\n]++|#[^\r\n]*+"),
    ("long_double", r'"""(?>(?:[^"\\]++|\\.|"(?!""))*)"""'),
    ("long_single", r"'''(?>(?:[^'\\]++|\\.|'(?!''))*)'''"),
    ("string", r'"(?>(?:[^"\\\r\n]++|\\[^\r\n])*)"' + r"|'(?>(?:[^'\\\r\n]++|\\[^\r\n])*)'"),
    ("iri", rf"<(?>(?:[^\x00-\x20<>\"{{}}|^`\\]++|{_ESCAPE})*)>"),
    ("variable", rf"[?$][{_NAME}]++"),
    ("blank", rf"_:[{_NAME}.\-]*+"),
    ("name", rf"{_PREFIX}:{_LOCAL}"),
    ("word", rf"[{_START}][{_NAME}]*+"),
    ("language", r"@[A-Za-z]++(?>(?:--?[A-Za-z0-9]++)*)"),
    ("number", r"[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|\.[0-9]++(?:[eE][+-]?[0-9]++)?"),
    ("open", r"<<\(|<<|[({\[]"),
    ("close", r"\)>>|>>|[)}\]]"),
    ("quote", r"[\"']"),
    ("operator", r"\|\||&&|\^\^|!=|<=|>=|[-<>+*/|^!=.,;?]"),
    ("other", r"[\s\S]"),
)
_LONG = {'"': "long_double", "'": "long_single"}


@cache
def _pattern(without: frozenset[str]) -> re.Pattern[str]:
    kinds = [f"(?P<{kind}>{form})" for kind, form in _KINDS if kind not in without]
    return re.compile("|".join(kinds), re.DOTALL)


_OPERANDS = frozenset(("iri", "string", "variable", "blank", "name", "language", "number"))
_OPERAND_WORDS = frozenset(("TRUE", "FALSE"))
EXPRESSION_WORDS = ("FILTER", "BIND", "SELECT", "HAVING", "BY")
"""Keywords after which brackets hold expressions."""
_LASTING = frozenset(("SELECT", "HAVING", "BY"))
_ENDING = frozenset(("VALUES", "WHERE", "FROM", "LIMIT", "OFFSET"))


class Token(NamedTuple):
    """One token, with how many brackets and braces are open before it."""

    kind: str
    text: str
    start: int
    depth: int
    braces: int


@dataclass(frozen=True)
class Position:
    """A place in a text; both count from 1, columns in code points."""

    line: int
    column: int


class Lines:
    """Finds lines and columns of offsets in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def position(self, offset: int) -> Position:
        """Return the line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column, at most the end of the text."""
        if line > len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + column - 1, len(self.text))

    def line(self, number: int) -> str:
        """Return a line without its end, or "" past the last one."""
        if not 1 <= number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")


class _Bracket(Enum):
    EXPRESSION = 1
    BRACES = 2
    TERMS = 3


class _Context:
    """What is open at a place of the text, and what may stand there."""

    def __init__(self) -> None:
        self.opened: list[tuple[_Bracket, str]] = []
        self.braces = 0
        self.introduced = ""
        self.operand_before = False

    def reads_less_than(self) -> bool:
        """Say whether a `<` here compares: an operand has ended inside an expression."""
        return self.operand_before and self._innermost() is _Bracket.EXPRESSION

    def pass_over(self, kind: str, text: str) -> None:
        """Take a token into account."""
        if kind == "word":
            self._pass_word(text.upper())
        elif kind == "name":
            # The engine reads `FILTERx:y(` as FILTER and `x:y(`, whatever the standard says.
            prefix = text.partition(":")[0].upper()
            if len(prefix) > 1 and any(word in prefix for word in EXPRESSION_WORDS):
                self.introduced = self.introduced or "FILTER"
            self.operand_before = True
        elif kind == "open":
            self._open(text)
        elif kind == "close":
            self._close(text)
        else:
            self.operand_before = kind in _OPERANDS

    def _innermost(self) -> _Bracket | None:
        return self.opened[-1][0] if self.opened else None

    def _pass_word(self, word: str) -> None:
        if word in EXPRESSION_WORDS:
            self.introduced = word
        elif word in _ENDING:
            self.introduced = ""
        self.operand_before = word in _OPERAND_WORDS

    def _open(self, text: str) -> None:
        if text == "{":
            bracket = _Bracket.BRACES
            self.braces += 1
        elif text == "(" and (self.introduced or self._innermost() is _Bracket.EXPRESSION):
            bracket = _Bracket.EXPRESSION
        else:
            bracket = _Bracket.TERMS
        self.opened.append((bracket, self.introduced))
        self.introduced = ""
        self.operand_before = False

    def _close(self, text: str) -> None:
        introduced = self.opened.pop()[1] if self.opened else ""
        self.introduced = introduced if introduced in _LASTING else ""
        if text == "}":
            self.braces -= 1
        self.operand_before = True


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a SPARQL text, without white space and comments.

    Every text has tokens: what is no SPARQL comes out as `quote` or `other`.
    """
    context = _Context()
    unclosed: frozenset[str] = frozenset()
    match_at = _pattern(unclosed).match
    position, end = 0, len(text)
    while position < end:
        match = match_at(text, position)
        kind, found = (match.lastgroup, match.group()) if match else ("other", text[position])
        kind = kind or "other"
        start = position
        position += len(found)
        if kind == "space":
            continue
        if found[0] == "<" and kind in ("iri", "open") and context.reads_less_than():
            kind, found = "operator", "<=" if found[1] == "=" else "<"
            position = start + len(found)
        elif kind == "quote":
            # No string closes on this line, so nothing on it can be SPARQL any more.
            position = _end_of_line(text, position)
            found = text[start:position]
        elif kind == "string" and len(found) == 2 and text.startswith(found[0], position):
            # A long string that never closes is two strings; later ones do not close either.
            unclosed |= {_LONG[found[0]]}
            match_at = _pattern(unclosed).match
        elif kind.startswith("long_"):
            kind = "string"
        yield Token(kind, found, start, len(context.opened), context.braces)
        context.pass_over(kind, found)


def _end_of_line(text: str, start: int) -> int:
    ends = [at for at in (text.find("\n", start), text.find("\r", start)) if at >= 0]
    return min(ends, default=len(text))
