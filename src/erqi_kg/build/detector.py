"""Find what a text states, knowing nothing of the facts: numbers, quoted phrases, names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import rjieba

from erqi_kg.build.numerals import read_numbers
from erqi_kg.build.quotes import SourceText

NUMBER, PHRASE, NAME = "number", "phrase", "name"
_PHRASE = re.compile(r"(?=(“[^“”]+”|《[^《》]+》|‘[^‘’]+’))")
_SPEECH = re.compile(r"[。!?!?]")
"""A quotation of whole sentences is speech, not a name."""
_NAME_TAGS = frozenset(("nr", "ns", "nt", "nz", "nrt", "nrfg"))
"""Person, place, organisation and other proper nouns of the ICTCLAS tag set."""


@dataclass(frozen=True)
class Mention:
    """Something a text states, at its place in the folded text."""

    kind: str
    start: int
    end: int
    text: str


def mentions(text: SourceText) -> list[Mention]:
    """Return every number, quoted phrase and name of a text, in order of place."""
    found = [*_numbers(text.folded), *_phrases(text.folded), *_names(text.folded)]
    return sorted(set(found), key=lambda mention: (mention.start, mention.end, mention.kind))


def _numbers(text: str) -> Iterator[Mention]:
    for reading in read_numbers(text):
        yield Mention(NUMBER, reading.start, reading.end, text[reading.start : reading.end])


def _phrases(text: str) -> Iterator[Mention]:
    for match in _PHRASE.finditer(text):
        phrase = match.group(1)
        if not _SPEECH.search(phrase):  # in speech, what it names counts one by one
            yield Mention(PHRASE, match.start(1) + 1, match.end(1) - 1, phrase[1:-1])


def _names(text: str) -> Iterator[Mention]:
    at = 0
    for word, tag in _tokenizer().tag(text, True):
        start = text.index(word, at)
        at = start + len(word)
        if tag in _NAME_TAGS:
            yield Mention(NAME, start, at, word)


@cache
def _tokenizer() -> rjieba.Jieba:
    return rjieba.Jieba()
