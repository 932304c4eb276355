"""Name the parts of a query that nothing joins: their solutions are multiplied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

from erqi_kg.sparql.patterns import Node, Pattern, Where

MANY = 1_000_000
"""So many combinations are worth a warning."""

_JOINING_NOTHING = frozenset(("FILTER", "BIND"))
"""What may stand beside the patterns and leaves the product a product."""

Count = Callable[[Pattern], int | None]


@dataclass(frozen=True)
class Part:
    """Patterns that shared variables join."""

    patterns: tuple[Pattern, ...]
    at_least: int | None
    """Triples of its rarest pattern; None when nobody knows."""


@dataclass(frozen=True)
class Cost:
    """What a query combines."""

    parts: tuple[Part, ...]
    is_whole: bool = True
    """Nothing else of the query can join the parts."""

    @property
    def combinations(self) -> int | None:
        """Return the product of the parts' sizes; None when one is unknown."""
        sizes = [part.at_least for part in self.parts]
        known = [size for size in sizes if size is not None]
        return prod(known) if len(known) == len(sizes) else None

    @property
    def is_product(self) -> bool:
        """Say whether parts are multiplied that each hold more than one solution."""
        return len([part for part in self.parts if part.at_least is None or part.at_least > 1]) > 1

    @property
    def is_heavy(self) -> bool:
        """Say whether the product is worth a warning."""
        combinations = self.combinations
        is_large = combinations is None or combinations > MANY
        return self.is_whole and self.is_product and is_large


def cost_of(where: Where, count: Count) -> Cost:
    """Return the parts of a query.

    Args:
        where: its triple patterns.
        count: how many triples a pattern may match at most; None when nobody knows.
    """
    parts: list[tuple[set[str], list[Pattern]]] = []
    for pattern in where.patterns:
        variables = {node.text.lstrip("?$") for node in _nodes(pattern) if node.kind == "variable"}
        joined = [pattern]
        kept = []
        for names, others in parts:
            if names & variables:
                variables |= names
                joined = [*others, *joined]
            else:
                kept.append((names, others))
        parts = [*kept, (variables, joined)]
    return Cost(
        tuple(Part(tuple(found), _least(found, count)) for _, found in parts),
        is_whole=set(where.left_out) <= _JOINING_NOTHING,
    )


def _least(patterns: Sequence[Pattern], count: Count) -> int | None:
    counts = [found for pattern in patterns if (found := count(pattern)) is not None]
    return min(counts, default=None)


def _nodes(pattern: Pattern) -> tuple[Node, Node, Node]:
    return pattern.subject, pattern.predicate, pattern.object
