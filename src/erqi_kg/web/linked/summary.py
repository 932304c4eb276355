"""A thing in a sentence or two, for lists of search engines and previews of links."""

from __future__ import annotations

from collections.abc import Mapping

from erqi_kg.web.linked.nodes import Fact
from erqi_kg.web.linked.thing import Thing
from erqi_kg.web.showing.display import Display, Text, in_language
from erqi_kg.web.showing.language import message
from erqi_kg.web.showing.terms import Term

_MOST_FACTS = 4
_MOST_VALUES = 3
_LONGEST = 60
"""Characters of one value."""


def summary_of(thing: Thing, titles: Mapping[str, Text], display: Display) -> str:
    """Return what a thing is, its names in both languages and its first facts."""
    language = display.language
    kinds = [display.label(name).text for name in thing.classes[:1]]
    names = dict.fromkeys([titles[language].text, *(title.text for title in titles.values())])
    facts = [_told(fact, display) for fact in thing.facts[:_MOST_FACTS]]
    told = [*kinds, message("summary.names", language).join(names), *facts]
    return message("summary.between", language).join(one[:1].upper() + one[1:] for one in told)


def _told(fact: Fact, display: Display) -> str:
    values = in_language(fact.values, display.language)[:_MOST_VALUES]
    said = message("summary.values", display.language).join(_said(one, display) for one in values)
    return message(
        "summary.fact", display.language, name=display.label(fact.predicate).text, said=said
    )


def _said(term: Term, display: Display) -> str:
    text = display.label(term.value).text if term.is_iri else term.value
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
