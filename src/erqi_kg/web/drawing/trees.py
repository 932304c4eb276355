"""A whole and its parts as a tree, from what the thing itself is a part of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from erqi_kg.web.linked.thing import Thing
from erqi_kg.web.showing.display import Display, Text

_DEPTH = 3


@dataclass(frozen=True)
class Branch:
    """One thing and its parts."""

    label: Text
    href: str
    is_here: bool
    """The page is about this thing."""
    branches: list[Branch] = field(default_factory=list)


def tree_of(thing: Thing, display: Display) -> list[Branch]:
    """Return what a thing is a part of, or else the thing, with its parts; [] without any."""
    parts = thing.around.parts
    if not parts:
        return []
    wholes = sorted(whole for whole, found in parts.items() if thing.iri in found)
    return [_branch(root, thing.iri, parts, display, (root,)) for root in wholes or [thing.iri]]


def _branch(
    iri: str,
    here: str,
    parts: Mapping[str, Sequence[str]],
    display: Display,
    above: tuple[str, ...],
) -> Branch:
    """Return a thing with its parts; what stands above it is not drawn again below."""
    below = [part for part in parts.get(iri, ()) if part not in above and len(above) < _DEPTH]
    return Branch(
        display.label(iri),
        display.href(iri),
        iri == here,
        [_branch(part, here, parts, display, (*above, part)) for part in below],
    )
