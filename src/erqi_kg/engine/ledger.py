"""The log of the release that is served, with its limits."""

from __future__ import annotations

from pathlib import Path

from erqi_kg.commitfold import folded, replace_log
from erqi_kg.commitlog import LogState, Record, append, log_path, read_log, state_of
from erqi_kg.engine.residence import BYTES_PER_QUAD
from erqi_kg.errors import NotFound, TooLarge
from erqi_kg.settings import Settings, variable_name
from erqi_kg.storedir import Release

_MIB = 1024 * 1024
_FOLD_FACTOR = 4
_FOLD_LEAST_BYTES = 4 * _MIB
"""A log is folded when it is larger, and so many times as large as when it was last folded."""


class Ledger:
    """Reads and writes the commit log of one release.

    Args:
        path: directory of the release.
        settings: the limits.

    Raises:
        StoreError: the release or its log is damaged.
    """

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self.base_iri = Release.read(path).manifest.base_iri
        self.state: LogState = state_of(path)
        self._inode = self._found_inode()

    def is_of(self, path: Path) -> bool:
        """Say whether it holds this release's log, and nobody else wrote to that."""
        return path == self.path and self._found_inode() == self._inode

    def last_touched(self, graph: str) -> int:
        """Return the last commit that changed a graph; "" is the default graph."""
        return self.state.touched.get(graph, 0)

    def record(self, commit: int) -> Record:
        """Return one commit.

        Raises:
            NotFound: there is none with this number, or it was folded.
        """
        for record, _ in read_log(self.path):
            if record.commit == commit and not record.is_folded:
                return record
        raise NotFound(f"There is no commit {commit} in the log; it may have been folded.")

    def write(self, record: Record) -> None:
        """Write a commit and wait until the disk has it.

        Raises:
            TooLarge: past a limit; says which setting to change.
            OSError: the disk does not take it.
        """
        self._check(record)
        append(self.path, record, self.state)
        self._inode = self._found_inode()

    def fold(self) -> None:
        """Make one record of many, when the log has grown much since it was last done."""
        size = self.state.size_bytes
        if size > max(_FOLD_LEAST_BYTES, _FOLD_FACTOR * self.state.folded_bytes):
            self.state = replace_log(self.path, folded(self.path))
            self._inode = self._found_inode()

    def _check(self, record: Record) -> None:
        settings, added = self.settings, record.added_count - record.removed_count
        quads = self.state.quads_total + added
        most, name = settings.workspace_quads, "workspace_quads"
        if settings.plain:
            most, name = settings.resident_mb * _MIB // BYTES_PER_QUAD, "resident_mb"
        if added > 0 and quads > most:
            raise TooLarge(
                f"There would be {quads} quads; at most {most} are kept here "
                f"({variable_name(name)})."
            )
        graphs = len(self.state.graphs | set(record.created))
        if record.created and not settings.plain and graphs > settings.workspace_graphs:
            raise TooLarge(
                f"There would be {graphs} workspace graphs; at most {settings.workspace_graphs} "
                f"are kept here ({variable_name('workspace_graphs')})."
            )
        size_mb = (self.state.size_bytes + len(record.added) + len(record.removed)) // _MIB
        if size_mb > settings.commit_log_mb:
            raise TooLarge(
                f"The commit log would have {size_mb} MiB; at most {settings.commit_log_mb} are "
                f"kept ({variable_name('commit_log_mb')})."
            )

    def _found_inode(self) -> int:
        try:
            return log_path(self.path).stat().st_ino
        except FileNotFoundError:
            return 0
