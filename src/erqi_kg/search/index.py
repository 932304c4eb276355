"""Read the search index of a release (SQLite, FTS5)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from erqi_kg.errors import StoreError
from erqi_kg.search.folding import folded, is_han, runs, words
from erqi_kg.storedir import SEARCH_INDEX, Release

EQUAL, EQUAL_SOUND, BEGINNING, BEGINNING_OF_SOUND, PART, ALL_CHARACTERS, NEAR = range(7)
"""How a name matches the words: as a whole, by its pinyin or initials, by how it begins, by how its
pinyin begins, in some part, by holding all their characters, or but for a letter or two."""
LONGEST = 100
"""Characters of the words that are looked for; the rest is left out."""
_MOST_RUNS = 12
_LATIN = re.compile(r"[a-z0-9 ]+")

_FOUND = """
WITH matched AS (
  SELECT name.thing, name.id AS name, CASE
      WHEN name.folded = :whole OR name.code = :joined THEN 0
      WHEN name.pinyin = :joined OR name.initials = :joined THEN 1
      WHEN substr(name.folded, 1, length(:whole)) = :whole THEN 2
      WHEN substr(name.pinyin, 1, length(:joined)) = :joined THEN 3
      WHEN instr(name.folded, :whole) THEN 4
      ELSE 5 END AS place, length(name.text) AS length
  FROM name_words JOIN name ON name.id = name_words.rowid
  WHERE name_words MATCH :expression
), best AS (
  SELECT thing, name, place, min(place * 1000000 + length * 1000 + name % 1000) AS least
  FROM matched GROUP BY thing
)
SELECT thing.*, name.text AS matched, name.language, best.place
FROM best JOIN thing ON thing.id = best.thing JOIN name ON name.id = best.name
"""
_ORDER = """
ORDER BY thing.is_statement, best.place,
  thing.kind IN ('source', 'concept', 'term', 'question', 'other'),
  thing.links DESC, length(name.text), thing.iri
LIMIT :limit OFFSET :offset
"""


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    iri: str
    kind: str
    labels: Mapping[str, str]
    """By language, `zh` and `en`, where there are any."""
    matched: str
    """The name that matched best."""
    language: str
    """Of the name that matched; "" for a code."""
    marks: tuple[tuple[str, bool], ...]
    """The matched name in pieces, each with whether it is what was looked for."""
    place: int = ALL_CHARACTERS
    """How the name matched: one of the constants above; the least is the best."""
    likeness: float = 1.0
    """The share of what was looked for that a near name has too."""


@dataclass(frozen=True)
class Found:
    """One page of what was found."""

    hits: tuple[Hit, ...]
    count: int
    """All hits of the asked kind."""
    kinds: Mapping[str, int]
    """Hits of each kind, most first."""


NOTHING = Found((), 0, {})


def find(
    release: Release, text: str, *, kind: str | None = None, limit: int = 20, offset: int = 0
) -> Found:
    """Return the things whose names hold some words, the likeliest first.

    A phrase is looked for; where there is none, names that hold all its characters.

    Raises:
        StoreError: the index is missing or damaged.
    """
    whole = " ".join(runs(folded(text[:LONGEST]))[:_MOST_RUNS])
    if not whole:
        return NOTHING
    values: dict[str, object] = {
        "whole": folded(text[:LONGEST]).strip(),
        "joined": whole.replace(" ", ""),
        "kind": kind,
        "limit": limit,
        "offset": offset,
    }
    with opened(release.path / SEARCH_INDEX) as index:
        for expression in _expressions(whole):
            found = _found(index, {**values, "expression": expression}, whole)
            if found.kinds:
                return found
    return NOTHING


def _found(index: sqlite3.Connection, values: Mapping[str, object], whole: str) -> Found:
    counted = index.execute(
        "SELECT thing.kind, count(DISTINCT thing.id) AS n FROM name_words "
        "JOIN name ON name.id = name_words.rowid JOIN thing ON thing.id = name.thing "
        "WHERE name_words MATCH :expression GROUP BY 1 ORDER BY n DESC, 1",
        values,
    ).fetchall()
    kinds = {row["kind"]: row["n"] for row in counted}
    kind = values["kind"]
    if not kinds or (kind is not None and kind not in kinds):
        return Found((), 0, kinds)
    narrowed = _FOUND + ("" if kind is None else " WHERE thing.kind = :kind") + _ORDER
    hits = tuple(_hit(row, whole) for row in index.execute(narrowed, values))
    return Found(hits, kinds[kind] if isinstance(kind, str) else sum(kinds.values()), kinds)


def _hit(row: sqlite3.Row, whole: str) -> Hit:
    labels = {language: row[language] for language in ("zh", "en") if row[language]}
    return Hit(
        row["iri"], row["kind"], labels, row["matched"], row["language"],
        _marked(row["matched"], whole), row["place"],
    )  # fmt: skip


def _marked(name: str, whole: str) -> tuple[tuple[str, bool], ...]:
    """Split a name at the runs that were looked for."""
    simplified = "".join(_one(char) for char in name)
    wanted = "|".join(re.escape(run) for run in sorted(set(whole.split()), key=len, reverse=True))
    pieces, end = [], 0
    for match in re.finditer(wanted, simplified):
        pieces += [(name[end : match.start()], False), (name[match.start() : match.end()], True)]
        end = match.end()
    pieces.append((name[end:], False))
    return tuple(piece for piece in pieces if piece[0])


def _one(char: str) -> str:
    """Fold one character into one, so that places stay."""
    return char.lower() if char.isascii() else (folded(char) or char)[0]


def _expressions(whole: str) -> Iterator[str]:
    """Yield FTS5 expressions, the strictest first; quoted, so that no syntax gets in."""
    found = whole.split()
    terms = [f'"{words(run)}"' if is_han(run) else f'"{run}"*' for run in found]
    together = " AND ".join(terms)
    joined = "".join(found)
    if _LATIN.fullmatch(whole) and len(found) > 1:
        together = f'({together}) OR "{joined}"*'
    elif any(is_han(run) for run in found):
        together = f'({together}) OR "{joined}"'  # a full name, which is one word of the index
    yield together
    if any(is_han(run) and len(run) > 1 for run in found):
        yield " AND ".join(f'"{one}"' for run in found for one in words(run).split())


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield the index at a path, to be read only; a failure becomes a `StoreError`."""
    try:
        index = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            index.row_factory = sqlite3.Row
            yield index
        finally:
            index.close()
    except sqlite3.Error as error:
        raise StoreError(f"no readable search index at {path}: {error}") from error
