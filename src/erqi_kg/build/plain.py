"""The empty release that plain mode begins with."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from erqi_kg import __version__
from erqi_kg.build.release import Dataset, publish
from erqi_kg.settings import Settings
from erqi_kg.storedir import Manifest, Release, StoreDirectory


def publish_empty(settings: Settings) -> Release:
    """Make sure that there is a store for plain mode; one that is there stays as it is.

    Raises:
        StoreError: another process is making it.
    """
    directory = StoreDirectory(settings.served_dir)
    with directory.lock("build"):
        if directory.current_id() is not None:
            return directory.current()
        digest = hashlib.sha256(f"plain {settings.base_iri}".encode()).hexdigest()[:16]
        manifest = Manifest(
            release=f"{digest}.0",
            built=datetime.now(UTC).isoformat(timespec="milliseconds"),
            base_iri=settings.base_iri,
            version=__version__,
            quads=0,
            triples=0,
            graphs={},
            inputs={},
        )
        return publish(directory, manifest, Dataset([]), {}, settings.releases_kept)
