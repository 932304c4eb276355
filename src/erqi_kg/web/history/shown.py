"""Changed things as a page shows them: by property, what stood there before and what since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import pyoxigraph as ox

from erqi_kg.differences.reading import ChangedQuad, ChangedThing
from erqi_kg.web.showing.display import Display, Text, chosen_text
from erqi_kg.web.showing.terms import Term


@dataclass
class PropertyChange:
    """The values of one property, before and after."""

    predicate: str
    before: list[Term] = field(default_factory=list)
    after: list[Term] = field(default_factory=list)

    @property
    def is_moved(self) -> bool:
        """Say whether the values are the same, stated by another graph."""
        return self.before == self.after


@dataclass(frozen=True)
class ShownThing:
    """One changed thing."""

    thing: ChangedThing
    title: Text
    href: str
    """Of its document: today's, or, of a removed thing, of the release before."""
    properties: Sequence[PropertyChange]

    @property
    def left_out(self) -> int:
        """Return how many quads the page leaves to the patch."""
        return self.thing.added + self.thing.removed - len(self.thing.quads)


def shown_things(
    things: Sequence[ChangedThing], display: Display, previous: str | None
) -> list[ShownThing]:
    """Return things for a page, and teach the display the labels of all they mention.

    Args:
        things: those of the page.
        display: of the reader.
        previous: id of the release before, where it is at hand.
    """
    changes = [_by_property(thing.quads) for thing in things]
    mentioned = {term.value for one in changes for term in _terms(one) if term.is_iri}
    display.learn({*mentioned, *(thing.iri for thing in things)})
    return [
        ShownThing(thing, _title(thing, display), _href(thing, display, previous), properties)
        for thing, properties in zip(things, changes, strict=True)
    ]


def _terms(properties: Iterable[PropertyChange]) -> Iterable[Term]:
    for one in properties:
        yield Term("iri", one.predicate)
        yield from (*one.before, *one.after)


def _title(thing: ChangedThing, display: Display) -> Text:
    named = chosen_text(thing.labels, display.language)
    return named or display.label(thing.iri)


def _href(thing: ChangedThing, display: Display, previous: str | None) -> str:
    href = display.href(thing.iri)
    if thing.kind != "removed" or not href.startswith("/doc/"):
        return href
    return f"{href}?release={quote(previous)}" if previous else ""


def _by_property(quads: Sequence[ChangedQuad]) -> list[PropertyChange]:
    found: dict[str, PropertyChange] = {}
    for quad, term in zip(quads, _parsed(quads), strict=True):
        predicate = quad.predicate[1:-1]
        change = found.setdefault(predicate, PropertyChange(predicate))
        values = change.after if quad.is_added else change.before
        if term not in values:
            values.append(term)
    return list(found.values())


def _parsed(quads: Iterable[ChangedQuad]) -> list[Term]:
    """Return the objects of quads, which stand as N-Triples has them."""
    lines = "".join(f"<urn:s> <urn:p> {quad.object} .\n" for quad in quads)
    return [_term(one.object) for one in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]


def _term(found: object) -> Term:
    if isinstance(found, ox.NamedNode):
        return Term("iri", found.value)
    if isinstance(found, ox.Literal):
        datatype = "" if found.language else found.datatype.value
        return Term("literal", found.value, found.language or "", datatype)
    return Term("bnode", str(found))
