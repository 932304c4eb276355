"""Say what is wrong with a query, where, and what might have been meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from erqi_kg.errors import MalformedQuery
from erqi_kg.namespaces import PREFIXES
from erqi_kg.sparql.scan import Mistake
from erqi_kg.sparql.tokens import Lines, Token, tokens
from erqi_kg.sparql.words import KNOWN_WORDS

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_UNDECLARED = re.compile(r"the prefix `([^`]*):` is not declared")
# Among the parser's expectations a sentence of its own is one that holds lower-case words.
_SENTENCE = re.compile(r"(?:The [a-z A-Z]+|[A-Za-z]+ [a-z]+ failed)")
_CLOSING = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>"}
_EXCERPT = 60
_PROBED_BYTES = 20_000
_PROBES = 100


def explained(text: str, mistake: Mistake) -> MalformedQuery:
    """Return the error for a mistake the scan found."""
    detail = mistake.detail
    undeclared = _UNDECLARED.match(detail)
    if undeclared and undeclared[1] in PREFIXES:
        prefix = undeclared[1]
        detail += f"; add: PREFIX {prefix}: <{PREFIXES[prefix]}>"
    return _malformed(text, detail, mistake.position.line, mistake.position.column)


def translated(text: str, message: str, parses: Callable[[str], bool]) -> MalformedQuery:
    """Return the error for a message of the engine's parser, `error at L:C: expected ...`.

    The parser says where its furthest attempt ended, which may be far past the mistake. So a
    word that SPARQL does not have and a bracket that does not close are named first; and where
    the parser points to the end, the longest beginning that it does understand is looked for.

    Args:
        text: the query.
        message: what the parser said.
        parses: says whether the engine's parser takes a text.
    """
    found = list(tokens(text))
    unknown = _unknown_word(found)
    if unknown is not None:
        return _at_token(text, unknown, _about_word(unknown.text))
    match = _PLACE.match(message)
    if match is None:
        return MalformedQuery(_as_sentence(message))
    line, column = int(match[1]), int(match[2])
    reason = _SENTENCE.search(match[3])
    if reason:
        return _malformed(text, reason[0], line, column)
    at = Lines(text).offset(line, column)
    following = next((token for token in found if token.start + len(token.text) > at), None)
    if following is not None:
        return _at_token(text, following, f"not understood near `{following.text[:40]}`")
    still_open = len(_closings(found))
    if not found or still_open:
        detail = "the query ends too early"
        if still_open:
            detail += f": {still_open} bracket{'s' * (still_open > 1)} not closed"
        return _malformed(text, detail, line, column)
    broken = _first_not_understood(text, found, parses)
    rest = " ".join(text[broken.start :].split())[:40]
    return _at_token(text, broken, f"not understood from here on: `{rest}`")


def _first_not_understood(text: str, found: list[Token], parses: Callable[[str], bool]) -> Token:
    """Return the token after the longest beginning that parses once its brackets are closed."""
    if len(text) <= _PROBED_BYTES:
        for end in range(len(found) - 1, max(0, len(found) - _PROBES), -1):
            beginning = text[: found[end].start]
            if parses(" ".join([beginning, *_closings(found[:end])])):
                return found[end]
    return found[-1]


def _closings(found: list[Token]) -> list[str]:
    still_open: list[str] = []
    for token in found:
        if token.kind == "open":
            still_open.append(_CLOSING[token.text])
        elif token.kind == "close" and still_open:
            still_open.pop()
    return still_open[::-1]


def _unknown_word(found: list[Token]) -> Token | None:
    words = (token for token in found if token.kind == "word")
    return next((word for word in words if word.text.upper() not in KNOWN_WORDS), None)


def _about_word(word: str) -> str:
    detail = f"`{word}` is no SPARQL word"
    close = get_close_matches(word.upper(), sorted(KNOWN_WORDS), n=1, cutoff=0.7)
    if close:
        return f"{detail}; did you mean {close[0]}?"
    return f"{detail}; variables begin with ?, IRIs stand in <>, text in quotes"


def _at_token(text: str, token: Token, detail: str) -> MalformedQuery:
    position = Lines(text).position(token.start)
    return _malformed(text, detail, position.line, position.column)


def _malformed(text: str, detail: str, line: int, column: int) -> MalformedQuery:
    detail = _as_sentence(detail)
    excerpt = Lines(text).line(line)
    if excerpt.strip():
        place = min(column - 1, len(excerpt))
        start = max(0, place - _EXCERPT // 2)
        detail += f"\n{excerpt[start : start + _EXCERPT]}\n{' ' * (place - start)}^"
    return MalformedQuery(detail, line, column)


def _as_sentence(text: str) -> str:
    stripped = text.strip()
    sentence = stripped[:1].upper() + stripped[1:]
    return sentence if sentence.endswith((".", "?", ">")) else sentence + "."
