"""The steps from release to release that this service knows, and what they did to a thing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from erqi_kg.differences.files import Summary
from erqi_kg.differences.reading import ThingChange, change_of, summary_of
from erqi_kg.errors import NotFound, ReleaseDamaged, StoreError
from erqi_kg.storedir import MANIFEST, Release
from erqi_kg.web.service import service

_MOST_LISTED = 20
"""Releases that a thing's page looks into."""


@dataclass(frozen=True)
class Step:
    """A release at hand, and how it came out of the one before."""

    release: Release
    summary: Summary | None
    """None: it is the first one, or nobody compared it."""


def release_named(release_id: str) -> Release:
    """Return a release at hand.

    Raises:
        NotFound: it is not here (any more).
    """
    try:
        return service().store_directory.release(release_id)
    except StoreError as error:
        raise NotFound(f"There is no release {release_id!r} here; see /releases.") from error


def steps() -> list[Step]:
    """Return the steps at hand, the newest first."""
    return [Step(one, summary_of(one)) for one in service().store_directory.releases()]


def history_of(iri: str) -> list[ThingChange]:
    """Return the steps at hand that changed a thing or what is stated about it, newest first."""
    found = (change_of(release, iri) for release in _releases()[:_MOST_LISTED])
    return [change for change in found if change is not None]


def _releases() -> list[Release]:
    """Return the releases at hand, the newest first; each manifest is read once."""
    found = []
    for path in service().store_directory.release_paths():
        with suppress(ReleaseDamaged, OSError):
            found.append(_read(path, (path / MANIFEST).stat().st_mtime_ns))
    return sorted(found, key=lambda release: (release.manifest.built, release.id), reverse=True)


@lru_cache(maxsize=64)
def _read(path: Path, written_ns: int) -> Release:
    """Return the release of a directory whose manifest was written then."""
    return Release.read(path)
