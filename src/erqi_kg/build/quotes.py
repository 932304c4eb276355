"""Find quotes in a source's text and name them.

Quotes are matched on the raw text with whitespace runs that contain a newline removed, nothing
else; positions are code points of the raw text, from 0
(Web Annotation Data Model, 4.2.4 and 4.2.5).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from erqi_kg.build.records import QuoteReference
from erqi_kg.errors import QuoteNotFound

_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Quote:
    """Words of a source at their place."""

    source: str
    exact: str
    """The words, line breaks folded."""
    occurrence: int
    """1 for the first place these words stand at."""
    start: int | None
    """First code point in the raw text; None while no text has confirmed it."""
    end: int | None
    prefix: str = ""
    """Words before it, given only where they tell it from another place."""
    suffix: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Say whether a text, now or when the lock file was made, holds these words."""
        return self.start is not None

    @property
    def id(self) -> str:
        """Return the quote's id, derived from source, words and occurrence."""
        key = f"{self.source}\0{self.exact}\0{self.occurrence}"
        return f"quote/{self.source}/{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def fold(text: str) -> str:
    """Return the text without the whitespace runs that contain a newline."""
    return _BREAK.sub("", text)


class SourceText:
    """A source's raw text, folded once for matching."""

    def __init__(self, source: str, raw: str) -> None:
        self.source = source
        self.raw = raw
        kept: list[int] = []
        at = 0
        for gap in _BREAK.finditer(raw):
            kept.extend(range(at, gap.start()))
            at = gap.end()
        kept.extend(range(at, len(raw)))
        self._raw_positions = kept
        self.folded = "".join(raw[position] for position in kept)

    def locate(self, wanted: QuoteReference) -> Quote:
        """Return the one place a quote means.

        Raises:
            QuoteNotFound: the words do not occur, or at several places.
        """
        exact, prefix, suffix = fold(wanted.exact), fold(wanted.prefix), fold(wanted.suffix)
        places = self.places(exact)
        chosen = [
            (number, start)
            for number, start in enumerate(places, start=1)
            if self.folded[:start].endswith(prefix)
            and self.folded.startswith(suffix, start + len(exact))
        ]
        if not places:
            raise QuoteNotFound(f"{exact!r} does not occur in the text{self._nearest(exact)}")
        if len(chosen) != 1:
            raise QuoteNotFound(
                f"{exact!r} occurs {len(places)} times, {len(chosen)} of them with the given "
                "surroundings: give it a prefix or suffix that tells one place"
            )
        occurrence, start = chosen[0]
        place = self.raw_place(start, start + len(exact))
        return Quote(self.source, exact, occurrence, *place, prefix, suffix)

    def places(self, exact: str) -> list[int]:
        """Return every place of some words in the folded text."""
        if not exact:
            return []
        return [match.start() for match in re.finditer(f"(?={re.escape(exact)})", self.folded)]

    def raw_place(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw positions of a span of the folded text."""
        return self._raw_positions[start], self._raw_positions[end - 1] + 1

    def folded_place(self, quote: Quote) -> tuple[int, int]:
        """Return the span of a quote of this text in the folded text."""
        start = self.places(quote.exact)[quote.occurrence - 1]
        return start, start + len(quote.exact)

    def _nearest(self, exact: str) -> str:
        match = SequenceMatcher(None, self.folded, exact, autojunk=False).find_longest_match()
        if match.size < 2:
            return ""
        start = max(0, match.a - match.b)
        return f"; the text has {self.folded[start : start + len(exact)]!r}"
