"""What the columns of an answer are called: variables are named after terms of the ontology."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from erqi_kg.web.showing.display import Display, Text
from erqi_kg.web.showing.language import message, messages
from erqi_kg.web.showing.terms import Solution, Solutions

_LANGUAGE_MARK = re.compile(r"(.+?)(Zh|En)")


@dataclass(frozen=True)
class Column:
    """One column of an answer as people read it."""

    variable: str
    head: Text
    named_by: str = ""
    """The variable that holds the names of what is in this column."""
    is_number: bool = False


def columns_for_people(found: Solutions, display: Display) -> list[Column]:
    """Return the columns of an answer; names of the same in two languages are one column.

    `?group ?groupZh ?groupEn` are a column of groups, each by its name in the reader's language;
    `?timeZh ?timeEn` are the one in the reader's language.
    """
    mark = display.language.capitalize()
    columns = []
    for name in found.variables:
        base = _base(name)
        is_in_both = {base + "Zh", base + "En"} <= set(found.variables)
        is_other = is_in_both and not name.endswith(mark)
        if base and (is_other or _is_label(base, name, found, display)):
            continue
        named_by = name + mark if name + mark in found.variables else ""
        is_number = _is_number(name, found.solutions)
        columns.append(
            Column(name, _head(base if is_in_both else name, display), named_by, is_number)
        )
    return columns


def _base(name: str) -> str:
    """Return the name of a variable without its language; "" for one without."""
    found = _LANGUAGE_MARK.fullmatch(name)
    return found[1] if found else ""


def _is_label(base: str, name: str, found: Solutions, display: Display) -> bool:
    """Say whether a variable holds just what the things in another one are called."""
    return base in found.variables and all(
        solution[name].value in ("", *display.labels_of(solution[base].value).values())
        for solution in found.solutions
        if name in solution and base in solution
    )


def _is_number(name: str, solutions: Sequence[Solution]) -> bool:
    bound = [solution[name] for solution in solutions if name in solution]
    return bool(bound) and all(term.is_number for term in bound)


def _head(name: str, display: Display) -> Text:
    return head_of(name, display) or Text(f"?{name}")


def head_of(variable: str, display: Display) -> Text | None:
    """Return what to call a variable in the reader's language; None when nobody has named it."""
    found = _LANGUAGE_MARK.fullmatch(variable)
    name, mark = (found[1], found[2].lower()) if found else (variable, "")
    label = _label(name, display)
    if label is None or mark in ("", display.language):
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
