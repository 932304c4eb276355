"""What the columns of an answer are called: variables are named after terms of the ontology."""

from __future__ import annotations

import re

from erqi_kg.web.showing.display import Display, Text
from erqi_kg.web.showing.language import message, messages

_LANGUAGE_MARK = re.compile(r"(.+?)(Zh|En)")


def head_of(variable: str, display: Display) -> Text | None:
    """Return what to call a variable in the reader's language; None when nobody has named it."""
    found = _LANGUAGE_MARK.fullmatch(variable)
    name, mark = (found[1], found[2].lower()) if found else (variable, "")
    label = _label(name, display)
    if label is None or not mark:
        return label
    inside = message(f"column.in-{mark}", display.language)
    return Text(f"{label.text}{inside}", label.language)


def _label(name: str, display: Display) -> Text | None:
    if f"column.{name}" in messages():
        return Text(message(f"column.{name}", display.language), display.language)
    for term in (name, name[:1].upper() + name[1:]):
        iri = display.names.term(term)
        if display.has_label(iri):
            return display.label(iri)
    return None
