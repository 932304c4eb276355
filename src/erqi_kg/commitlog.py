"""The commit log of a release: what clients changed in it since it was built.

`<release>/commits.log` is a sequence of records: one line of JSON, then the removed and the
added quads as N-Quads. A record that was not written whole was never acknowledged; readers
stop before it. A folded record stands for all commits up to its own.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from erqi_kg.errors import StoreError

COMMIT_LOG = "commits.log"
_LONGEST_HEADER_BYTES = 16_000_000


@dataclass(frozen=True)
class Record:
    """One commit: what it took away, then what it added."""

    commit: int
    at: str
    """UTC time, ISO 8601."""
    removed: bytes = b""
    """N-Quads."""
    added: bytes = b""
    """N-Quads."""
    created: tuple[str, ...] = ()
    """IRIs of the named graphs that exist since."""
    dropped: tuple[str, ...] = ()
    """IRIs of the named graphs that exist no more."""
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Quads added and removed by graph; "" is the default graph."""
    touched: Mapping[str, int] = field(default_factory=dict)
    """Of a folded record: the last commit that changed each graph."""
    is_folded: bool = False

    @property
    def added_count(self) -> int:
        """Return how many quads were added."""
        return sum(added for added, _ in self.counts.values())

    @property
    def removed_count(self) -> int:
        """Return how many quads were removed."""
        return sum(removed for _, removed in self.counts.values())

    def to_bytes(self) -> bytes:
        """Return the record as it stands in the log."""
        payload = self.removed + self.added
        header = {
            "commit": self.commit,
            "at": self.at,
            "removed_bytes": len(self.removed),
            "added_bytes": len(self.added),
            "created": list(self.created),
            "dropped": list(self.dropped),
            "counts": {graph: list(pair) for graph, pair in self.counts.items()},
            "touched": dict(self.touched),
            "is_folded": self.is_folded,
        }
        header["sha256"] = _digest(header, payload)
        return json.dumps(header, ensure_ascii=False).encode() + b"\n" + payload


@dataclass
class LogState:
    """What a log adds up to."""

    commit: int = 0
    at: str = ""
    size_bytes: int = 0
    """Bytes of whole records; what follows them was never acknowledged."""
    folded_bytes: int = 0
    """Bytes of the folded record at the start."""
    quads: dict[str, int] = field(default_factory=dict)
    """Quads more than the release has, by graph."""
    graphs: set[str] = field(default_factory=set)
    """Named graphs that exist beside those of the release."""
    touched: dict[str, int] = field(default_factory=dict)
    """The last commit that changed each graph."""

    def add(self, record: Record, end: int) -> None:
        """Take the next record, which ends at this offset, into account."""
        if record.is_folded:
            self.folded_bytes = end - self.size_bytes
        self.commit, self.at, self.size_bytes = record.commit, record.at, end
        for graph, (added, removed) in record.counts.items():
            self.quads[graph] = self.quads.get(graph, 0) + added - removed
            self.touched[graph] = record.touched.get(graph, record.commit)
        for graph in (*record.created, *record.dropped):
            self.touched[graph] = record.touched.get(graph, record.commit)
        self.graphs.update(record.created)
        self.graphs.difference_update(record.dropped)

    @property
    def quads_total(self) -> int:
        """Return how many quads the commits have added in all."""
        return sum(self.quads.values())


def log_path(release_path: Path) -> Path:
    """Return the log of a release."""
    return release_path / COMMIT_LOG


def now() -> str:
    """Return the time as records give it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_log(release_path: Path, after: int = 0) -> Iterator[tuple[Record, int]]:
    """Yield the whole records of a release's log, each with the offset of its end.

    Args:
        release_path: the directory of the release.
        after: offset of a record's end to start from.

    Raises:
        StoreError: a record before the last is damaged.
    """
    try:
        file = log_path(release_path).open("rb")
    except FileNotFoundError:
        return
    with file:
        size = os.fstat(file.fileno()).st_size
        file.seek(after)
        while (record := _read_record(file, size)) is not None:
            yield record, file.tell()


def state_of(release_path: Path, until: int | None = None) -> LogState:
    """Return what a release's log adds up to.

    Args:
        release_path: the directory of the release.
        until: the last commit to look at; None: all.

    Raises:
        StoreError: the log is damaged.
    """
    state = LogState()
    for record, end in read_log(release_path):
        if until is not None and record.commit > until:
            break
        state.add(record, end)
    return state


def append(release_path: Path, record: Record, state: LogState) -> None:
    """Write a record behind the whole ones and wait until the disk has it.

    Raises:
        OSError: the disk does not take it; the log is as before.
    """
    data = record.to_bytes()
    with _opened_for_writing(log_path(release_path)) as file:
        file.truncate(state.size_bytes)
        file.seek(state.size_bytes)
        try:
            file.write(data)
            file.flush()
            os.fdatasync(file.fileno())
        except OSError:
            file.truncate(state.size_bytes)
            raise
    if state.size_bytes == 0:
        sync_directory(release_path)
    state.add(record, state.size_bytes + len(data))


def _digest(header: Mapping[str, Any], payload: bytes) -> str:
    members = {name: value for name, value in header.items() if name != "sha256"}
    head = json.dumps(members, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(head + payload).hexdigest()


def _read_record(file: IO[bytes], size: int) -> Record | None:
    """Return the next whole record; None at the end, or where the last one is torn."""
    start = file.tell()
    line = file.readline(_LONGEST_HEADER_BYTES)
    if not line.endswith(b"\n"):
        return None
    try:
        header: dict[str, Any] = json.loads(line)
        length = header["removed_bytes"] + header["added_bytes"]
        payload = file.read(length)
        if len(payload) < length:
            return None
        if header["sha256"] != _digest(header, payload):
            raise ValueError("its digest does not fit")
    except (ValueError, KeyError, TypeError) as error:
        if file.tell() >= size:
            return None
        raise StoreError(
            f"{file.name}: the record at byte {start} is damaged ({error}); restore the file "
            "from a copy, or cut it there and lose what follows"
        ) from error
    return Record(
        commit=header["commit"],
        at=header["at"],
        removed=payload[: header["removed_bytes"]],
        added=payload[header["removed_bytes"] :],
        created=tuple(header["created"]),
        dropped=tuple(header["dropped"]),
        counts={graph: (pair[0], pair[1]) for graph, pair in header["counts"].items()},
        touched=header["touched"],
        is_folded=header["is_folded"],
    )


def _opened_for_writing(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")


def sync_directory(path: Path) -> None:
    """Wait until the disk has a directory's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
