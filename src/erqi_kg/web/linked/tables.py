"""Statements about a thing as a small table: a column a property, a row a statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.web.linked.nodes import Fact, Node
from erqi_kg.web.linked.ordering import in_order
from erqi_kg.web.showing.terms import Term

MOST_COLUMNS = 6
LEAST_SHARING = 3
"""From so many rows on, what all of them say stands once above the table."""
UNIT = PREFIXES["sdmx-attribute"] + "unitMeasure"
SOURCE = PREFIXES["prov"] + "hadPrimarySource"
_MEASURES = ("amount", "growthRate", "value")
_PROSE = 24
"""A text of more characters is read in lines, and needs a wide column."""
_HIDDEN_TERMS = (
    *("sourceValue", "sourceUnit", "wording", "modality", "claimant", "statedNumber", "order"),
    *("linkSubject", "wikidataCode", "codeTable", "level", "dimensionCount"),
)
_HIDDEN_FOREIGN = (
    UNIT,
    PREFIXES["rdf"] + "type",
    PREFIXES["prov"] + "wasDerivedFrom",
    SOURCE,
    PREFIXES["qb"] + "dataSet",
    PREFIXES["qb"] + "measureType",
    PREFIXES["skos"] + "notation",
    PREFIXES["skos"] + "note",
)
_IDENTIFIER = PREFIXES["dcterms"] + "identifier"


@dataclass(frozen=True)
class Column:
    """A column: a property, or several that state one number each."""

    properties: tuple[str, ...]
    has_unit: bool = False
    is_prose: bool = False
    """Its values are sentences."""

    def facts(self, row: Node) -> list[Fact]:
        """Return what a statement says in this column."""
        return [row.facts[name] for name in self.properties if name in row.facts]


@dataclass(frozen=True)
class StatementTable:
    """What some statements say."""

    columns: list[Column]
    rows: list[Node]
    shared: list[Column] = field(default_factory=list)
    """What all rows say alike."""
    has_words: bool = True
    """Some row has words or a reason behind it."""

    @property
    def is_list(self) -> bool:
        """Say whether a list of the values of the only column tells all."""
        return len(self.columns) == 1 and not self.has_words and not self.columns[0].is_prose


def statement_table(nodes: Sequence[Node], link: str, names: Names) -> StatementTable:
    """Choose the columns for some statements; `link` is known, it led here."""
    hidden = {*map(names.term, _HIDDEN_TERMS), *_HIDDEN_FOREIGN, link}
    if len({term for node in nodes for term in node.values(SOURCE)}) > 1:
        hidden.discard(SOURCE)
    if all(names.term("linkTarget") in node.facts for node in nodes):
        hidden.add(_IDENTIFIER)  # the target tells it
    used = in_order({name for node in nodes for name in node.facts} - hidden, names)
    measures = tuple(name for name in used if name in measures_of(names))
    columns = [
        Column(measures, has_unit=True)
        if name in measures
        else Column((name,), is_prose=_is_prose(name, nodes))
        for name in used
        if name not in measures[1:]
    ]
    shared = [column for column in columns if _is_shared(column, nodes)]
    if len(shared) == len(columns):
        shared = shared[1:]
    apart = [column for column in columns if column not in shared]
    has_words = any(fact.supports for node in nodes for fact in node.facts.values())
    sources = [column for column in apart if column.properties == (SOURCE,)]
    others = [column for column in apart if column not in sources]
    kept = others[: MOST_COLUMNS - len(sources)] + sources
    return StatementTable(kept, list(nodes), shared, has_words)


def by_rank(nodes: Sequence[Node], rank: str) -> list[Node]:
    """Return statements with the best rank first where each says one; else in their order."""
    ranks = {node.iri: [term.value for term in node.values(rank)] for node in nodes}
    if not all(len(said) == 1 and said[0].isdecimal() for said in ranks.values()):
        return list(nodes)
    return sorted(nodes, key=lambda node: int(ranks[node.iri][0]))


def measures_of(names: Names) -> frozenset[str]:
    """Return the properties whose numbers are in the unit of their statement."""
    return frozenset(map(names.term, _MEASURES))


def unit_of(node: Node) -> Term | None:
    """Return the unit of the number a statement states."""
    units = node.values(UNIT)
    return units[0] if units else None


def wording_of(node: Node, names: Names) -> Term | None:
    """Return how the source words the only number that a statement states."""
    stated = [value for name in measures_of(names) for value in node.values(name)]
    worded = node.values(names.term("wording"))
    return worded[0] if len(stated) == len(worded) == 1 else None


def _is_shared(column: Column, nodes: Sequence[Node]) -> bool:
    """Say whether enough statements all say the same, and no number, in a column."""
    if column.has_unit or len(nodes) < LEAST_SHARING:
        return False
    said = {frozenset(_values(column.properties[0], [node])) for node in nodes}
    return len(said) == 1


def _is_prose(name: str, nodes: Iterable[Node]) -> bool:
    return any(len(term.value) > _PROSE and not term.is_iri for term in _values(name, nodes))


def _values(name: str, nodes: Iterable[Node]) -> Iterable[Term]:
    return (term for node in nodes for term in node.values(name))
