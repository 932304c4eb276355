"""Releases for tests, made from visible N-Quads."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from erqi_kg.build.descriptions import add_descriptions
from erqi_kg.build.release import Dataset
from erqi_kg.build.searchindex import search_index
from erqi_kg.differences.recording import record_changes
from erqi_kg.errors import StoreError
from erqi_kg.namespaces import DEFAULT_BASE_IRI, Names
from erqi_kg.questions import read_library
from erqi_kg.storedir import (
    DEFAULT_GRAPH,
    DUMP,
    MANIFEST,
    QUERIES,
    SEARCH_INDEX,
    STORE,
    Manifest,
    Release,
    StoreDirectory,
    dump_of_graph,
)


def make_release(
    store_dir: Path,
    nquads: str,
    *,
    base_iri: str = DEFAULT_BASE_IRI,
    files: Mapping[str, str] | None = None,
    built: str = "2026-01-01T00:00:00Z",
    is_current: bool = True,
    is_described: bool = False,
    changes_quads: int = 1_000_000,
) -> Release:
    """Publish quads of named graphs as a release and make it the current one.

    Args:
        store_dir: the store directory.
        nquads: the quads, each in a named graph.
        base_iri: of the manifest.
        files: further files by path, such as `queries/competency/x.rq`.
        built: time in the manifest, which orders releases.
        is_current: `current` is set to it.
        is_described: it holds its own description, as the build adds it.
        changes_quads: up to how many changed quads are recorded.
    """
    quads = set(ox.parse(nquads, format=ox.RdfFormat.N_QUADS))
    triples = {quad.triple for quad in quads}
    release_id = hashlib.sha256(nquads.encode()).hexdigest()[:16] + ".0"
    path = StoreDirectory(store_dir).releases_path / release_id
    path.mkdir(parents=True)
    for name, text in (files or {}).items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    library = read_library(path / QUERIES / "competency")
    if is_described:
        dataset = Dataset(list(quads))
        add_descriptions(dataset, library, Names(base_iri))
        quads = {quad for quad in dataset.store if isinstance(quad.graph_name, ox.NamedNode)}
        triples = {quad.triple for quad in quads}
        for iri, lines in dataset.lines_of_graphs().items():
            file = path / dump_of_graph(iri.removeprefix(Names(base_iri).graph("")))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(gzip.compress(b"".join(lines), mtime=0))
    _write_gzip(path / DUMP, quads, ox.RdfFormat.N_QUADS)
    _write_gzip(path / DEFAULT_GRAPH, triples, ox.RdfFormat.N_TRIPLES)
    store = ox.Store(str(path / STORE))
    store.bulk_extend(quads)
    store.bulk_extend(ox.Quad(one.subject, one.predicate, one.object) for one in triples)
    store.flush()
    questions = {question.id: question.question for question in library}
    (path / SEARCH_INDEX).write_bytes(search_index(store, Names(base_iri), questions))
    del store
    manifest = Manifest(
        release=release_id,
        built=built,
        base_iri=base_iri,
        version="0",
        quads=len(quads),
        triples=len(triples),
        graphs=dict(Counter(quad.graph_name.value for quad in quads)),
        inputs={},
        outputs=_digests(path),
    )
    (path / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    if (previous := _current(store_dir)) is not None:
        lines = gzip.decompress((path / DUMP).read_bytes()).splitlines(keepends=True)
        record_changes(path, manifest, lines, previous, changes_quads)
    if is_current:
        point_current(store_dir, release_id)
    return Release.read(path)


def _digests(path: Path) -> dict[str, str]:
    """The SHA-256 of each file but those of the store, which differ from time to time."""
    files = (file for file in sorted(path.rglob("*")) if file.is_file())
    names = {str(file.relative_to(path)): file for file in files}
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest()
        for name, file in names.items()
        if not name.startswith(f"{STORE}/")
    }


def _current(store_dir: Path) -> Release | None:
    try:
        return StoreDirectory(store_dir).current()
    except StoreError:
        return None


def point_current(store_dir: Path, release_id: str) -> None:
    """Make a release the current one."""
    temporary = store_dir / "current.new"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("releases") / release_id)
    temporary.replace(store_dir / "current")


def _write_gzip(path: Path, statements: set[ox.Quad] | set[ox.Triple], form: ox.RdfFormat) -> None:
    lines = (ox.serialize(statements, format=form) or b"").splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(sorted(lines)), mtime=0))
