"""Compare the answers of servers: the same solutions, however they write numbers."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation

from bench.driver import fetch
from bench.generator import Layout
from bench.mix import Kind, targets
from bench.peers import Peer

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(_XSD + name for name in ("integer", "decimal", "double", "int", "long"))
_CHECKED = 3
_ANY = frozenset(("rows",))
"""Kinds with a LIMIT and no order: any solutions will do, only their number counts."""

Solution = tuple[tuple[str, str], ...]


def solutions_of(body: bytes) -> list[Solution]:
    """Return the solutions of a JSON answer, sorted, numbers as numbers."""
    bindings = json.loads(body)["results"]["bindings"]
    return sorted(
        tuple(sorted((variable, _text(term)) for variable, term in one.items())) for one in bindings
    )


def _text(term: dict[str, str]) -> str:
    if term.get("datatype") in _NUMBERS:
        try:
            return f"{Decimal(term['value']):.6g}"
        except InvalidOperation:
            return term["value"]
    return term["value"]


def difference(ours: Peer, peer: Peer, kind: Kind, layout: Layout) -> str:
    """Return how a peer's answers differ from ours, or "" when they do not.

    Raises:
        ServerError: a server answers with an error.
        TimeoutError: a server takes too long.
    """
    for number in range(_CHECKED):
        pairs = zip(
            targets(kind, layout, number, ours.path, ours.extra),
            targets(kind, layout, number, peer.path, peer.extra),
            strict=True,
        )
        for mine, other in pairs:
            expected = solutions_of(fetch(ours.port, mine))
            found = solutions_of(fetch(peer.port, other))
            if len(found) != len(expected):
                return f"{len(found)} solutions instead of {len(expected)}"
            if kind.name not in _ANY and found != expected:
                return f"other values in {len(expected)} solutions"
    return ""
