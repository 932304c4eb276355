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
    changes/               what differs from the release before (see differences.files)
    commits.log            what clients changed since it was built (see commitlog)
<store>/current            symbolic link to the release that is served
<store>/pins/<id>          empty file: the dump of that release is never removed
<store>/citations/         answers that somebody cited, at most as many as the settings say
<store>/pulls/<id>/        what has come of a release that is copied from another server
<store>/build.lock         held while a release is built
<store>/writer.lock        held while a commit is written
<store>/serve.lock         held by the one service that may write
<store>/copies/            private copies of on-disk stores, of processes that run
<store>/plain/             a store directory like this one, for plain mode
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from erqi_kg.errors import ReleaseDamaged, StoreError
from erqi_kg.locks import exclusive_lock

MANIFEST = "manifest.json"
DUMP = "dump.nq.gz"
DEFAULT_GRAPH = "default.nt.gz"
STORE = "store"
QUERIES = "queries"
ONTOLOGY = "ontology"
COVERAGE = "coverage.json"
SEARCH_INDEX = "search.db"
DUMPS = "dump"
COPIES = "copies"
CHANGES = "changes"
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
    commit: int = 0
    """The last commit that is seen; 0: the release as it was built."""
    committed: str = ""
    """UTC time of that commit, ISO 8601."""

    @property
    def id(self) -> str:
        """Return the release's id, `<digest of the inputs>.<commit number>`."""
        return release_id(self.manifest.release, self.commit)

    @property
    def changed(self) -> str:
        """Return the UTC time since when it is as it is, ISO 8601."""
        return self.committed or self.manifest.built

    def at_commit(self, commit: int, committed: str) -> Release:
        """Return the release as it is after a commit."""
        return replace(self, commit=commit, committed=committed)

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


def release_id(any_id: str, commit: int) -> str:
    """Return the id of a release after a commit, from its id after any commit."""
    return f"{any_id.partition('.')[0]}.{commit}"


def commit_of(any_id: str) -> int:
    """Return the commit number of a release id."""
    return int(any_id.partition(".")[2])


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
        found_id = self.current_id()
        if found_id is None and os.path.lexists(link):
            raise StoreError(f"{link} is not a link to a release; run `erqi-kg build`")
        if found_id is None:
            raise StoreError(f"no release in {self.path}; run `erqi-kg build` first")
        path = self.releases_path / found_id
        if not RELEASE_ID.fullmatch(found_id) or not path.is_dir():
            raise StoreError(
                f"{link} points to {found_id}, and there is no such release in "
                f"{self.releases_path}; run `erqi-kg build`"
            )
        return Release.read(path)

    def release(self, wanted: str) -> Release:
        """Return one release by id; whether its commit is still in the log is not looked at.

        Raises:
            StoreError: it is not here (any more), or damaged.
        """
        if not RELEASE_ID.fullmatch(wanted):
            raise StoreError(f"{wanted!r} is not a release id")
        path = self.releases_path / release_id(wanted, 0)
        if not path.is_dir():
            raise StoreError(f"there is no release {wanted} in {self.releases_path}")
        return replace(Release.read(path), commit=commit_of(wanted))

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
    def lock(self, name: str, wait_s: float = 0.0) -> Iterator[None]:
        """Hold an exclusive lock of this directory; the kernel frees it when its holder dies.

        Args:
            name: `build`, `writer`, `serve` or `citations`.
            wait_s: how long to wait for another holder.

        Raises:
            StoreError: another process holds it, or the directory cannot be written.
        """
        with exclusive_lock(self.path / f"{name}.lock", wait_s):
            yield
