"""Load generated data as a release, without the gates, so that the real service serves it."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from bench.generator import Generator, Layout
from bench.vocabulary import Vocabulary
from erqi_kg.build.content import questions_of, release_content
from erqi_kg.build.searchindex import search_index
from erqi_kg.storedir import (
    DEFAULT_GRAPH,
    DUMP,
    MANIFEST,
    SEARCH_INDEX,
    STORE,
    Manifest,
    StoreDirectory,
)

NAMED, MERGED, FACTS = "named.nq", "merged.nt", "facts.json"


@dataclass(frozen=True)
class Loaded:
    """Generated data as files for the peers, and as a release of a store directory."""

    directory: str
    size: int
    seed: int
    counties: int
    quads: int
    triples: int
    generate_s: float
    named_load_s: float
    merge_load_s: float

    @property
    def path(self) -> Path:
        """Return the directory; it is a store directory too."""
        return Path(self.directory)

    @property
    def named(self) -> Path:
        """Return the N-Quads of the named graphs."""
        return self.path / NAMED

    @property
    def merged(self) -> Path:
        """Return the N-Triples of the default graph."""
        return self.path / MERGED

    @property
    def layout(self) -> Layout:
        """Return what queries are made from."""
        return Layout(self.counties)


def load(project_dir: Path, workdir: Path, size: int, seed: int) -> Loaded:
    """Return a release of generated data, made anew unless it is there."""
    directory = workdir / f"data-{size}-{seed}"
    facts = directory / FACTS
    if facts.is_file():
        return Loaded(**json.loads(facts.read_text(encoding="utf-8")))
    shutil.rmtree(directory, ignore_errors=True)
    release_id = hashlib.sha256(f"bench {size} {seed}".encode()).hexdigest()[:16] + ".0"
    release = StoreDirectory(directory).releases_path / release_id
    release.mkdir(parents=True)
    vocabulary = Vocabulary(project_dir)
    started = time.perf_counter()
    generator = Generator(vocabulary, size, seed)
    graphs = _write(generator, directory, release)
    generated = time.perf_counter()
    store = ox.Store(release / STORE)
    store.bulk_load(path=directory / NAMED, format=ox.RdfFormat.N_QUADS)
    quads, named = len(store), time.perf_counter()
    store.bulk_load(path=directory / MERGED, format=ox.RdfFormat.N_TRIPLES)
    triples, merged = len(store) - quads, time.perf_counter()
    store.optimize()
    store.flush()
    questions = {one.id: one.question for one in questions_of(vocabulary.inputs)}
    (release / SEARCH_INDEX).write_bytes(search_index(store, vocabulary.names, questions))
    del store
    for name, body in release_content(vocabulary.inputs, ()).items():
        (release / name).parent.mkdir(parents=True, exist_ok=True)
        (release / name).write_bytes(body)
    manifest = Manifest(
        release=release_id,
        built="2026-01-01T00:00:00Z",
        base_iri=vocabulary.names.base_iri,
        version="bench",
        quads=quads,
        triples=triples,
        graphs=graphs,
        inputs={},
    )
    (release / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    (directory / "current").symlink_to(Path("releases") / release_id)
    loaded = Loaded(
        directory=str(directory),
        size=size,
        seed=seed,
        counties=generator.counties,
        quads=quads,
        triples=triples,
        generate_s=round(generated - started, 2),
        named_load_s=round(named - generated, 2),
        merge_load_s=round(merged - named, 2),
    )
    facts.write_text(json.dumps(asdict(loaded)), encoding="utf-8")
    return loaded


def _write(generator: Generator, directory: Path, release: Path) -> dict[str, int]:
    """Write the quads and the triples, sorted as those of a release are."""
    graphs: Counter[str] = Counter()
    with ExitStack() as files:
        named, merged = (
            files.enter_context((directory / name).open("w", encoding="utf-8"))
            for name in (NAMED, MERGED)
        )
        for triple, graph in generator.lines():
            graphs[graph[1:-1]] += 1
            named.write(f"{triple} {graph} .\n")
            merged.write(f"{triple} .\n")
    for name, zipped in ((NAMED, DUMP), (MERGED, DEFAULT_GRAPH)):
        path = directory / name
        sort = ["sort", "--unique", "--buffer-size=25%", f"--output={path}", str(path)]
        subprocess.run(sort, check=True, env=os.environ | {"LC_ALL": "C"})
        with path.open("rb") as plain, gzip.open(release / zipped, "wb", 1) as packed:
            shutil.copyfileobj(plain, packed)
    return dict(sorted(graphs.items()))
