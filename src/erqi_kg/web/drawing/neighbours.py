"""A thing and its nearest things: a branch for each kind of link, readable on a phone."""

from __future__ import annotations

from dataclasses import dataclass, field

from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.linked.thing import SAME_AS, Thing
from erqi_kg.web.showing.display import Display, Text
from erqi_kg.web.showing.drawing import width_of
from erqi_kg.web.showing.vocabulary import RDF_TYPE

MOST_KINDS = 7
MOST_OF_A_KIND = 4
_ROW, _MARGIN, _INDENT, _WIDTH = 28, 14, 22, 340
"""Pixels from row to row, around, from level to level, and in all."""
_LONGEST, _MIDDLE_LONGEST = 19, 15
"""Chinese characters of a label, of which there is room for fewer in the large one."""
_APART = {
    RDF_TYPE,
    SAME_AS,
    *(PREFIXES["prov"] + n for n in ("wasDerivedFrom", "hadPrimarySource")),
    *(PREFIXES["qb"] + n for n in ("dataSet", "measureType")),
}
_APART_OF_OURS = ("modality", "basis", "grade")
"""What is said of how something is said, not of the thing."""


@dataclass(frozen=True)
class Place:
    """A thing, or a kind of link, at its place."""

    label: Text
    shown: str
    """The label, or as much of it as there is room for."""
    href: str
    x: int
    y: int
    arrow: str = ""
    """`→` for a link from the thing in the middle, `←` for one to it; none on a thing."""
    more: int = 0
    """Things of this kind that are not drawn."""


@dataclass
class Neighbourhood:
    """The places, the first of them the thing itself, and the lines between, as SVG paths."""

    places: list[Place] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    width: int = _WIDTH

    @property
    def height(self) -> int:
        """Return the height of the picture."""
        return len(self.places) * _ROW + 2 * _MARGIN


@dataclass(frozen=True)
class _Branch:
    arrow: str
    kind: str
    things: list[str]
    count: int


def neighbourhood_of(thing: Thing, title: Text, display: Display) -> Neighbourhood | None:
    """Draw what a thing links to and what links to it; None where there is nothing."""
    branches = _branches(thing, display)
    if not branches:
        return None
    drawn = Neighbourhood()
    middle = _put(drawn, title, "", 0)
    for branch in branches:
        drawn_things = branch.things[:MOST_OF_A_KIND]
        more = branch.count - len(drawn_things)
        kind = _put(drawn, display.label(branch.kind), "", 1, branch.arrow, more)
        drawn.lines.append(_line(middle, kind))
        for iri in drawn_things:
            one = _put(drawn, display.label(iri), display.href(iri), 2)
            drawn.lines.append(_line(kind, one))
    return drawn


def _branches(thing: Thing, display: Display) -> list[_Branch]:
    """Return links out in the page's order, then links in from things that are no statements."""
    apart = _APART | set(map(display.names.term, _APART_OF_OURS))
    out = []
    for fact in thing.facts:
        things = [value.value for value in fact.values if value.is_iri]
        ours = [iri for iri in things if display.is_ours(iri)]
        if ours and fact.predicate not in apart:
            out.append(_Branch("→", fact.predicate, ours, len(ours)))
    drawn = {iri for branch in out for iri in branch.things}
    # What links back to what is drawn already, such as a concept to its scheme, tells nothing new.
    into = [
        _Branch("←", group.link, group.subjects, group.count)
        for group in thing.others
        if not drawn.issuperset(group.subjects)
    ]
    return [*out[: MOST_KINDS - min(len(into), 3)], *into][:MOST_KINDS]


def _put(
    drawn: Neighbourhood, label: Text, href: str, level: int, arrow: str = "", more: int = 0
) -> Place:
    y = _MARGIN + len(drawn.places) * _ROW + _ROW // 2
    shown = _cut(label.text, 2 * (_LONGEST - level if level else _MIDDLE_LONGEST))
    place = Place(label, shown, href, _MARGIN + level * _INDENT, y, arrow, more)
    drawn.places.append(place)
    return place


def _line(above: Place, below: Place) -> str:
    return f"M{above.x + 4},{above.y + 8} V{below.y} H{below.x - 4}"


def _cut(text: str, room: int) -> str:
    """Return as much of a text as there is room for, in halves of a Chinese character."""
    for place, char in enumerate(text):
        room -= width_of(char)
        if room < 0:
            return text[: max(place - 1, 1)] + "…"
    return text
