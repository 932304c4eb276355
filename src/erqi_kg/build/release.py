"""Publish quads as a release: an immutable directory, fsynced and renamed into place."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from erqi_kg.build.ntriples import Triple, iri_in, term
from erqi_kg.build.placing import make_current, place
from erqi_kg.build.repair import STAGING, Report, clear
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
        previous = release_before(directory)
        if previous is not None:
            record_changes(staging, complete, dataset.dump, previous, changes_quads)
        place(staging, target)
    make_current(directory, target, kept)
    return directory.release(manifest.release)


def release_before(directory: StoreDirectory) -> Release | None:
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
