"""Open the store of a release: as a copy in memory, or read-only from disk."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from typing import IO, Literal, cast

import pyoxigraph as ox

from erqi_kg.errors import ReleaseDamaged
from erqi_kg.storedir import DEFAULT_GRAPH, DUMP, STORE, Release

Residence = Literal["memory", "disk"]
BYTES_PER_QUAD = 315
DEFAULT_COPIES = 2
"""A triple of the default graph is held beside the named graphs, and once more alone."""
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Stores:
    """A release's quads; a query that names no graph is answered from the default graph alone.

    The engine's in-memory store has one list of quads for each term, whatever their graph, so a
    search of the default graph walks through the named graphs' quads too when they are there.
    """

    whole: ox.Store
    default_graph: ox.Store

    @classmethod
    def of_one(cls, store: ox.Store) -> Stores:
        """Return a store that is used for everything."""
        return cls(store, store)


def residence_of(release: Release, committed_quads: int, resident_mb: int) -> Residence:
    """Choose where a release is read from: memory, when its estimated size fits.

    Args:
        release: the release.
        committed_quads: quads that its commits have added.
        resident_mb: the budget, in MiB.
    """
    triples = DEFAULT_COPIES * release.manifest.triples
    quads = release.manifest.quads + triples + committed_quads
    return "memory" if quads * BYTES_PER_QUAD <= resident_mb * _MIB else "disk"


def load_into_memory(release: Release) -> Stores:
    """Return an in-memory copy of a release.

    Raises:
        ReleaseDamaged: its files are missing or cut.
    """
    manifest = release.manifest
    whole, alone = ox.Store(), ox.Store()
    try:
        _load(release, DUMP, ox.RdfFormat.N_QUADS, whole)
        for store in (whole, alone) if manifest.triples else ():
            _load(release, DEFAULT_GRAPH, ox.RdfFormat.N_TRIPLES, store)
    except (OSError, EOFError, SyntaxError, ValueError, zlib.error) as error:
        raise ReleaseDamaged(release.id, str(error)) from error
    for store, expected in (
        (whole, manifest.quads + manifest.triples),
        (alone, manifest.triples),
    ):
        if len(store) != expected:
            raise ReleaseDamaged(release.id, f"{len(store)} quads instead of {expected}")
    return Stores(whole, alone) if manifest.triples else Stores.of_one(whole)


def _load(release: Release, name: str, form: ox.RdfFormat, store: ox.Store) -> None:
    with gzip.open(release.path / name, "rb") as file:
        store.bulk_load(cast(IO[bytes], file), format=form)


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
