"""Statements about a thing as a small table: a column a property, a row a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.web.nodes import Fact, Node
from erqi_kg.web.terms import Term

MOST_COLUMNS = 6
_FIRST = (
    *("rank", "ranking", "series", "editionYear", "indicator", "measure", "growthRate"),
    *("amount", "value", "streakLength", "comparisonSet", "rankedMeasure", "period"),
    *("status", "eventKind", "eventDate", "programme", "group", "member", "project"),
    *("post", "holder", "contributor", "contributionRole", "name", "code", "entryKind"),
    *("edition", "firstSeenIn", "lastSeenIn", "container", "division", "about", "affects"),
    *("statedNumber", "timeReference", "basePeriod", "priceBasis"),
)
_HIDDEN_TERMS = (
    *("sourceValue", "sourceUnit", "wording", "modality", "claimant", "statedNumber"),
    *("order", "linkSubject", "supports", "property", "quote", "basis", "reason"),
    *("wikidataCode", "codeTable", "level", "dimensionCount"),
)
_MEASURES = ("amount", "growthRate", "value")
_HIDDEN_FOREIGN = (
    PREFIXES["rdf"] + "type",
    PREFIXES["prov"] + "wasDerivedFrom",
    PREFIXES["prov"] + "hadPrimarySource",
    PREFIXES["qb"] + "dataSet",
    PREFIXES["qb"] + "measureType",
    PREFIXES["sdmx-attribute"] + "unitMeasure",
    PREFIXES["skos"] + "notation",
)
_NOTE = PREFIXES["skos"] + "note"
UNIT = PREFIXES["sdmx-attribute"] + "unitMeasure"


@dataclass(frozen=True)
class StatementTable:
    """What some statements say, a column a property."""

    columns: list[str]
    """Properties."""
    rows: list[Node]

    measures: frozenset[str]
    """The columns whose numbers have a unit."""

    def unit(self, row: Node) -> Term | None:
        """Return the unit of the number a statement states."""
        return unit_of(row)

    def has_unit(self, column: str) -> bool:
        """Say whether the numbers of a column have a unit."""
        return column in self.measures

    def cell(self, row: Node, column: str) -> Fact | None:
        """Return what a statement says in a column."""
        return row.facts.get(column)


def statement_table(nodes: Sequence[Node], link: str, names: Names) -> StatementTable:
    """Choose the columns for some statements; `link` is known, it led here."""
    hidden = {*(names.term(name) for name in _HIDDEN_TERMS), *_HIDDEN_FOREIGN, _NOTE, link}
    used = {name for node in nodes for name in node.facts} - hidden
    order = {names.term(name): place for place, name in enumerate(_FIRST)}
    columns = sorted(used, key=lambda name: (order.get(name, len(order)), name))
    measures = frozenset(names.term(name) for name in _MEASURES)
    return StatementTable(columns[:MOST_COLUMNS], list(nodes), measures)


def unit_of(node: Node) -> Term | None:
    """Return the unit of the number a statement states."""
    units = node.values(UNIT)
    return units[0] if units else None
