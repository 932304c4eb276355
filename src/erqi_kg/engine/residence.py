"""Open the store of a release: as a copy in memory, or read-only from disk."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, Literal, cast

import pyoxigraph as ox

from erqi_kg.errors import ReleaseDamaged
from erqi_kg.storedir import DEFAULT_GRAPH, DUMP, STORE, Release

Residence = Literal["memory", "disk"]
BYTES_PER_QUAD = 315
_MIB = 1024 * 1024


def residence_of(release: Release, committed_quads: int, resident_mb: int) -> Residence:
    """Choose where a release is read from: memory, when its estimated size fits.

    Args:
        release: the release.
        committed_quads: quads that its commits have added.
        resident_mb: the budget, in MiB.
    """
    quads = release.manifest.quads + release.manifest.triples + committed_quads
    return "memory" if quads * BYTES_PER_QUAD <= resident_mb * _MIB else "disk"


def load_into_memory(release: Release) -> ox.Store:
    """Return an in-memory copy of a release.

    Raises:
        ReleaseDamaged: its files are missing or cut.
    """
    store = ox.Store()
    try:
        for name, form in (
            (DUMP, ox.RdfFormat.N_QUADS),
            (DEFAULT_GRAPH, ox.RdfFormat.N_TRIPLES),
        ):
            with gzip.open(release.path / name, "rb") as file:
                store.bulk_load(cast(IO[bytes], file), format=form)
    except (OSError, EOFError, SyntaxError, ValueError, zlib.error) as error:
        raise ReleaseDamaged(release.id, str(error)) from error
    expected = release.manifest.quads + release.manifest.triples
    if len(store) != expected:
        raise ReleaseDamaged(release.id, f"{len(store)} quads instead of {expected}")
    return store


def open_on_disk(release: Release) -> ox.Store:
    """Open the on-disk store of a release, read-only.

    Raises:
        ReleaseDamaged: it is missing or does not open.
    """
    path = release.path / STORE
    if not path.is_dir():
        raise ReleaseDamaged(release.id, f"{STORE}/ is missing")
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError, ValueError) as error:
        raise ReleaseDamaged(release.id, f"{STORE}/ does not open: {error}") from error
