"""Fetch values of properties of things (data extension, API 0.2 and the draft of 1.0)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erqi_kg.errors import BadRequest
from erqi_kg.web.reconcile.asked import check_number, id_of, objects_of, texts_of
from erqi_kg.web.reconcile.comparing import held_values
from erqi_kg.web.reconcile.identifiers import term_iri, thing_id, thing_iri
from erqi_kg.web.reconcile.telling import Members, named_term
from erqi_kg.web.service import service
from erqi_kg.web.showing.pages import display
from erqi_kg.web.showing.terms import XSD, Term

MOST_IDS = 1_000
MOST_PROPERTIES = 20
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True)
class Column:
    """A property that is fetched."""

    id: str
    iri: str
    """Empty when the id is none: nothing has values of it."""
    most: int
    """Values that are told; 0: all."""


@dataclass(frozen=True)
class Extension:
    """What was fetched."""

    columns: tuple[Column, ...]
    cells: Mapping[str, Mapping[str, list[Members]]]
    """Values by id and property."""
    tells_language: bool

    def as_0_2(self) -> Members:
        """Return it as API 0.2 has it: objects by id."""
        return {"meta": self._meta(), "rows": self.cells}

    def as_1_0(self) -> Members:
        """Return it as the draft of API 1.0 has it: arrays."""
        rows = [
            {"id": one, "properties": [{"id": key, "values": found} for key, found in row.items()]}
            for one, row in self.cells.items()
        ]
        return {"meta": self._meta(), "rows": rows}

    def _meta(self) -> list[Members]:
        return [{"id": one.id, "name": _name(one)} for one in self.columns]


def _name(column: Column) -> str:
    named: str = named_term(column.iri)["name"] if column.iri else column.id
    return named


def extended(asked: Any, *, tells_language: bool) -> Extension:
    """Return the values that a data extension query asks for.

    Args:
        asked: the query, as JSON.
        tells_language: texts have their language.

    Raises:
        BadRequest: it is no such query; names the member.
        TooLarge: too many ids or properties.
    """
    if not isinstance(asked, dict):
        raise BadRequest("The data extension query is no object.")
    ids = texts_of(asked.get("ids"), "ids")
    check_number(len(ids), MOST_IDS, "ids")
    columns = _columns(asked.get("properties"))
    names = service().names
    things = {one: thing_iri(one, names) for one in ids}
    iris = [iri for iri in things.values() if iri is not None]
    held = held_values(iris, [one.iri for one in columns if one.iri])
    cells = {
        one: {
            column.id: _cell(held.get((iri or "", column.iri), []), column.most, tells_language)
            for column in columns
        }
        for one, iri in things.items()
    }
    return Extension(columns, cells, tells_language)


def _columns(found: Any) -> tuple[Column, ...]:
    asked = list(objects_of(found, "properties"))
    check_number(len(asked), MOST_PROPERTIES, "properties")
    return tuple(_column(one, f"properties[{place}]") for place, one in enumerate(asked))


def _column(members: Mapping[str, Any], name: str) -> Column:
    property_id = id_of(members, name)
    iri = term_iri(property_id, service().names)
    settings = members.get("settings", {})
    if not isinstance(settings, dict):
        raise BadRequest(f"{name}.settings is no object.")
    limit = settings.get("limit", 0)
    most = str(int(limit) if isinstance(limit, float) and limit.is_integer() else limit)
    if not most.isascii() or not most.isdigit() or len(most) > 9:
        raise BadRequest(f"{name}.settings.limit: {most!r} is no whole number from 0.")
    return Column(property_id, iri or "", int(most))


def _cell(terms: Sequence[Term], most: int, tells_language: bool) -> list[Members]:
    return [_value(term, tells_language) for term in terms[: most or None]]


def _value(term: Term, tells_language: bool) -> Members:
    names = service().names
    if term.is_iri:
        if not term.value.startswith(names.things):
            return {"str": term.value}
        return {"id": thing_id(term.value, names), "name": display().label(term.value).text}
    if term.is_number:
        return _number(term)
    if term.datatype == XSD + "date" and _DATE.fullmatch(term.value):
        return {"date": f"{term.value}T00:00:00"}
    if term.datatype == XSD + "dateTime" and _DATE_TIME.fullmatch(term.value):
        return {"date": term.value}
    language = {"lang": term.language} if term.language and tells_language else {}
    return {"str": term.value} | language


def _number(term: Term) -> Members:
    try:
        if term.datatype.lower().endswith("integer"):
            return {"int": int(term.value)}
        number = float(term.value)
    except ValueError:
        return {"str": term.value}
    return {"float": number} if math.isfinite(number) else {"str": term.value}
