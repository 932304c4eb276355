"""The store directory: where the build half publishes and the serve half reads.

<store>/releases/<id>/     one immutable release
    manifest.json          what it holds and what it was built from
    dump.nq.gz             the named graphs, sorted N-Quads
    dump/                  each named graph by itself, at the path of its IRI, N-Quads
    default.nt.gz          their RDF merge, sorted N-Triples: the default graph
    store/                 both, as an Oxigraph store
    queries/               the question library
    search.db              names of things, folded and indexed (SQLite, FTS5)
    ontology/              context.jsonld, the modules and the shapes as published
<store>/current            symbolic link to the release that is served
<store>/pins/<id>          empty file: the dump of that release is never removed
<store>/build.lock         held while a release is built
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from erqi_kg.errors import ReleaseDamaged, StoreError

MANIFEST = "manifest.json"
DUMP = "dump.nq.gz"
DEFAULT_GRAPH = "default.nt.gz"
STORE = "store"
QUERIES = "queries"
ONTOLOGY = "ontology"
COVERAGE = "coverage.json"
SEARCH_INDEX = "search.db"
DUMPS = "dump"
RELEASE_ID = re.compile(r"[0-9a-f]{16}\.[0-9]+")


def dump_of_graph(path: str) -> str:
    """Return the file that holds one named graph, relative to the release and to the site.

    Args:
        path: of the graph's IRI, after `graph/`.
    """
    return f"{DUMPS}/{path}.nq.gz"


@dataclass(frozen=True)
class Gate:
    """One gate of the build: whether it ran, and what it counted."""

    name: str
    ran: bool
    detail: str = ""


@dataclass(frozen=True)
class Manifest:
    """What a release is and what it was built from."""

    release: str
    """`<digest of the inputs>.<commit number>`"""
    built: str
    """UTC time of the build, ISO 8601; the one thing two equal builds differ in."""
    base_iri: str
    version: str
    """Version of the package that built it."""
    quads: int
    """Quads of the named graphs."""
    triples: int
    """Triples of the default graph, which is their merge."""
    graphs: dict[str, int]
    """Quads of each named graph, by IRI."""
    inputs: dict[str, str]
    """SHA-256 of each input file, by path relative to the project."""
    outputs: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each published file."""
    gates: list[Gate] = field(default_factory=list)

    def to_json(self) -> str:
        """Return the manifest as indented JSON with sorted keys."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read a manifest.

        Raises:
            ValueError: it is not JSON, or holds values of the wrong types.
            TypeError, KeyError, AttributeError: it is not an object with a manifest's members.
        """
        loaded = json.loads(text)
        loaded["gates"] = [Gate(**gate) for gate in loaded.get("gates", [])]
        manifest = cls(**loaded)
        if not manifest.is_well_typed():
            raise ValueError("values of the wrong types")
        return manifest

    def is_well_typed(self) -> bool:
        """Say whether what the service relies on is of the declared types."""
        texts = (self.release, self.built, self.base_iri, self.version)
        return (
            all(isinstance(text, str) for text in texts)
            and all(isinstance(count, int) for count in (self.quads, self.triples))
            and all(isinstance(table, dict) for table in (self.graphs, self.inputs, self.outputs))
        )


@dataclass(frozen=True)
class Release:
    """A release directory and its manifest."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """Return the release's id."""
        return self.manifest.release

    @classmethod
    def read(cls, path: Path) -> Release:
        """Open a release directory.

        Raises:
            ReleaseDamaged: its manifest cannot be read, or is of another release.
        """
        try:
            manifest = Manifest.from_json((path / MANIFEST).read_text(encoding="utf-8"))
        except OSError as error:
            reason = f"its {MANIFEST} cannot be read: {error.strerror}"
            raise ReleaseDamaged(path.name, reason) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            reason = f"its {MANIFEST} is no manifest: {error}"
            raise ReleaseDamaged(path.name, reason) from error
        if manifest.release != path.name:
            reason = f"its {MANIFEST} is of release {manifest.release}"
            raise ReleaseDamaged(path.name, reason)
        return cls(path.resolve(), manifest)


@dataclass(frozen=True)
class StoreDirectory:
    """The directory of all releases."""

    path: Path

    @property
    def releases_path(self) -> Path:
        """Return the directory the releases stand in."""
        return self.path / "releases"

    @property
    def current_link(self) -> Path:
        """Return the link to the served release."""
        return self.path / "current"

    def current_id(self) -> str | None:
        """Return the id of the served release, or None when there is none yet."""
        try:
            return self.current_link.readlink().name
        except OSError:
            return None

    def current(self) -> Release:
        """Return the served release.

        Raises:
            StoreError: there is none, or it is damaged; says what to do.
        """
        link = self.current_link
        release_id = self.current_id()
        if release_id is None and os.path.lexists(link):
            raise StoreError(f"{link} is not a link to a release; run `erqi-kg build`")
        if release_id is None:
            raise StoreError(f"no release in {self.path}; run `erqi-kg build` first")
        path = self.releases_path / release_id
        if not RELEASE_ID.fullmatch(release_id) or not path.is_dir():
            raise StoreError(
                f"{link} points to {release_id}, and there is no such release in "
                f"{self.releases_path}; run `erqi-kg build`"
            )
        return Release.read(path)

    def release(self, release_id: str) -> Release:
        """Return one release by id.

        Raises:
            StoreError: it is not here (any more), or damaged.
        """
        if not RELEASE_ID.fullmatch(release_id):
            raise StoreError(f"{release_id!r} is not a release id")
        path = self.releases_path / release_id
        if not path.is_dir():
            raise StoreError(f"there is no release {release_id} in {self.releases_path}")
        return Release.read(path)

    @property
    def pins_path(self) -> Path:
        """Return the directory of the pins."""
        return self.path / "pins"

    def pinned(self) -> set[str]:
        """Return the ids of the releases whose dumps are kept for good."""
        return {path.name for path in self.pins_path.glob("*")}

    def pin(self, release_id: str) -> None:
        """Keep the dump of a release for good.

        Raises:
            StoreError: there is no such release, or it is damaged.
        """
        self.release(release_id)
        self.pins_path.mkdir(exist_ok=True)
        (self.pins_path / release_id).touch()

    def unpin(self, release_id: str) -> None:
        """Let a later build remove a release.

        Raises:
            StoreError: it is not pinned.
        """
        if release_id not in self.pinned():
            raise StoreError(f"release {release_id} is not pinned")
        (self.pins_path / release_id).unlink()

    def release_paths(self) -> list[Path]:
        """Return the directories that bear a release's name, whole or damaged, by name."""
        if not self.releases_path.is_dir():
            return []
        return sorted(
            path for path in self.releases_path.iterdir() if RELEASE_ID.fullmatch(path.name)
        )

    def releases(self) -> list[Release]:
        """Return all releases whose manifest can be read, the newest first."""
        found = []
        for path in self.release_paths():
            with suppress(ReleaseDamaged):
                found.append(Release.read(path))
        return sorted(found, key=lambda release: (release.manifest.built, release.id), reverse=True)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold an exclusive lock of this directory; the kernel frees it when its holder dies.

        Raises:
            StoreError: another process holds it, or the directory cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            opened = (self.path / f"{name}.lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise StoreError(
                f"cannot write in the store directory {self.path}: {error.strerror}; "
                "set ERQI_STORE_DIR to another"
            ) from error
        with opened as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                handle.seek(0)
                holder = handle.read().strip() or "unknown"
                raise StoreError(
                    f"another process (pid {holder}) holds {self.path / f'{name}.lock'}; "
                    "wait for it or stop it"
                ) from error
            handle.seek(0)
            handle.truncate()
            handle.write(str(os.getpid()))
            handle.flush()
            yield
