"""Stop at what would overflow the stack of a parser: a lying endpoint costs its own query only."""

from __future__ import annotations

_MOST = 500
"""Terms within terms, which nobody writes; the parser's stack ends at some 100,000."""
_MARKS = {True: b"<<", False: b'"triple"'}


class NestingGuard:
    """Looks at a result as it comes.

    Args:
        graph: it is N-Triples, a statement a line; else JSON of solutions.
    """

    def __init__(self, *, graph: bool) -> None:
        self._mark = _MARKS[graph]
        self._is_by_line = graph
        self._tail = b""
        self._count = 0

    def passes(self, part: bytes) -> bool:
        """Say whether the result may be parsed, as far as it came."""
        seen = self._tail + part
        self._tail = seen[1 - len(self._mark) :]
        if not self._is_by_line:
            self._count += seen.count(self._mark)
            return self._count <= _MOST
        first, *lines = seen.split(b"\n") if self._mark in seen else (b"",)
        counts = [
            self._count + first.count(self._mark),
            *(line.count(self._mark) for line in lines),
        ]
        self._count = counts[-1]
        return max(counts) <= _MOST
