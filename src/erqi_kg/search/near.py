"""Find names that are a letter or two away from what was typed."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from erqi_kg.search.folding import folded, is_han, runs
from erqi_kg.search.index import EQUAL, LONGEST, NEAR, Hit, find, opened
from erqi_kg.storedir import SEARCH_INDEX, Release

_SHORTEST_HAN, _SHORTEST = 3, 4
"""Characters of a text that has near names: fewer are near to everything."""
_LONG = 8
"""From so many letters on, two of them may differ."""
_RELEASES = 2
"""Whose names stay at hand: while a new one is taken up, its predecessor still answers."""
_NAMES = """
SELECT name.text, name.language, name.folded, coalesce(name.pinyin, '') AS pinyin
FROM name JOIN thing ON thing.id = name.thing
WHERE NOT thing.is_statement AND name.language <> '' AND length(name.text) <= :longest
ORDER BY thing.links DESC, name.id
"""


class NearName(NamedTuple):
    """A name like what was typed."""

    text: str
    language: str
    likeness: float
    """The share of letters that need no change, above 0 and at most 1."""


def near_names(release: Release, text: str, limit: int = 5) -> list[NearName]:
    """Return the names whose letters or pinyin are nearest to those typed, the best known first.

    Two letters that changed places count as one change. Numbers have no near ones: a code that
    differs in a digit is another code.

    Raises:
        StoreError: the index is missing or damaged.
    """
    typed = _joined(folded(text[:LONGEST]))
    changes = _changes(typed)
    if not changes:
        return []
    spellings = _spellings(release.path / SEARCH_INDEX)
    found = process.extract(
        typed, spellings.keys(), scorer=OSA.distance, score_cutoff=changes, limit=limit
    )
    least = min((count for _, count, _ in found), default=0)
    names = (spellings[spelling] for spelling, count, _ in found if count == least)
    return [NearName(*name, 1 - least / len(typed)) for name in dict.fromkeys(names)]


def find_near(release: Release, text: str, limit: int = 5) -> tuple[Hit, ...]:
    """Return the things that have one of the nearest names.

    Raises:
        StoreError: the index is missing or damaged.
    """
    found: dict[str, Hit] = {}
    for name in near_names(release, text, limit):
        for hit in find(release, name.text, limit=limit).hits:
            if hit.place == EQUAL:
                found.setdefault(hit.iri, replace(hit, place=NEAR, likeness=name.likeness))
    return tuple(found.values())


def _changes(typed: str) -> int:
    """Return how many letters of a text may be wrong."""
    if typed.isdigit() or len(typed) < (_SHORTEST_HAN if is_han(typed) else _SHORTEST):
        return 0
    return 2 if len(typed) >= _LONG and not is_han(typed) else 1


def _joined(plain: str) -> str:
    return "".join(runs(plain))


@lru_cache(maxsize=_RELEASES)
def _spellings(path: Path) -> dict[str, tuple[str, str]]:
    """Return (name, language) by spelling without spaces, of equal ones the best-known thing's."""
    found: dict[str, tuple[str, str]] = {}
    with opened(path) as index:
        for name in index.execute(_NAMES, {"longest": LONGEST}):
            for spelling in (_joined(name["folded"]), name["pinyin"]):
                if spelling:
                    found.setdefault(spelling, (name["text"], name["language"]))
    return found
