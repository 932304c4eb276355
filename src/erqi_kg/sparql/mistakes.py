"""Say what is wrong with a query, where, and what might have been meant."""

from __future__ import annotations

import re
from difflib import get_close_matches

from erqi_kg.errors import MalformedQuery
from erqi_kg.namespaces import PREFIXES
from erqi_kg.sparql.scan import Mistake
from erqi_kg.sparql.tokens import Lines, Token, tokens
from erqi_kg.sparql.words import KNOWN_WORDS

_PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_UNDECLARED = re.compile(r"the prefix `([^`]*):` is not declared")
_EXCERPT = 60


def explained(text: str, mistake: Mistake) -> MalformedQuery:
    """Return the error for a mistake the scan found."""
    detail = mistake.detail
    undeclared = _UNDECLARED.match(detail)
    if undeclared and undeclared[1] in PREFIXES:
        prefix = undeclared[1]
        detail += f"; add: PREFIX {prefix}: <{PREFIXES[prefix]}>"
    return _malformed(text, _sentence(detail), mistake.position.line, mistake.position.column)


def translated(text: str, message: str) -> MalformedQuery:
    """Return the error for a message of the engine's parser, `error at L:C: expected ...`.

    The parser reports where its furthest attempt ended, often past the mistake; so a word that
    SPARQL does not have, and a bracket that does not close, are named first.
    """
    found = list(tokens(text))
    unknown = _unknown_word(found)
    if unknown is not None:
        position = Lines(text).position(unknown.start)
        return _malformed(text, _about_word(unknown.text), position.line, position.column)
    match = _PLACE.match(message)
    if match is None:
        return MalformedQuery(_sentence(message))
    line, column = int(match[1]), int(match[2])
    reason = _reason(match[3])
    lines = Lines(text)
    at = lines.offset(line, column)
    following = next((token for token in found if token.start + len(token.text) > at), None)
    if reason:
        return _malformed(text, _sentence(reason), line, column)
    if following is None or not text[at:].strip():
        open_brackets = found[-1].depth + _opens(found[-1]) if found else 0
        detail = "The query ends too early"
        if open_brackets > 0:
            detail += f": {open_brackets} bracket{'s' * (open_brackets > 1)} not closed"
        return _malformed(text, detail + ".", line, column)
    return _malformed(text, f"Not understood near `{following.text[:40]}`.", line, column)


def _opens(token: Token) -> int:
    return {"open": 1, "close": -1}.get(token.kind, 0)


def _unknown_word(found: list[Token]) -> Token | None:
    words = (token for token in found if token.kind == "word")
    return next((word for word in words if word.text.upper() not in KNOWN_WORDS), None)


def _about_word(word: str) -> str:
    detail = f"`{word}` is no SPARQL word"
    close = get_close_matches(word.upper(), sorted(KNOWN_WORDS), n=1, cutoff=0.7)
    if close:
        return f"{detail}; did you mean {close[0]}?"
    return f"{detail}; variables begin with ?, IRIs stand in <>, text in quotes."


def _reason(expected: str) -> str:
    """Return the plain sentence among the parser's expectations, if it holds one."""
    plain = expected.removeprefix("one of ")
    for part in plain.split(", "):
        if re.fullmatch(r"[A-Z][\w ]*[a-z][\w ]* [\w ]+|\w+( \w+)* failed", part.strip()):
            return part.strip()
    return ""


def _sentence(text: str) -> str:
    stripped = text.strip()
    sentence = stripped[:1].upper() + stripped[1:]
    return sentence if sentence.endswith((".", "?", ">")) else sentence + "."


def _malformed(text: str, detail: str, line: int, column: int) -> MalformedQuery:
    excerpt = Lines(text).line(line)
    if excerpt.strip():
        start = max(0, min(column - 1, len(excerpt)) - _EXCERPT // 2)
        shown = excerpt[start : start + _EXCERPT]
        caret = " " * max(0, min(column - 1, len(excerpt)) - start) + "^"
        detail = f"{detail}\n{shown}\n{caret}"
    return MalformedQuery(detail, line, column)
