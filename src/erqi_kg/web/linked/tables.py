"""Statements about a thing as a small table: a column a property, a row a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.web.linked.nodes import Fact, Node
from erqi_kg.web.linked.ordering import in_order
from erqi_kg.web.showing.terms import Term

MOST_COLUMNS = 6
UNIT = PREFIXES["sdmx-attribute"] + "unitMeasure"
_MEASURES = ("amount", "growthRate", "value")
_HIDDEN_TERMS = (
    *("sourceValue", "sourceUnit", "wording", "modality", "claimant", "statedNumber", "order"),
    *("linkSubject", "wikidataCode", "codeTable", "level", "dimensionCount"),
)
_HIDDEN_FOREIGN = (
    UNIT,
    PREFIXES["rdf"] + "type",
    PREFIXES["prov"] + "wasDerivedFrom",
    PREFIXES["prov"] + "hadPrimarySource",
    PREFIXES["qb"] + "dataSet",
    PREFIXES["qb"] + "measureType",
    PREFIXES["skos"] + "notation",
    PREFIXES["skos"] + "note",
)


@dataclass(frozen=True)
class Column:
    """A column: a property, or several that state one number each."""

    properties: tuple[str, ...]
    has_unit: bool = False

    def facts(self, row: Node) -> list[Fact]:
        """Return what a statement says in this column."""
        return [row.facts[name] for name in self.properties if name in row.facts]


@dataclass(frozen=True)
class StatementTable:
    """What some statements say."""

    columns: list[Column]
    rows: list[Node]


def statement_table(nodes: Sequence[Node], link: str, names: Names) -> StatementTable:
    """Choose the columns for some statements; `link` is known, it led here."""
    hidden = {*map(names.term, _HIDDEN_TERMS), *_HIDDEN_FOREIGN, link}
    used = in_order({name for node in nodes for name in node.facts} - hidden, names)
    measures = tuple(name for name in used if name in map(names.term, _MEASURES))
    columns = [
        Column(measures, has_unit=True) if name in measures else Column((name,))
        for name in used
        if name not in measures[1:]
    ]
    return StatementTable(columns[:MOST_COLUMNS], list(nodes))


def unit_of(node: Node) -> Term | None:
    """Return the unit of the number a statement states."""
    units = node.values(UNIT)
    return units[0] if units else None
