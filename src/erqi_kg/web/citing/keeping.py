"""Keep citations in the store directory, within stated limits: <store>/citations/<id>.json.gz."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from pathlib import Path

from erqi_kg.errors import Forbidden, NotFound, StoreError, TooLarge
from erqi_kg.settings import Settings, variable_name
from erqi_kg.storedir import StoreDirectory, release_id
from erqi_kg.web.citing.citation import CITATION_ID, Citation

CITATIONS = "citations"
_SUFFIX = ".json.gz"
_LOCK_S = 5.0
_MIB = 1 << 20


@dataclass(frozen=True)
class CitationStore:
    """The citations of a store directory."""

    directory: StoreDirectory
    settings: Settings

    @property
    def path(self) -> Path:
        """Return the directory of the citations."""
        return self.directory.path / CITATIONS

    def find(self, citation_id: str) -> Citation:
        """Return a citation.

        Raises:
            NotFound: there is none of this id.
            StoreError: its file is damaged.
        """
        path = self._file(citation_id)
        if not CITATION_ID.fullmatch(citation_id) or not path.is_file():
            raise NotFound(f"There is no citation {citation_id!r} here.")
        try:
            found = Citation.from_json(gzip.decompress(path.read_bytes()).decode("utf-8"))
        except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
            raise StoreError(f"the citation {path} cannot be read: {error}") from error
        if found.id != citation_id:
            raise StoreError(f"the citation {path} is not what was cited")
        return found

    def keep(self, citation: Citation) -> None:
        """Keep a citation, and pin the dump of its release; one that is kept already stays.

        Raises:
            Forbidden: citing is off.
            TooLarge: past a limit of the settings.
            StoreError: the store directory cannot be written.
        """
        if not self.settings.citations:
            raise Forbidden(f"Citing is off here; {variable_name('citations')} turns it on.")
        with self.directory.lock(CITATIONS, _LOCK_S):
            if self._file(citation.id).is_file():
                return
            body = gzip.compress(citation.to_json().encode("utf-8"), mtime=0)
            self._check_room(len(body))
            self._write(self._file(citation.id), body)
            self._pin(citation)

    def _file(self, citation_id: str) -> Path:
        return self.path / f"{citation_id}{_SUFFIX}"

    def _check_room(self, size_bytes: int) -> None:
        held = [entry.stat().st_size for entry in os.scandir(self.path)] if self._exists() else []
        if len(held) >= self.settings.citations:
            raise _full("citations", self.settings.citations, "citations")
        if sum(held) + size_bytes > self.settings.citations_mb * _MIB:
            raise _full("citations_mb", self.settings.citations_mb, "MiB")

    def _exists(self) -> bool:
        return self.path.is_dir()

    def _write(self, path: Path, body: bytes) -> None:
        temporary = path.with_suffix(".new")
        try:
            self.path.mkdir(exist_ok=True)
            with temporary.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError as error:
            raise StoreError(f"cannot keep a citation in {self.path}: {error}") from error

    def _pin(self, citation: Citation) -> None:
        """Keep the dump of the release for good, unless too many are kept already."""
        built = release_id(citation.release, 0)
        pinned = self.directory.pinned()
        if built in pinned or len(pinned) >= self.settings.cited_releases:
            return
        try:
            self.directory.pin(built)
        except StoreError:
            return  # a build removed it meanwhile; the answer is kept


def _full(name: str, limit: int, unit: str) -> TooLarge:
    return TooLarge(
        f"No more can be cited here: the limit is {limit} {unit} ({variable_name(name)}). "
        "Keep the query and the release id yourself."
    )
