"""Read what changed from the release before, from the files a build has left."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from erqi_kg.differences.files import DATABASE, SUMMARY, Summary, changes_path
from erqi_kg.errors import StoreError
from erqi_kg.storedir import Release

_MOST_QUADS_OF_A_THING = 200
"""A page lists so many; the patch has all."""


_NAMING = "section = 'things' AND id IN (SELECT thing FROM quad WHERE object = ?)"
"""Things and statements that came to name a thing, or ceased to."""


@dataclass(frozen=True)
class ChangedQuad:
    """A quad that came or went; terms in N-Triples syntax."""

    is_added: bool
    predicate: str
    object: str
    graph: str


@dataclass(frozen=True)
class ChangedThing:
    """A subject about which something else is stated."""

    iri: str
    kind: str
    """`added`, `removed` or `changed`."""
    added: int
    """Quads."""
    removed: int
    labels: dict[str, str]
    """Its names when it was recorded, by language."""
    quads: tuple[ChangedQuad, ...]


@dataclass(frozen=True)
class ThingChange:
    """What a step did to one thing."""

    summary: Summary
    kind: str
    """`added`, `removed` or `changed`; "": nothing about the thing itself."""
    added: int
    removed: int
    around: int
    """Other things that name it and are changed."""


def summary_of(release: Release) -> Summary | None:
    """Return how a release differs from the one before; None when that is not known.

    Raises:
        StoreError: the file is damaged.
    """
    try:
        text = (changes_path(release.path) / SUMMARY).read_text(encoding="utf-8")
        return Summary(**json.loads(text))
    except (FileNotFoundError, TypeError):  # TypeError: of a version that recorded other members
        return None
    except (OSError, ValueError) as error:
        raise _damaged(release, error) from error


def things_of(
    release: Release, section: str, *, limit: int, offset: int = 0
) -> tuple[ChangedThing, ...]:
    """Return one page of the changed things of a section, by IRI."""
    where = "section = ? ORDER BY kind, iri"
    return _found(release, where, (section,), limit, offset)


def things_about(
    release: Release, iri: str, *, limit: int, offset: int = 0
) -> tuple[ChangedThing, ...]:
    """Return one page of the changed things that are a thing, or name it; itself first."""
    where = f"iri = ? OR {_NAMING} ORDER BY iri <> ?, kind, iri"
    return _found(release, where, (iri, f"<{iri}>", iri), limit, offset)


def count_about(release: Release, iri: str) -> int:
    """Return how many things `things_about` has."""
    with _opened(release) as database:
        where = f"SELECT COUNT(*) FROM thing WHERE iri = ? OR {_NAMING}"
        return int(database.execute(where, (iri, f"<{iri}>")).fetchone()[0])


def change_of(release: Release, iri: str) -> ThingChange | None:
    """Return what the step to a release did to a thing; None: nothing, or it is not known."""
    summary = summary_of(release)
    if summary is None or not summary.is_complete:
        return None
    with _opened(release) as database:
        own = database.execute(
            "SELECT kind, added, removed FROM thing WHERE iri = ?", (iri,)
        ).fetchone()
        around = database.execute(
            f"SELECT COUNT(*) FROM thing WHERE {_NAMING}", (f"<{iri}>",)
        ).fetchone()[0]
    if own is None and not around:
        return None
    kind, added, removed = own or ("", 0, 0)
    return ThingChange(summary, kind, added, removed, around)


def _found(
    release: Release, where: str, values: tuple[str, ...], limit: int, offset: int
) -> tuple[ChangedThing, ...]:
    with _opened(release) as database:
        found = database.execute(
            f"SELECT * FROM thing WHERE {where} LIMIT ? OFFSET ?", (*values, limit, offset)
        ).fetchall()
        return tuple(_thing(database, row) for row in found)


def _thing(database: sqlite3.Connection, row: sqlite3.Row) -> ChangedThing:
    quads = database.execute(
        "SELECT is_added, predicate, object, graph FROM quad WHERE thing = ? "
        "ORDER BY predicate, is_added, object LIMIT ?",
        (row["id"], _MOST_QUADS_OF_A_THING),
    )
    return ChangedThing(
        iri=row["iri"],
        kind=row["kind"],
        added=row["added"],
        removed=row["removed"],
        labels={language: row[language] for language in ("zh", "en") if row[language]},
        quads=tuple(ChangedQuad(bool(quad[0]), *quad[1:]) for quad in quads),
    )


@contextmanager
def _opened(release: Release) -> Iterator[sqlite3.Connection]:
    """Open the changes of a release; nothing can write to them."""
    path = changes_path(release.path) / DATABASE
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
        ) as database:
            database.row_factory = sqlite3.Row
            yield database
    except sqlite3.Error as error:
        raise _damaged(release, error) from error


def _damaged(release: Release, error: Exception) -> StoreError:
    return StoreError(f"the changes of release {release.id} cannot be read: {error}")
