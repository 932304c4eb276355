"""Merge two sorted N-Quads dumps and yield what differs, thing by thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

Lines: TypeAlias = Iterable[bytes]


@dataclass(frozen=True)
class Difference:
    """The lines about one subject, where the dumps differ."""

    subject: bytes
    """In N-Quads syntax."""
    before: tuple[bytes, ...]
    """All its lines in the older dump; none: it is new."""
    after: tuple[bytes, ...]

    @property
    def kind(self) -> str:
        """Return `added`, `removed` or `changed`."""
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"

    @property
    def added(self) -> list[bytes]:
        """Return the lines that only the newer dump has."""
        return sorted(set(self.after).difference(self.before))

    @property
    def removed(self) -> list[bytes]:
        """Return the lines that only the older dump has."""
        return sorted(set(self.before).difference(self.after))


@dataclass(frozen=True)
class QuadText:
    """The terms of a line of N-Quads, each as it is written there."""

    subject: str
    predicate: str
    object: str
    graph: str


def quad_of(line: bytes) -> QuadText:
    """Return the terms of one line of a release's dump."""
    subject, predicate, rest = line.decode("utf-8").split(" ", 2)
    object_text, graph, _ = rest.rsplit(" ", 2)
    return QuadText(subject, predicate, object_text, graph)


def differences(before: Lines, after: Lines) -> Iterator[Difference]:
    """Yield each subject whose lines differ, in the order of the dumps.

    Only the lines of one subject at a time are held.

    Args:
        before: the lines of the older dump, sorted by their bytes.
        after: those of the newer one.
    """
    older, newer = _groups(before), _groups(after)
    old, new = next(older, None), next(newer, None)
    while old or new:
        # A subject and the space behind it: no such key begins another one.
        if new is None or (old is not None and old[0] < new[0]):
            assert old is not None
            yield Difference(old[0][:-1], old[1], ())
            old = next(older, None)
        elif old is None or new[0] < old[0]:
            yield Difference(new[0][:-1], (), new[1])
            new = next(newer, None)
        else:
            if old[1] != new[1]:
                yield Difference(old[0][:-1], old[1], new[1])
            old, new = next(older, None), next(newer, None)


def _groups(lines: Lines) -> Iterator[tuple[bytes, tuple[bytes, ...]]]:
    for key, found in groupby(lines, lambda line: line[: line.index(b" ") + 1]):
        yield key, tuple(found)
