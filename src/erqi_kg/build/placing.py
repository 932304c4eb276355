"""Put a release that is written whole among the others, and make it the current one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from erqi_kg.build.repair import ASIDE, STAGING, reduce_to_dumps
from erqi_kg.commitfold import carry_over
from erqi_kg.errors import StoreError
from erqi_kg.storedir import StoreDirectory

_WRITER_S = 60.0
"""How long a build waits for a commit that is being written."""


def place(staging: Path, target: Path) -> None:
    """Flush a release to the disk and give it its name."""
    for path in [*staging.rglob("*"), staging]:
        _sync(path)
    staging.rename(target)
    _sync(target.parent)


def make_current(directory: StoreDirectory, target: Path, kept: int) -> None:
    """Serve a release from now on, with what clients wrote; remove the oldest others.

    Args:
        directory: locked for a build.
        target: the release.
        kept: how many releases stay.
    """
    with directory.lock("writer", _WRITER_S):
        _carry_over(directory, target)
        _point_current(directory, target.name)
    _prune(directory, kept)


def _point_current(directory: StoreDirectory, release_id: str) -> None:
    temporary = directory.path / "current.new"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("releases") / release_id)
    temporary.replace(directory.current_link)
    _sync(directory.path)


def _carry_over(directory: StoreDirectory, target: Path) -> None:
    """Bring what clients wrote into the served release over to the new one."""
    current = directory.current_id()
    if current is None:
        return
    aside = sorted(directory.releases_path.glob(f"{current}{ASIDE}*"))
    found = [path for path in (directory.releases_path / current, *aside[-1:]) if path.is_dir()]
    if not found:
        return
    try:
        carry_over(found[0], target)
    except OSError as error:
        raise StoreError(f"cannot carry the commits of {current} over: {error}") from error


def _prune(directory: StoreDirectory, kept: int) -> None:
    current = directory.current_id()
    others = [release for release in directory.releases() if release.id != current]
    pinned = directory.pinned()
    for release in others[kept - 1 :]:
        if release.id in pinned:
            reduce_to_dumps(release.path)
            continue
        doomed = directory.releases_path / f"{STAGING}{release.id}"
        release.path.rename(doomed)
        shutil.rmtree(doomed)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
