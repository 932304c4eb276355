"""CSV whose IRIs have commas in them (RFC 4180, 2.6): the engine's writer does not quote those."""

from __future__ import annotations

from typing import Protocol

import pyoxigraph as ox

CSV = "text/csv"
_TO_QUOTE = frozenset(',"\r\n')


class Output(Protocol):
    """What bytes are written to."""

    def write(self, part: bytes, /) -> object:
        """Take the next bytes."""


class CommaCounter:
    """Passes CSV on, and counts the commas and line ends outside quotes."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._is_quoted = False
        self._commas = self._lines = 0

    def write(self, part: bytes) -> int:
        """Pass the next bytes on."""
        self._output.write(part)
        pieces = part.split(b'"')
        outside = b"".join(pieces[self._is_quoted :: 2])
        self._is_quoted ^= len(pieces) % 2 == 0
        self._commas += outside.count(b",")
        self._lines += outside.count(b"\n")
        return len(part)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def is_right(self, columns: int) -> bool:
        """Say whether each line has so many columns."""
        return self._commas == self._lines * max(columns - 1, 0)


def write_csv(solutions: ox.QuerySolutions, output: Output) -> None:
    """Write solutions as SPARQL 1.1 CSV, with quotes wherever they are needed."""
    variables = [variable.value for variable in solutions.variables]
    output.write((",".join(variables) + "\r\n").encode())
    for solution in solutions:
        fields = (_field(solution[name]) for name in variables)
        output.write((",".join(fields) + "\r\n").encode())


def _field(term: object) -> str:
    if term is None:
        return ""
    text = term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
    if _TO_QUOTE.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'
