"""Reproduce the release of another server here: its files, its id, its entity tags."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from erqi_kg.build.copying.downloading import Downloader
from erqi_kg.build.copying.verifying import check_content, manifest_in
from erqi_kg.build.placing import make_current, place
from erqi_kg.build.release import release_before
from erqi_kg.build.repair import STAGING, Report, clear
from erqi_kg.differences.recording import record_changes
from erqi_kg.errors import CopyRefused, StoreError, UsageError
from erqi_kg.settings import Settings
from erqi_kg.storedir import (
    DEFAULT_GRAPH,
    DUMP,
    MANIFEST,
    RELEASE_ID,
    STORE,
    Manifest,
    Release,
    StoreDirectory,
)

PULLS = "pulls"
"""Directory of the store in which files of releases arrive."""
_MOST_MANIFEST_BYTES = 1 << 24
_UNPACKED = 32
"""Dumps may be so many times as large as the limit when they are unpacked."""
_MIB = 1 << 20


@dataclass
class Progress:
    """Told how a copy goes on; does nothing by itself."""

    file: Callable[[str], None] = lambda _: None
    """The name of each file that begins, or of the step."""
    received: Callable[[int], None] = lambda _: None
    """Bytes that came."""


def pull(
    settings: Settings,
    downloader: Downloader,
    wanted: str | None = None,
    progress: Progress | None = None,
    report: Report = lambda _: None,
) -> Release:
    """Copy a release and make it the current one; the served one stays when anything fails.

    Args:
        settings: where to, and how large.
        downloader: of the server.
        wanted: id of the release; None: the one it serves.
        progress: told how it goes on.
        report: told each damaged release that was set aside.

    Raises:
        CopyRefused: what the server offers is damaged, too large, or no release.
        CopyUnfinished: it cannot be reached; the next call goes on.
        StoreError: a build is running, or the directory cannot be written.
        UsageError: the wanted id is none, or this is plain mode.
    """
    if settings.plain:
        raise UsageError("plain mode has a store of its own; a release cannot be pulled into it")
    if wanted is not None and not RELEASE_ID.fullmatch(wanted):
        raise UsageError(f"{wanted!r} is not a release id")
    directory = StoreDirectory(settings.served_dir)
    progress = progress or Progress()
    with directory.lock("build"):
        text = downloader.read(f"releases/{wanted or 'current'}/{MANIFEST}", _MOST_MANIFEST_BYTES)
        manifest = manifest_in(text, wanted)
        try:
            clear(directory, manifest.release, report)
            target = directory.releases_path / manifest.release
            if not target.is_dir():
                arrived = _download(directory, downloader, manifest, settings, progress)
                _publish(directory, arrived, manifest, text, settings, progress)
            elif (target / MANIFEST).read_bytes() != text:
                raise CopyRefused(
                    f"release {manifest.release} is here already, built at another time or from "
                    "other files; remove it first, or pull into another ERQI_STORE_DIR"
                )
            make_current(directory, target, settings.releases_kept)
        except OSError as error:
            raise StoreError(f"cannot publish in {directory.path}: {error}") from error
        return directory.release(manifest.release)


def _download(
    directory: StoreDirectory,
    downloader: Downloader,
    manifest: Manifest,
    settings: Settings,
    progress: Progress,
) -> Path:
    """Return the directory in which all files of a release have arrived."""
    arriving = directory.path / PULLS / manifest.release
    left = settings.pull_mb * _MIB
    for name, digest in sorted(manifest.outputs.items()):
        progress.file(name)
        path = f"releases/{manifest.release}/files/{name}"
        left -= downloader.fetch(path, arriving / name, digest, left, progress.received)
    return arriving


def _publish(
    directory: StoreDirectory,
    arrived: Path,
    manifest: Manifest,
    text: bytes,
    settings: Settings,
    progress: Progress,
) -> None:
    progress.file("verify")
    try:
        check_content(arrived, manifest, settings.pull_mb * _MIB * _UNPACKED)
        progress.file("load")
        shutil.rmtree(arrived / STORE, ignore_errors=True)
        _load(arrived)
    except CopyRefused:
        shutil.rmtree(arrived)
        raise
    (arrived / MANIFEST).write_bytes(text)
    previous = release_before(directory)
    if previous is not None:
        with gzip.open(arrived / DUMP, "rb") as lines:
            record_changes(arrived, manifest, lines, previous, settings.changes_quads)
    staging = directory.releases_path / f"{STAGING}{manifest.release}"
    arrived.rename(staging)
    place(staging, directory.releases_path / manifest.release)
    with suppress(OSError):  # another release is still arriving
        (directory.path / PULLS).rmdir()


def _load(path: Path) -> None:
    """Write the store, as a build does, from the dumps."""
    store = ox.Store(path / STORE)
    try:
        for name, form in (
            (DUMP, ox.RdfFormat.N_QUADS),
            (DEFAULT_GRAPH, ox.RdfFormat.N_TRIPLES),
        ):
            with gzip.open(path / name, "rb") as lines:
                store.bulk_load(cast(IO[bytes], lines), format=form)
    except (SyntaxError, ValueError) as error:
        raise CopyRefused(f"the dumps are not RDF: {error}") from error
    store.optimize()
    store.flush()
    del store
