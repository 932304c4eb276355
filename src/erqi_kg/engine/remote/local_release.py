"""The local release beside a remote engine: search, VoID, questions and evidence are of it."""

from __future__ import annotations

import threading
from pathlib import Path

from erqi_kg.engine.compaction import HOLDER
from erqi_kg.storedir import Release, StoreDirectory


class LocalRelease:
    """Holds the current release of a store directory; thread-safe.

    Args:
        path: the store directory.
    """

    def __init__(self, path: Path) -> None:
        self._directory = StoreDirectory(path)
        self._lock = threading.Lock()
        self._held = self._directory.current()
        self._context_of: str | None = None

    def get(self) -> Release:
        """Return the release that `current` points at; no more than a link is read for it.

        Raises:
            StoreError: there is none.
        """
        held = self._held
        if self._directory.current_id() != held.id:
            with self._lock:
                held = self._held = self._directory.current()
        return held

    def hold_context(self, release: Release) -> None:
        """Keep the release's context at hand for answers in JSON-LD."""
        if self._context_of == release.id:
            return
        with self._lock:
            HOLDER.read(release.path)
            self._context_of = release.id
