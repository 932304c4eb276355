"""The store an executor or zygote holds, and how it catches up with the commits."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox

from erqi_kg.commitlog import Record, log_path, read_log
from erqi_kg.engine.residence import Stores, open_on_disk
from erqi_kg.errors import EngineUnavailable
from erqi_kg.storedir import Release

_DEFAULT_GRAPH = ""


class Outdated(EngineUnavailable):
    """The commits since the store's own were folded: a store of a younger commit is needed."""


class Holding:
    """A release's store at one of its commits.

    Args:
        release: whose store it is.
        resident: its in-memory copy; None: it is opened from disk, read-only, when first used.
        copies: directory for private copies of the on-disk store, which take commits; on the
            disk of the release, so that copies are links.
    """

    def __init__(self, release: Release, resident: Stores | None, copies: Path) -> None:
        self.release = release
        self.commit = 0
        self.copies = copies
        self._stores = resident
        self._is_writable = resident is not None
        self._log = 0
        self._offset = 0

    @property
    def store(self) -> ox.Store:
        """Return the store; it may be changed only after `make_writable`.

        Raises:
            StoreError: it cannot be opened.
        """
        return self.stores.whole

    @property
    def stores(self) -> Stores:
        """Return the store, and the one of the default graph alone.

        Raises:
            StoreError: it cannot be opened.
        """
        if self._stores is None:
            self._stores = Stores.of_one(open_on_disk(self.release))
        return self._stores

    def warm_up(self) -> None:
        """Open the store now, so that no query pays for it.

        Raises:
            StoreError: it cannot be opened.
        """
        self._stores = self.stores

    @property
    def copy_path(self) -> Path:
        """Return where this process keeps its private copy."""
        return self.copies / str(os.getpid())

    def make_writable(self) -> None:
        """Make the store a private copy, unless it is one (hard links: milliseconds).

        Raises:
            StoreError: it cannot be opened.
        """
        if self._is_writable:
            return
        self.copies.mkdir(parents=True, exist_ok=True)
        self.store.backup(str(self.copy_path))
        self._stores = Stores.of_one(ox.Store(str(self.copy_path)))
        self._is_writable = True

    def catch_up(self, commit: int | None = None) -> None:
        """Apply the commits up to this one; None: all.

        Raises:
            Outdated: they were folded.
            StoreError: the log is damaged.
        """
        if commit is not None and commit <= self.commit:
            return
        self._follow_log()
        for record, end in read_log(self.release.path, self._offset):
            if commit is not None and record.commit > commit:
                break
            if record.commit > self.commit:
                if record.is_folded and self.commit > 0:
                    raise Outdated("The commits were folded; ask again.")
                self._apply(record)
            self._offset = end
            if record.commit == commit:
                break
        if commit is not None and self.commit < commit:
            raise Outdated(f"Commit {commit} is not in the log any more.")

    def _follow_log(self) -> None:
        """Begin anew when the log was replaced."""
        try:
            found = log_path(self.release.path).stat().st_ino
        except FileNotFoundError:
            return
        if found != self._log:
            self._log, self._offset = found, 0

    def _apply(self, record: Record) -> None:
        self.make_writable()
        store = self.store
        if _DEFAULT_GRAPH in record.counts:
            self._stores = Stores.of_one(store)
        for quad in ox.parse(record.removed, format=ox.RdfFormat.N_QUADS):
            store.remove(quad)
        for graph in record.dropped:
            store.remove_graph(ox.NamedNode(graph))
        for graph in record.created:
            store.add_graph(ox.NamedNode(graph))
        store.extend(ox.parse(record.added, format=ox.RdfFormat.N_QUADS))
        self.commit = record.commit
