"""Read the files of the project, remembering the digest of each."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from erqi_kg.errors import RecordInvalid
from erqi_kg.namespaces import DEFAULT_BASE_IRI


class Inputs:
    """The project's content folders, read as text under the base IRI of the build.

    Args:
        project_dir: holds `ontology/`, `data/` and `queries/`.
        base_iri: replaces the default base wherever it stands in an input.
    """

    def __init__(self, project_dir: Path, base_iri: str = DEFAULT_BASE_IRI) -> None:
        self.project_dir = project_dir
        self.base_iri = base_iri
        self.digests: dict[str, str] = {}

    def paths(self, pattern: str) -> list[Path]:
        """Return the files a glob pattern finds below the project, sorted."""
        return sorted(path for path in self.project_dir.glob(pattern) if path.is_file())

    def name(self, path: Path) -> str:
        """Return a file's path relative to the project, with slashes."""
        return path.relative_to(self.project_dir).as_posix()

    def text(self, path: Path) -> str:
        """Return a file's text with the base IRI of this build.

        Raises:
            RecordInvalid: the file is missing or not UTF-8.
        """
        name = self.name(path)
        try:
            raw = path.read_bytes()
            text = raw.decode("utf-8")
        except OSError as error:
            raise RecordInvalid(f"cannot be read: {error.strerror}", name) from error
        except UnicodeDecodeError as error:
            raise RecordInvalid(f"is not UTF-8 (byte {error.start})", name) from error
        self.digests[name] = hashlib.sha256(raw).hexdigest()
        if self.base_iri != DEFAULT_BASE_IRI:
            text = text.replace(DEFAULT_BASE_IRI, self.base_iri)
        return text

    def toml(self, path: Path) -> dict[str, Any]:
        """Return the tables of a TOML file.

        Raises:
            RecordInvalid: it is not TOML; the message holds line and column.
        """
        try:
            return tomllib.loads(self.text(path))
        except tomllib.TOMLDecodeError as error:
            raise RecordInvalid(f"is not TOML: {error}", self.name(path)) from error

    def digest_of(self, *patterns: str) -> str:
        """Return one SHA-256 over the inputs read so far whose names match a pattern."""
        summed = hashlib.sha256(self.base_iri.encode())
        for name in sorted(self.digests):
            if any(Path(name).match(pattern) for pattern in patterns):
                summed.update(f"{name}\0{self.digests[name]}\n".encode())
        return summed.hexdigest()
