"""What statements about a thing say, as pictures above their table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from erqi_kg.web.drawing.bars import Bars, bars_of
from erqi_kg.web.linked.nodes import Node
from erqi_kg.web.linked.tables import unit_of
from erqi_kg.web.linked.thing import Thing
from erqi_kg.web.showing.display import Display, Text
from erqi_kg.web.showing.drawing import Scale, placement_scale

_NAMING = (
    *("ranking", "edition", "division", "about", "indicator", "measure", "group", "project"),
    *("status", "member", "period"),
)
_MEASURES = ("growthRate", "amount", "value")
_Bar = tuple[Text, str, str, str]
"""What a number is of, where it leads, the number, and how it is shown."""


@dataclass(frozen=True)
class Pictures:
    """The pictures of one group of statements."""

    scale: Scale | None = None
    bars: list[Bars] = field(default_factory=list)


def pictures_of(thing: Thing, display: Display) -> dict[str, Pictures]:
    """Return the pictures of a page, by the anchor of the group they stand in."""
    links = {group.anchor: group.link for group in thing.links.groups}
    found = {
        anchor: Pictures(
            _scale(table.rows, links[anchor], display), _bars(table.rows, links[anchor], display)
        )
        for anchor, table in thing.statements.items()
    }
    return {anchor: one for anchor, one in found.items() if one.scale or one.bars}


def _scale(rows: Sequence[Node], link: str, display: Display) -> Scale | None:
    """Return the places of the rows that state one in a ranking, at least two."""
    term = display.names.term
    places = []
    telling = _telling(rows, link, display)
    for row in rows:
        ranks = row.facts.get(term("rank"))
        if ranks is None or term("ranking") not in row.facts:
            continue
        rank = ranks.values[0].value
        if rank.isascii() and rank.isdigit():
            href = display.href(row.iri)
            places.append(
                (int(rank), _name(row, telling, display), href, ranks.words, ranks.is_confirmed)
            )
    scale = placement_scale(places)
    return scale if len(scale.marks) > 1 else None


def _bars(rows: Sequence[Node], link: str, display: Display) -> list[Bars]:
    """Return the numbers of the rows, those of one measure and unit on one scale."""
    alike: dict[tuple[str, str], list[_Bar]] = {}
    telling = _telling(rows, link, display)
    for row in rows:
        unit = unit_of(row)
        for measure in _MEASURES:
            for number in row.values(display.names.term(measure)):
                if number.is_number:
                    key = (measure, unit.value if unit else "")
                    shown = display.amount(number)
                    bar = (_name(row, telling, display), display.href(row.iri), number.value, shown)
                    alike.setdefault(key, []).append(bar)
    drawn = [
        bars_of(_each_once(found), display.label(unit) if unit else None)
        for (_, unit), found in alike.items()
    ]
    return [bars for bars in drawn if bars]


def _each_once(bars: Sequence[_Bar]) -> list[_Bar]:
    """Return the bars by name; what several sources say alike is drawn once."""
    found = {(name.text, number): (name, href, number, shown) for name, href, number, shown in bars}
    return sorted(found.values(), key=lambda bar: bar[0].text)


def _name(row: Node, telling: Sequence[str], display: Display) -> Text:
    """Return what tells a row from the others, in two words at most."""
    parts: list[Text] = []
    for name in telling:
        values = [value for value in row.values(name) if value.is_iri]
        parts += [display.label(value.value) for value in values[:1]]
    if len({part.language for part in parts[:2]}) == 1:
        return Text(" · ".join(part.text for part in parts[:2]), parts[0].language)
    return parts[0] if parts else display.label(row.iri)


def _telling(rows: Sequence[Node], link: str, display: Display) -> list[str]:
    """Return the properties that say what a row is about, but for what all rows say alike."""
    named = [name for name in map(display.names.term, _NAMING) if name != link]
    apart = [name for name in named if len({tuple(row.values(name)) for row in rows}) > 1]
    return apart or named
