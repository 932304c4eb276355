"""Fold a commit log into one record, the net of all its commits, and carry it to a new release."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from erqi_kg.commitlog import (
    LogState,
    Record,
    log_path,
    now,
    read_log,
    state_of,
    sync_directory,
)


def folded(release_path: Path) -> Record:
    """Return one record that stands for all of a release's log.

    Raises:
        StoreError: the log is damaged.
    """
    removed, added = dict[bytes, None](), dict[bytes, None]()
    state, created, dropped = LogState(), set[str](), set[str]()
    for record, end in read_log(release_path):
        state.add(record, end)
        _take(record.removed, gone_from=added, into=removed)
        _take(record.added, gone_from=removed, into=added)
        for graph in record.created:
            (dropped if graph in dropped else created).symmetric_difference_update({graph})
        for graph in record.dropped:
            (created if graph in created else dropped).symmetric_difference_update({graph})
    removed_counts, added_counts = _counts(removed), _counts(added)
    graphs = sorted({*removed_counts, *added_counts})
    return Record(
        commit=state.commit,
        at=state.at,
        removed=b"".join(removed),
        added=b"".join(added),
        created=tuple(sorted(created)),
        dropped=tuple(sorted(dropped)),
        counts={
            graph: (added_counts.get(graph, 0), removed_counts.get(graph, 0)) for graph in graphs
        },
        touched=state.touched,
        is_folded=True,
    )


def replace_log(release_path: Path, record: Record) -> LogState:
    """Make a log hold this one record, at once or not at all.

    Raises:
        OSError: the disk does not take it; the log is as before.
    """
    new = log_path(release_path).with_suffix(".new")
    data = record.to_bytes()
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(log_path(release_path))
    sync_directory(release_path)
    state = LogState()
    state.add(record, len(data))
    return state


def carry_over(old: Path, new: Path) -> None:
    """Give a release what clients changed in another one, as one commit of its own.

    Raises:
        StoreError: a log is damaged.
        OSError: the disk does not take it.
    """
    if old == new:
        return
    brought, there = folded(old), state_of(new)
    is_empty = not (brought.added or brought.removed or brought.created or brought.dropped)
    if is_empty and there.commit == 0:
        return
    commit = there.commit + 1
    touched = dict.fromkeys(brought.touched, commit)
    replace_log(new, replace(brought, commit=commit, at=now(), touched=touched))


def _take(lines: bytes, *, gone_from: dict[bytes, None], into: dict[bytes, None]) -> None:
    for line in lines.splitlines(keepends=True):
        if line in gone_from:
            del gone_from[line]
        else:
            into[line] = None


def _counts(lines: Mapping[bytes, None]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS):
        graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        counts[graph] = counts.get(graph, 0) + 1
    return counts
