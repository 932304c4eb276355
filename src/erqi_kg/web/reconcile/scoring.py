"""How well a candidate fits a query, from 0 to 100, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from erqi_kg.search.folding import folded, is_han, runs
from erqi_kg.search.index import (
    ALL_CHARACTERS,
    BEGINNING,
    BEGINNING_OF_SOUND,
    EQUAL,
    EQUAL_SOUND,
    NEAR,
    PART,
    Hit,
)

LABEL, OTHER_NAME, FORMER_NAME, PINYIN, INITIALS = 100.0, 95.0, 90.0, 80.0, 60.0
"""Scores of names that are equal as a whole: the label or a code, another name, a name that only an
earlier edition has, the pinyin, its initials."""
_SHORT = 85.0
"""Of a name without the word for what it names: 二七 of 二七区."""
_SORTS = re.compile(r"[省市区县]| (?:province|city|district|county)")
_PARTIAL: Mapping[int, tuple[float, float]] = {
    BEGINNING: (40.0, 45.0), BEGINNING_OF_SOUND: (40.0, 0.0), PART: (30.0, 45.0),
    ALL_CHARACTERS: (25.0, 0.0), NEAR: (0.0, 75.0),
}  # fmt: skip
"""Scores of names that fit in part, by how: the least, and what the share that fits adds."""
MATCH = 90.0
"""The least score of a match."""
AHEAD = 15.0
"""A match is so much ahead of every other candidate."""


@dataclass(frozen=True)
class Feature:
    """A part of a score (1.0, matching features)."""

    id: str
    value: float | bool


def name_score(hit: Hit, text: str, *, is_former: bool = False) -> float:
    """Return how well the name that was found fits the text that was looked for.

    Args:
        hit: what was found.
        text: what was looked for.
        is_former: the name is of an earlier edition.
    """
    score = _name_score(hit, text)
    return min(score, FORMER_NAME) if is_former else score


def _name_score(hit: Hit, text: str) -> float:
    if hit.place == EQUAL:
        is_label = not hit.language or hit.matched in hit.labels.values()
        return LABEL if is_label else OTHER_NAME
    if hit.place == EQUAL_SOUND:
        return INITIALS if _letters(text) == _syllables(hit.matched) else PINYIN
    if hit.place == BEGINNING and _lacks_its_sort(hit.matched, text):
        return _SHORT
    least, more = _PARTIAL[hit.place]
    return least + more * (hit.likeness if hit.place == NEAR else _share(text, hit.matched))


def _lacks_its_sort(name: str, text: str) -> bool:
    """Say whether a text, with which a name begins, is all of it but the word for its sort."""
    return _SORTS.fullmatch(folded(name).strip(), len(folded(text).strip())) is not None


def combined(names: Sequence[float], properties: Sequence[float]) -> float:
    """Return the score of a candidate: its name counts twice, each property once.

    Args:
        names: scores of the conditions on names and ids, 0 to 100.
        properties: shares of the conditions on properties that hold, 0 to 1.
    """
    weighted = [(2.0, score) for score in names] + [(1.0, 100.0 * share) for share in properties]
    total = sum(weight for weight, _ in weighted)
    return round(sum(weight * score for weight, score in weighted) / total, 1) if total else 0.0


def is_match(scores: Iterable[float]) -> bool:
    """Say whether the best of some candidates is meant without doubt."""
    ordered = sorted(scores, reverse=True)
    return (
        bool(ordered)
        and ordered[0] >= MATCH
        and all(ordered[0] - other >= AHEAD for other in ordered[1:2])
    )


def _share(text: str, name: str) -> float:
    """Return how much of a name the text is, 0 to 1."""
    sought, whole = (len("".join(runs(folded(one)))) for one in (text, name))
    return min(1.0, sought / whole) if whole else 0.0


def _letters(text: str) -> int:
    return len("".join(runs(folded(text))))


def _syllables(name: str) -> int:
    """Return how many initials a name has: one for each Han character, one for each other word."""
    return sum(len(run) if is_han(run) else 1 for run in runs(folded(name)))
