"""Look whether the files of a release say what its manifest says, in one pass over its dumps."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from urllib.parse import quote

from erqi_kg.build.ntriples import iri_in
from erqi_kg.errors import CopyRefused
from erqi_kg.storedir import (
    DEFAULT_GRAPH,
    DUMP,
    RELEASE_ID,
    SEARCH_INDEX,
    Manifest,
    commit_of,
)

MOST_FILES = 10_000
_LONGEST_LINE = 1 << 24
_FILE = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_OURS = re.compile(r"(store|changes)/|commits\.log|manifest\.json|reduced")
"""Files that are made here."""
_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`]+/")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def manifest_in(text: bytes, wanted: str | None) -> Manifest:
    """Read the manifest that a server sent.

    Args:
        text: its bytes.
        wanted: id of the release it must be of; None: of any.

    Raises:
        CopyRefused: it is no manifest, of another release, or names files that no release has.
    """
    try:
        manifest = Manifest.from_json(text.decode("utf-8"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CopyRefused(f"the server's manifest.json is no manifest: {error}") from error
    if not RELEASE_ID.fullmatch(manifest.release) or commit_of(manifest.release):
        raise CopyRefused(f"{manifest.release!r} in the server's manifest is no release id")
    if wanted is not None and manifest.release != wanted:
        raise CopyRefused(f"the server sent release {manifest.release} in place of {wanted}")
    if not _BASE.fullmatch(manifest.base_iri):
        raise CopyRefused(f"{manifest.base_iri!r} in the server's manifest is no base IRI")
    missing = {DUMP, DEFAULT_GRAPH}.difference(manifest.outputs)
    if missing:
        raise CopyRefused(f"the server's manifest names no {min(missing)}")
    if len(manifest.outputs) > MOST_FILES:
        raise CopyRefused(f"the server's manifest names more than {MOST_FILES} files")
    for name, digest in manifest.outputs.items():
        if not _FILE.fullmatch(name) or _OURS.match(name) or not _SHA256.fullmatch(str(digest)):
            raise CopyRefused(f"the server's manifest names a file that no release has: {name!r}")
    return manifest


def check_content(path: Path, manifest: Manifest, most_bytes: int) -> None:
    """Make sure that the dumps hold what the manifest says, and the search index opens.

    Args:
        path: the directory of the files.
        manifest: what they must be.
        most_bytes: how much the dumps may hold when they are unpacked.

    Raises:
        CopyRefused: says what is wrong.
    """
    graphs: Counter[bytes] = Counter()
    merged = _merge(_sorted_lines(path / DUMP, most_bytes), graphs)
    triples = 0
    for one, other in zip_longest(merged, _sorted_lines(path / DEFAULT_GRAPH, most_bytes)):
        if one != other:
            raise CopyRefused(f"{DEFAULT_GRAPH} is not the merge of the graphs in {DUMP}")
        triples += 1
    found = {iri_in(graph): count for graph, count in graphs.items()}
    if found != manifest.graphs or sum(found.values()) != manifest.quads:
        raise CopyRefused(f"{DUMP} does not hold the graphs that the manifest counts")
    if triples != manifest.triples:
        raise CopyRefused(f"{DEFAULT_GRAPH} has {triples} triples, not {manifest.triples}")
    _check_index(path / SEARCH_INDEX)


def _merge(lines: Iterator[bytes], graphs: Counter[bytes]) -> Iterator[bytes]:
    """Yield the triples of sorted quads, each once, and count the graphs."""
    # The graph comes last: quads that share a triple stand beside each other.
    last = b""
    for line in lines:
        parts = line.rsplit(b" ", 2)
        if len(parts) != 3 or parts[2] != b".\n" or not parts[1].startswith(b"<"):
            raise CopyRefused(f"{DUMP} has a line that is no quad of a named graph")
        graphs[parts[1]] += 1
        triple = parts[0] + b" .\n"
        if triple != last:
            yield triple
        last = triple


def _sorted_lines(path: Path, most_bytes: int) -> Iterator[bytes]:
    last, left = b"", most_bytes
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(_LONGEST_LINE):
                left -= len(line)
                if left < 0 or not line.endswith(b"\n"):
                    raise CopyRefused(f"{path.name} is too large; see ERQI_PULL_MB")
                if line <= last:
                    raise CopyRefused(f"{path.name} is not sorted, each line once")
                yield line
                last = line
    except (OSError, EOFError, zlib.error) as error:
        raise CopyRefused(f"{path.name} cannot be unpacked: {error}") from error


def _check_index(path: Path) -> None:
    if not path.is_file():
        return
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            (state,) = database.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise CopyRefused(f"{SEARCH_INDEX} does not open: {error}") from error
    if state != "ok":
        raise CopyRefused(f"{SEARCH_INDEX} is damaged: {state}")
