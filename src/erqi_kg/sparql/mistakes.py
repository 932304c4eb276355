"""Say what is wrong with a query, where, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from erqi_kg.errors import MalformedQuery
from erqi_kg.namespaces import PREFIXES
from erqi_kg.sparql.diagnosis import Finding, diagnosed, misspelt
from erqi_kg.sparql.grammar import first_misplaced
from erqi_kg.sparql.scan import Mistake
from erqi_kg.sparql.semantics import meant
from erqi_kg.sparql.sentences import Told, told
from erqi_kg.sparql.tokens import Lines, Token, tokens
from erqi_kg.sparql.words import UPDATE_OPERATIONS

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_UNDECLARED = re.compile(r"the prefix `([^`]*):` is not declared")
# Among the parser's expectations a sentence of its own is one that holds lower-case words.
_SENTENCE = re.compile(r"(?:The [a-z A-Z]+|SELECT \* is [a-zA-Z ]+|[A-Za-z]+ [a-z]+ failed)")
_WEB_SCHEMES = frozenset(("http", "https", "urn", "mailto", "ftp"))
_NUL = re.compile(r"\x00|(?<!\\)(?:\\\\)*(?P<escape>\\u0000|\\U00000000)")
_EXCERPT = 60
_LONGEST_READ = 20_000
_DEEPEST_READ = 12
"""Deeper and longer texts are left to the engine's own message."""


def nul_in(text: str) -> MalformedQuery | None:
    """Return the error for a query that holds U+0000, which is no `Char` of its grammar.

    SPARQL's grammar is written in the notation of XML 1.1 (section 6), where any character means
    any but this one; XML results could not carry it either.
    """
    is_likely = "\x00" in text or "0000" in text
    found = _NUL.search(text) if is_likely else None
    if found is None:
        return None
    start = found.start("escape") if found["escape"] else found.start()
    return _malformed(text, Finding("nul", start))


def explained(text: str, mistake: Mistake) -> MalformedQuery:
    """Return the error for a mistake the scan found."""
    start = Lines(text).offset(mistake.position.line, mistake.position.column)
    undeclared = _UNDECLARED.match(mistake.detail)
    if not undeclared:
        at = next((token.text for token in tokens(text) if token.start == start), "")
        return _malformed(text, Finding("word-glued", start, {"at": at}))
    prefix = undeclared[1]
    if prefix.lower() in _WEB_SCHEMES:
        if text[start - 1 : start] == "<":
            return _malformed(text, Finding("iri-broken", start - 1))
        return _malformed(text, Finding("iri-bare", start, {"at": f"{prefix}:"}))
    values: dict[str, str | Told] = {"at": f"{prefix}:", "iri": PREFIXES.get(prefix, "")}
    code = "prefix-known" if prefix in PREFIXES else "prefix-undeclared"
    return _malformed(text, Finding(code, start, values))


def translated(text: str, message: str) -> MalformedQuery:
    """Return the error for a text that the engine's parser refuses.

    The parser says where its furthest attempt ended, which may be far past the mistake. So the
    text is read again by the grammar; only what the grammar does not forbid is told in the
    parser's words.

    Args:
        text: the query.
        message: what the parser said, `error at L:C: expected ...`.
    """
    found = list(tokens(text))
    finding = misspelt(text, found) or _misplaced(text, found)
    return _malformed(text, finding or _as_the_engine_says(text, message, found))


def _misplaced(text: str, found: Sequence[Token]) -> Finding | None:
    is_query = not any(token.text.upper() in UPDATE_OPERATIONS for token in found[:40])
    deepest = max((token.depth for token in found), default=0)
    is_new = any(token.text in ("<<", "<<(", "LATERAL", "VERSION", "~") for token in found)
    if not is_query or is_new or deepest > _DEEPEST_READ or len(text) > _LONGEST_READ:
        return None
    stop = first_misplaced(found)
    return None if stop is None else diagnosed(text, found, stop)


def _as_the_engine_says(text: str, message: str, found: Sequence[Token]) -> Finding:
    match = _PLACE.match(message)
    if match is None:
        return Finding("engine", 0, {"at": _as_sentence(message)})
    start = Lines(text).offset(int(match[1]), int(match[2]))
    reason = _SENTENCE.search(match[3])
    if reason:
        meaning = meant(reason[0], found)
        return meaning or Finding("engine", start, {"at": _as_sentence(reason[0])})
    near = next((token for token in found if token.start + len(token.text) > start), None)
    if near is None:
        near = found[-1] if found else None
    if near is None:
        return Finding("empty", 0)
    return Finding("near", near.start, {"at": near.text[:40]})


def _malformed(text: str, finding: Finding) -> MalformedQuery:
    position = Lines(text).position(finding.start)
    sentences = told(finding.code, **finding.values)
    excerpt = _excerpt(Lines(text).line(position.line), position.column)
    shown = {language: sentence + excerpt for language, sentence in sentences.items()}
    return MalformedQuery(shown["en"], position.line, position.column, told=shown)


def _excerpt(line: str, column: int) -> str:
    """Return the line with a caret under the place, on lines of their own."""
    if not line.strip():
        return ""
    place = min(column - 1, len(line))
    start = max(0, place - _EXCERPT // 2)
    return f"\n{line[start : start + _EXCERPT]}\n{' ' * (place - start)}^"


def _as_sentence(text: str) -> str:
    stripped = text.strip()
    sentence = stripped[:1].upper() + stripped[1:]
    return sentence if sentence.endswith((".", "?", ">")) else sentence + "."
