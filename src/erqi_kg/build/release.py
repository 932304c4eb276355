"""Publish quads as a release: an immutable directory, fsynced and renamed into place."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from erqi_kg.build.ntriples import Triple, iri_in, term
from erqi_kg.build.repair import ASIDE, STAGING, Report, clear, reduce_to_dumps
from erqi_kg.commitfold import carry_over
from erqi_kg.differences.recording import record_changes
from erqi_kg.errors import StoreError
from erqi_kg.namespaces import Names
from erqi_kg.storedir import (
    DEFAULT_GRAPH,
    DUMP,
    MANIFEST,
    STORE,
    Manifest,
    Release,
    StoreDirectory,
    dump_of_graph,
)

_WRITER_S = 60.0
"""How long a build waits for a commit that is being written."""


class Dataset:
    """Quads as the release holds them: named graphs and their merge, each a set.

    Terms pass through the store once, so that dumps say what queries answer (the store keeps
    numbers in canonical form).
    """

    def __init__(self, quads: Sequence[ox.Quad]) -> None:
        self.store = ox.Store()
        self.store.bulk_extend(quads)
        dumped = self.store.dump(format=ox.RdfFormat.N_QUADS) or b""
        self.dump = sorted(dumped.splitlines(keepends=True))
        parts = [line.rsplit(b" ", 2) for line in self.dump]
        self.merge = sorted({triple + b" .\n" for triple, _, _ in parts})
        counts = Counter(graph for _, graph, _ in parts)
        self.graphs = {iri_in(graph): count for graph, count in counts.items()}
        self.store.bulk_load(b"".join(self.merge), format=ox.RdfFormat.N_TRIPLES)

    def add(self, graph: str, triples: Iterable[Triple]) -> None:
        """Add a new named graph, and its triples to the merge."""
        lines = {b" ".join((*triple, b".\n")) for triple in triples}
        quads = [line[:-2] + term(graph) + b" .\n" for line in lines]
        self.store.bulk_load(b"".join(quads), format=ox.RdfFormat.N_QUADS)
        self.store.bulk_load(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)
        # Sorting is quick where two sorted runs follow each other.
        self.dump = sorted([*self.dump, *sorted(quads)])
        self.merge = sorted([*self.merge, *sorted(lines.difference(self.merge))])
        self.graphs[graph] = len(quads)

    def lines_of_graphs(self) -> dict[str, list[bytes]]:
        """Return the sorted N-Quads of each named graph, by IRI."""
        found: dict[bytes, list[bytes]] = {}
        for line in self.dump:
            found.setdefault(line.rsplit(b" ", 2)[1], []).append(line)
        return {iri_in(graph): found[graph] for graph in sorted(found)}


def publish(
    directory: StoreDirectory,
    manifest: Manifest,
    dataset: Dataset,
    content: Mapping[str, bytes],
    kept: int,
    report: Report = lambda _: None,
    changes_quads: int = 0,
) -> Release:
    """Write a release beside the others and make it the current one.

    Args:
        manifest: without the figures and digests this function knows.
        content: further files of the release by relative path.
        kept: how many releases stay.
        report: told each damaged release that was set aside.
        changes_quads: up to how many changed quads each is recorded.
    """
    clear(directory, manifest.release, report)
    target = directory.releases_path / manifest.release
    if not target.exists():
        staging = directory.releases_path / f"{STAGING}{manifest.release}"
        staging.mkdir(parents=True)
        files = {
            DUMP: _gzip(dataset.dump),
            DEFAULT_GRAPH: _gzip(dataset.merge),
            **_dumps(dataset, Names(manifest.base_iri)),
            **content,
        }
        for name, data in files.items():
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).write_bytes(data)
        _write_store(staging / STORE, dataset)
        complete = replace(
            manifest,
            quads=len(dataset.dump),
            triples=len(dataset.merge),
            graphs=dict(sorted(dataset.graphs.items())),
            outputs={name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        )
        (staging / MANIFEST).write_text(complete.to_json(), encoding="utf-8")
        previous = _previous(directory)
        if previous is not None:
            record_changes(staging, complete, dataset.dump, previous, changes_quads)
        _sync_tree(staging)
        staging.rename(target)
        _sync(directory.releases_path)
    with directory.lock("writer", _WRITER_S):
        _carry_over(directory, target)
        _point_current(directory, manifest.release)
    _prune(directory, kept)
    return directory.release(manifest.release)


def _previous(directory: StoreDirectory) -> Release | None:
    """Return the release that is current until now; None when there is none, or no whole one."""
    try:
        previous = directory.current()
    except StoreError:
        return None
    return previous if (previous.path / DUMP).is_file() else None


def _dumps(dataset: Dataset, names: Names) -> dict[str, bytes]:
    prefix = names.graph("")
    return {
        dump_of_graph(iri.removeprefix(prefix)): _gzip(lines)
        for iri, lines in dataset.lines_of_graphs().items()
    }


def _gzip(lines: Sequence[bytes]) -> bytes:
    return gzip.compress(b"".join(lines), compresslevel=6, mtime=0)


def _write_store(path: Path, dataset: Dataset) -> None:
    store = ox.Store(path)
    store.bulk_load(b"".join(dataset.dump), format=ox.RdfFormat.N_QUADS)
    store.bulk_load(b"".join(dataset.merge), format=ox.RdfFormat.N_TRIPLES)
    store.optimize()
    store.flush()
    del store


def _point_current(directory: StoreDirectory, release_id: str) -> None:
    temporary = directory.path / "current.new"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("releases") / release_id)
    temporary.replace(directory.current_link)
    _sync(directory.path)


def _carry_over(directory: StoreDirectory, target: Path) -> None:
    """Bring what clients wrote into the served release over to the new one."""
    current = directory.current_id()
    if current is None:
        return
    aside = sorted(directory.releases_path.glob(f"{current}{ASIDE}*"))
    found = [path for path in (directory.releases_path / current, *aside[-1:]) if path.is_dir()]
    if not found:
        return
    try:
        carry_over(found[0], target)
    except OSError as error:
        raise StoreError(f"cannot carry the commits of {current} over: {error}") from error


def _prune(directory: StoreDirectory, kept: int) -> None:
    current = directory.current_id()
    others = [release for release in directory.releases() if release.id != current]
    pinned = directory.pinned()
    for release in others[kept - 1 :]:
        if release.id in pinned:
            reduce_to_dumps(release.path)
            continue
        doomed = directory.releases_path / f"{STAGING}{release.id}"
        release.path.rename(doomed)
        shutil.rmtree(doomed)


def _sync_tree(root: Path) -> None:
    for path in [*root.rglob("*"), root]:
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
