"""Find what of a query restricts a SERVICE group, so that its values can be sent along.

An element restricts the group when every solution of the whole agrees with one of its
solutions on the variables that it always binds. That holds for elements joined with the group; of
what stands around an OPTIONAL, MINUS or EXISTS that holds the group, for the part it is
compared with; and for nothing outside a subquery, which is evaluated by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from erqi_kg.federation.groups import Element, Group
from erqi_kg.federation.scopes import (
    Names,
    bound_by,
    certain_of,
    joined_names,
    services_in,
    variables_of,
)
from erqi_kg.sparql.words import VOLATILE_FUNCTIONS

_JOINED = frozenset(("triples", "values", "graph", "union", "service"))


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of the query that can be asked by itself."""

    element: Element
    names: Names
    """Variables and labels of blank nodes that join it with others."""
    certain: Names
    around: tuple[str, ...] = ()
    """Texts of `GRAPH name` that it stands in, the outermost first."""

    @property
    def is_filter(self) -> bool:
        """Say whether it binds nothing."""
        return self.element.kind == "filter"


@dataclass(frozen=True, eq=False)
class Place:
    """A SERVICE group, and what restricts it."""

    service: Element
    pieces: tuple[Piece, ...]
    obstacle: str = ""
    """Why nothing does, where that is not plain."""


@dataclass(frozen=True)
class _Around:
    pieces: tuple[Piece, ...] = ()
    graphs: tuple[str, ...] = ()
    obstacle: str = ""


def places_in(root: Group, text: str) -> Iterator[Place]:
    """Yield the SERVICE groups of a query, in the order of the text; those in others left out."""
    yield from _Walk(text).group(root, _Around())


@dataclass(frozen=True)
class _Walk:
    text: str

    def group(self, group: Group, around: _Around) -> Iterator[Place]:
        if group.inner is not None:
            alone = _Around(graphs=around.graphs, obstacle="a subquery is evaluated by itself")
            yield from self.group(group.inner, alone)
            return
        for at, element in enumerate(group.elements):
            if element.kind == "service":
                pieces = self._pieces(group, element, around.graphs, len(group.elements))
                yield Place(element, (*around.pieces, *pieces), around.obstacle)
                continue
            if not _holds_service(element):
                continue
            inner = self._around(group, at, around)
            for nested in element.groups:
                yield from self.group(nested, inner)

    def _around(self, group: Group, at: int, around: _Around) -> _Around:
        """Return what restricts the groups in an element."""
        element, graphs = group.elements[at], around.graphs
        everything = len(group.elements)
        if element.kind == "graph" and element.name is not None:
            graphs = (*graphs, f"GRAPH {element.name.text}")
        if element.kind in ("optional", "minus", "bind"):
            return _Around(self._pieces(group, element, around.graphs, at), graphs)
        if element.kind == "filter":
            return _Around(self._pieces(group, element, around.graphs, everything), graphs)
        if element.kind == "lateral":
            return _Around(obstacle="lateral")
        pieces = self._pieces(group, element, around.graphs, everything)
        return _Around((*around.pieces, *pieces), graphs, around.obstacle)

    def _pieces(
        self, group: Group, apart: Element, graphs: tuple[str, ...], end: int
    ) -> tuple[Piece, ...]:
        found: list[Piece] = []
        known: Names = frozenset()
        for element in group.elements[:end]:
            if element is apart:
                continue
            piece = self._piece(element, known, graphs)
            if piece is not None:
                known |= piece.certain
                found.append(piece)
        # A filter knows the variables of its own group only (SPARQL 1.1 Query, 18.2.2.2).
        return tuple(
            piece
            for piece in found
            if not piece.is_filter or variables_of(piece.element.tokens) <= known
        )

    def _piece(self, element: Element, known: Names, graphs: tuple[str, ...]) -> Piece | None:
        names = joined_names(element)
        if element.kind in _JOINED and not _holds_service(element):
            return Piece(element, names, certain_of(element), graphs)
        if element.kind == "service":
            # Its rows are known when a later SERVICE is asked.
            return Piece(element, names, certain_of(element), graphs)
        if element.groups or graphs or _is_volatile(element):
            return None  # within GRAPH they would stand apart from what binds their variables
        if element.kind == "filter":
            return Piece(element, names, frozenset(), graphs)
        bound = bound_by(element)
        if element.kind == "bind" and names - {bound} <= known:
            # Whether it was bound is asked of its solutions.
            return Piece(element, names, frozenset((bound,)), graphs)
        return None


def _holds_service(element: Element) -> bool:
    return element.kind != "service" and any(
        True for group in element.groups for _ in services_in(group)
    )


def _is_volatile(element: Element) -> bool:
    return any(token.text.upper() in VOLATILE_FUNCTIONS for token in element.tokens)


def restriction(pieces: Sequence[Piece], wanted: Names) -> tuple[tuple[Piece, ...], Names]:
    """Return the pieces to ask for the values of wanted variables, and those variables.

    Only pieces that hang together are asked: others would multiply them.
    """
    best: tuple[tuple[Piece, ...], Names] = ((), frozenset())
    for part in _parts([piece for piece in pieces if not piece.is_filter]):
        bound = frozenset[str]().union(*(piece.certain for piece in part))
        if len(bound & wanted) > len(best[1]):
            filters = [
                piece
                for piece in pieces
                if piece.is_filter and variables_of(piece.element.tokens) <= bound
            ]
            best = ((*part, *filters), bound & wanted)
    return best


def _parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces that hang together by their names, each part in the order given."""
    leaders: dict[str, str] = {}

    def leader(name: str) -> str:
        while leaders.setdefault(name, name) != name:
            leaders[name] = leaders[leaders[name]]
            name = leaders[name]
        return name

    for piece in pieces:
        for name in piece.names:
            leaders[leader(name)] = leader(min(piece.names))
    parts: dict[str, list[Piece]] = {}
    for piece in pieces:
        if piece.names:
            parts.setdefault(leader(min(piece.names)), []).append(piece)
    return list(parts.values())
