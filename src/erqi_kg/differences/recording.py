"""Record what changed from one release to the next, in the newer one's directory."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from erqi_kg.differences.files import (
    DATABASE,
    MEMBERS,
    PATCH,
    SECTIONS,
    SUMMARY,
    Summary,
    changes_path,
)
from erqi_kg.differences.merging import Difference, differences, quad_of
from erqi_kg.errors import ReleaseDamaged
from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.storedir import DUMP, Manifest, Release

_SCHEMA = """
CREATE TABLE thing (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL, section TEXT NOT NULL, kind TEXT NOT NULL,
  added INTEGER NOT NULL, removed INTEGER NOT NULL, zh TEXT, en TEXT);
CREATE TABLE quad (
  thing INTEGER NOT NULL, is_added INTEGER NOT NULL,
  predicate TEXT NOT NULL, object TEXT NOT NULL, graph TEXT NOT NULL);
"""
_INDEXES = """
CREATE INDEX thing_iri ON thing (iri);
CREATE INDEX thing_section ON thing (section, kind, iri);
CREATE INDEX quad_thing ON quad (thing);
CREATE INDEX quad_object ON quad (object);
"""
_EVIDENCE = ("support/", "quote/")
_LABELS = {
    f"<{iri}>"
    for iri in (
        PREFIXES["rdfs"] + "label",
        PREFIXES["skos"] + "prefLabel",
        PREFIXES["dcterms"] + "title",
    )
}
_LABEL = re.compile(r'"(.*)"@(zh|en)', re.DOTALL)
_QUAD = re.compile(rb"[^ ]+ [^ ]+ .+ [^ ]+ \.\n")
_DATE_TIME = PREFIXES["xsd"] + "dateTime"


def record_changes(
    target: Path, manifest: Manifest, lines: Iterable[bytes], previous: Release, most_quads: int
) -> Summary | None:
    """Compare a new release with the one before it, and write the files of `files`.

    Nothing is written, and None returned, when the release before is damaged.

    Args:
        target: the directory in which the new release is written.
        manifest: of the new release.
        lines: its sorted dump.
        previous: the release before.
        most_quads: past so many changed quads only the counts are kept.
    """
    place = changes_path(target)
    place.mkdir()
    recorder = _Recorder(place, manifest, most_quads)
    try:
        for difference in differences(_lines_of(previous), lines):
            recorder.take(difference)
        summary = recorder.finish(previous)
    except ReleaseDamaged:
        recorder.close()
        shutil.rmtree(place)
        return None
    (place / SUMMARY).write_text(summary.to_json(), encoding="utf-8")
    return summary


def _lines_of(release: Release) -> Iterator[bytes]:
    """Yield the lines of a release's dump.

    Raises:
        ReleaseDamaged: it is missing, cut, or not N-Quads.
    """
    try:
        with gzip.open(release.path / DUMP, "rb") as dump:
            for line in dump:
                if not _QUAD.match(line):
                    raise ReleaseDamaged(release.id, f"{DUMP} is not N-Quads")
                yield line
    except (OSError, EOFError, zlib.error) as error:
        raise ReleaseDamaged(release.id, str(error)) from error


def member_iri(base_iri: str, release: str, subject: bytes) -> str:
    """Return the IRI of a thing as a release has it: a version, which never changes."""
    digest = hashlib.sha256(subject).hexdigest()[:16]
    return f"{base_iri}releases/{release}/changes#{digest}"


class _Recorder:
    """Takes differences one after another; holds none of them."""

    def __init__(self, place: Path, manifest: Manifest, most_quads: int) -> None:
        self._place = place
        self._manifest = manifest
        self._most_quads = most_quads
        self._names = Names(manifest.base_iri)
        self._count: Counter[tuple[str, str]] = Counter()
        self._added = self._removed = self._members_bytes = 0
        self._database = sqlite3.connect(place / DATABASE)
        self._database.executescript(_SCHEMA)
        self._patch = gzip.GzipFile(place / PATCH, "wb", mtime=0)
        self._members = gzip.GzipFile(place / MEMBERS, "wb", mtime=0)
        self._patch.write(b"TX .\n")

    @property
    def _is_complete(self) -> bool:
        return self._added + self._removed <= self._most_quads

    def take(self, difference: Difference) -> None:
        added, removed = difference.added, difference.removed
        self._added += len(added)
        self._removed += len(removed)
        section = self._section(difference.subject)
        self._count[section, difference.kind] += 1
        if not self._is_complete:
            return
        self._patch.writelines(b"D " + line for line in removed)
        self._patch.writelines(b"A " + line for line in added)
        self._store(difference, section, added, removed)
        self._members_bytes += self._members.write(self._member(difference))

    def finish(self, previous: Release) -> Summary:
        self._patch.write(b"TC .\n")
        self._database.executescript(_INDEXES)
        self._database.commit()
        self.close()
        if not self._is_complete:
            for name in (PATCH, MEMBERS, DATABASE):
                (self._place / name).unlink()
        return Summary(
            release=self._manifest.release,
            previous=previous.id,
            built=self._manifest.built,
            previous_built=previous.manifest.built,
            added=self._added,
            removed=self._removed,
            things={
                section: {
                    kind: self._count[section, kind] for kind in ("added", "removed", "changed")
                }
                for section in SECTIONS
            },
            members_bytes=self._members_bytes,
            is_complete=self._is_complete,
        )

    def close(self) -> None:
        """Close the files."""
        for file in (self._patch, self._members, self._database):
            file.close()

    def _section(self, subject: bytes) -> str:
        iri = subject[1:-1].decode("utf-8")
        if iri.startswith(self._names.things):
            path = iri.removeprefix(self._names.things)
            return "evidence" if path.startswith(_EVIDENCE) else "things"
        return "terms" if iri.startswith(self._names.ontology) else "description"

    def _store(
        self, difference: Difference, section: str, added: list[bytes], removed: list[bytes]
    ) -> None:
        labels = _labels(difference.after or difference.before)
        counts = (len(added), len(removed))
        values = (difference.subject[1:-1].decode(), section, difference.kind, *counts)
        cursor = self._database.execute(
            "INSERT INTO thing (iri, section, kind, added, removed, zh, en) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*values, labels.get("zh"), labels.get("en")),
        )
        for is_added, lines in ((False, removed), (True, added)):
            quads = map(quad_of, lines)
            self._database.executemany(
                "INSERT INTO quad VALUES (?, ?, ?, ?, ?)",
                [(cursor.lastrowid, is_added, q.predicate, q.object, q.graph) for q in quads],
            )

    def _member(self, difference: Difference) -> bytes:
        """Return a changed thing as a member: what it states now, of its version."""
        manifest = self._manifest
        member = member_iri(manifest.base_iri, manifest.release, difference.subject)
        kind = "Delete" if difference.kind == "removed" else "Create"
        kind = "Update" if difference.kind == "changed" else kind
        stated = [
            f"<{self._names.base_iri}changes#stream> <https://w3id.org/tree#member> <{member}> .",
            f"<{member}> <{PREFIXES['dcterms']}isVersionOf> {difference.subject.decode()} .",
            f'<{member}> <{PREFIXES["dcterms"]}created> "{manifest.built}"^^<{_DATE_TIME}> .',
            f"<{member}> <{PREFIXES['rdf']}type> <https://www.w3.org/ns/activitystreams#{kind}> .",
        ]
        quads = map(quad_of, difference.after)
        triples = dict.fromkeys(f"<{member}> {quad.predicate} {quad.object} ." for quad in quads)
        return "".join(f"{line}\n" for line in (*stated, *triples)).encode()


def _labels(lines: Iterable[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for quad in map(quad_of, lines):
        label = _LABEL.fullmatch(quad.object) if quad.predicate in _LABELS else None
        if label and "\\" not in label[1]:
            found.setdefault(label[2], label[1])
    return found
