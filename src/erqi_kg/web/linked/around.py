"""What `thing-facts.rq` tells of the things around one: places, dates, parts and progress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.showing.asking import ask
from erqi_kg.web.showing.terms import Solution, Solutions, Term

_AS_WKT = PREFIXES["geo"] + "asWKT"
_ISSUED = PREFIXES["dcterms"] + "issued"
_HAS_PART = PREFIXES["dcterms"] + "hasPart"
_STATUS = "#status"


def told_of(
    things: Iterable[str],
    *,
    self: Iterable[str] = (),
    above: Iterable[str] = (),
    wholes: Iterable[str] = (),
    holders: Iterable[str] = (),
) -> Solutions:
    """Return the solutions of `thing-facts.rq`.

    Args:
        things: of which facts and what supports them are told.
        self: those of them that may be quotes or name some.
        above: those of which it is told where the things lie that are in them.
        wholes: those of which parts are told.
        holders: places, programmes and groups of which projects are told.
    """
    return ask(
        "thing-facts",
        values={
            **{"thing": things, "self": self, "above": above},
            **{"whole": wholes, "holder": holders},
        },
    )


@dataclass
class Around:
    """What is told of other things, each by IRI."""

    places: dict[str, Term] = field(default_factory=dict)
    """Where the things lie that are in this one."""
    issued: dict[str, str] = field(default_factory=dict)
    """When the sources of statements were published."""
    parts: dict[str, list[str]] = field(default_factory=dict)
    """The parts of this whole, of its parts, and of what it is a part of."""
    statuses: dict[str, list[str]] = field(default_factory=dict)
    """How far the projects have come that are in this place, programme or group."""

    def iris(self) -> Iterator[str]:
        """Yield what a page needs labels of."""
        yield from self.places
        for told in (self.parts, self.statuses):
            yield from told
            for iris in told.values():
                yield from iris


def read_around(solutions: Iterable[Solution]) -> Around:
    """Read the solutions of `thing-facts.rq` that are no facts of a node; one point of several."""
    around = Around()
    for solution in solutions:
        if "graph" in solution or "basis" in solution:
            continue
        node, name, value = solution["node"].value, solution["property"].value, solution["value"]
        if name == _AS_WKT:
            known = around.places.setdefault(node, value)
            around.places[node] = min(known, value, key=lambda term: term.value)
        elif name == _ISSUED:
            around.issued[node] = max(around.issued.get(node, ""), value.value)
        elif name == _HAS_PART:
            around.parts.setdefault(node, []).append(value.value)
        elif name.endswith(_STATUS):
            around.statuses.setdefault(node, []).append(value.value)
    return Around(
        around.places,
        around.issued,
        {whole: sorted(set(parts)) for whole, parts in around.parts.items()},
        {project: sorted(set(all_of_it)) for project, all_of_it in around.statuses.items()},
    )
