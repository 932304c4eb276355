"""Make a store directory fit to publish in: tell damaged releases from whole ones, set them aside.

Nothing of a damaged release is removed; its directory gets another name, which is no release's.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from erqi_kg.errors import ReleaseDamaged
from erqi_kg.storedir import (
    CHANGES,
    DEFAULT_GRAPH,
    DUMP,
    MANIFEST,
    STORE,
    Release,
    StoreDirectory,
)

STAGING = ".building-"
"""Begins the name of a directory in which a release is written, or from which it is removed."""
ASIDE = ".damaged-"
REDUCED = "reduced"
"""An empty file in a release of which a build has left only the dumps."""

Report = Callable[[str], None]


def damage_of(path: Path) -> str | None:
    """Return what is wrong with a release directory; None when it is whole, or reduced."""
    dumps_only = (path / REDUCED).is_file()
    try:
        release = Release.read(path)
    except ReleaseDamaged as error:
        return error.reason if path.is_dir() else "it is no directory"
    outputs: dict[str, str | None] = {DUMP: None, DEFAULT_GRAPH: None}
    for name, digest in (outputs | release.manifest.outputs).items():
        file = path / name
        if dumps_only and name not in outputs:
            continue
        if not file.is_file():
            return f"{name} is missing"
        if digest is not None and hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            return f"{name} is not as it was published"
    return None if dumps_only else _damage_of_store(path / STORE)


def reduce_to_dumps(path: Path) -> None:
    """Remove all of a release but its manifest, its dumps, and what changed by it."""
    (path / REDUCED).touch()
    for part in path.iterdir():
        if part.name not in (MANIFEST, DUMP, DEFAULT_GRAPH, CHANGES, REDUCED):
            _remove(part)


def clear(directory: StoreDirectory, release_id: str, report: Report) -> None:
    """Remove what dead builds left, and set aside what is damaged.

    Args:
        directory: locked for a build.
        release_id: what is published next; it must be whole if it is there.
        report: told each thing set aside, and where it is now.
    """
    directory.releases_path.mkdir(parents=True, exist_ok=True)
    for leftover in directory.releases_path.glob(f"{STAGING}*"):
        _remove(leftover)
    for path in directory.release_paths():
        reason = damage_of(path)
        if path.name == release_id and (path / REDUCED).is_file():
            reason = "only its dumps were kept"
        if reason is None:
            continue
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
            report(f"removed the empty directory {path}")
            continue
        report(f"release {path.name} is damaged ({reason}); set aside as {_set_aside(path)}")
    link = directory.current_link
    if link.exists() and not link.is_symlink():
        report(f"{link} was not a link to a release; set aside as {_set_aside(link)}")


def set_aside(directory: StoreDirectory) -> list[Path]:
    """Return the directories of damaged releases that builds have set aside."""
    return sorted(directory.releases_path.glob(f"*{ASIDE}*"))


def _damage_of_store(path: Path) -> str | None:
    if not path.is_dir():
        return f"{STORE}/ is missing"
    try:
        ox.Store.read_only(str(path))
    except (OSError, RuntimeError, ValueError) as error:
        return f"{STORE}/ does not open: {error}"
    return None


def _set_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    return path.rename(path.with_name(f"{path.name}{ASIDE}{stamp}"))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
