"""The graphs of a release as a remote is to hold them, read in parts."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from erqi_kg.errors import ReleaseDamaged
from erqi_kg.namespaces import REMOTE_MERGE, Names
from erqi_kg.storedir import DEFAULT_GRAPH, Release, dump_of_graph

PART_BYTES = 16 * 1024 * 1024
"""So much of a graph is sent at once; servers bound what they take."""


@dataclass(frozen=True)
class PublishedGraph:
    """One graph, and the file it is read from."""

    iri: str
    triples: int
    path: Path
    digest: str
    """SHA-256 of the file."""
    is_merge: bool = False

    def parts(self, part_bytes: int = PART_BYTES) -> Iterator[bytes]:
        """Yield the graph as N-Triples, in parts that end with a line; at least one.

        Raises:
            ReleaseDamaged: the file cannot be read.
        """
        held: list[bytes] = []
        size = 0
        try:
            with gzip.open(self.path, "rb") as lines:
                for line in lines:
                    triple = line if self.is_merge else line.rsplit(b" ", 2)[0] + b" .\n"
                    held.append(triple)
                    size += len(triple)
                    if size >= part_bytes:
                        yield b"".join(held)
                        held, size = [], 0
        except (OSError, EOFError, zlib.error) as error:
            raise ReleaseDamaged(self.path.name, str(error)) from error
        if held or self.triples == 0:
            yield b"".join(held)


def graphs_of(release: Release) -> list[PublishedGraph]:
    """Return the built graphs of a release, and their merge last."""
    manifest = release.manifest
    names = Names(manifest.base_iri)
    prefix = names.graph("")
    found = [
        _graph(release, iri, triples, dump_of_graph(iri.removeprefix(prefix)))
        for iri, triples in sorted(manifest.graphs.items())
    ]
    merge = _graph(release, names.remote(REMOTE_MERGE), manifest.triples, DEFAULT_GRAPH)
    return [*found, merge]


def _graph(release: Release, iri: str, triples: int, file: str) -> PublishedGraph:
    path = release.path / file
    digest = release.manifest.outputs.get(file) or _digest_of(path)
    return PublishedGraph(iri, triples, path, digest, is_merge=file == DEFAULT_GRAPH)


def _digest_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ReleaseDamaged(path.name, str(error)) from error
