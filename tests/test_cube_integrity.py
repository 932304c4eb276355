"""Each integrity constraint of the RDF Data Cube speaks when it is broken, in a small cube."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

CHECKS = Path(__file__).parent.parent / "queries/checks"
CUBE_CHECKS = {path.stem: path.read_text("utf-8") for path in sorted(CHECKS.glob("cube-*.rq"))}

PREFIXES = """
PREFIX : <https://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""

CUBE = """
:area a qb:DimensionProperty ; rdfs:range skos:Concept ; qb:codeList :areas .
:above a qb:DimensionProperty ; rdfs:range skos:Concept ; qb:codeList :downward .
:below a qb:DimensionProperty ; rdfs:range skos:Concept ; qb:codeList :upward .
qb:measureType a qb:DimensionProperty ; rdfs:range qb:MeasureProperty .
:amount a qb:MeasureProperty . :growth a qb:MeasureProperty . :unit a qb:AttributeProperty .
:areas a skos:ConceptScheme . :east skos:inScheme :areas . :west skos:inScheme :areas .
:downward a qb:HierarchicalCodeList ; qb:hierarchyRoot :top ;
    qb:parentChildProperty skos:narrower . :top skos:narrower :leaf .
:upward a qb:HierarchicalCodeList ; qb:hierarchyRoot :top ;
    qb:parentChildProperty :childOf . :childOf owl:inverseOf skos:broader .
:leaf skos:broader :top .
:plain a qb:DataStructureDefinition ; qb:sliceKey :key ;
    qb:component :c-area , :c-above , :c-below , :c-amount , :c-unit .
:typed a qb:DataStructureDefinition ;
    qb:component :c-area , :c-type , :c-amount , :c-growth .
:c-area qb:dimension :area . :c-above qb:dimension :above . :c-below qb:dimension :below .
:c-type qb:dimension qb:measureType .
:c-amount qb:measure :amount . :c-growth qb:measure :growth .
:c-unit qb:attribute :unit ; qb:componentRequired true .
:key a qb:SliceKey ; qb:componentProperty :area .
:slice a qb:Slice ; qb:sliceStructure :key ; :area :east ; qb:observation :o .
:first a qb:DataSet ; qb:structure :plain ; qb:slice :slice .
:second a qb:DataSet ; qb:structure :typed .
:o a qb:Observation ; qb:dataSet :first ; :area :east ; :above :leaf ; :below :leaf ;
    :amount 1 ; :unit :yuan .
:p a qb:Observation ; qb:dataSet :second ; :area :east ; qb:measureType :amount ; :amount 1 .
:q a qb:Observation ; qb:dataSet :second ; :area :east ; qb:measureType :growth ; :growth 2 .
"""

BREAKS = {
    1: "INSERT DATA { :o qb:dataSet :second }",
    2: "DELETE DATA { :first qb:structure :plain }",
    3: "DELETE DATA { :plain qb:component :c-amount }",
    4: "DELETE DATA { :area rdfs:range skos:Concept }",
    5: "DELETE DATA { :area qb:codeList :areas }",
    6: "INSERT DATA { :c-area qb:componentRequired false }",
    7: "DELETE DATA { :plain qb:sliceKey :key }",
    8: "INSERT DATA { :key qb:componentProperty :elsewhere }",
    9: "DELETE DATA { :slice qb:sliceStructure :key }",
    10: "DELETE DATA { :slice :area :east }",
    11: "DELETE DATA { :o :area :east }",
    12: "INSERT DATA { :o2 qb:dataSet :first ; :area :east ; :above :leaf ; :below :leaf ; "
    ":amount 2 ; :unit :yuan }",
    13: "DELETE DATA { :o :unit :yuan }",
    14: "DELETE DATA { :o :amount 1 }",
    15: "DELETE DATA { :p :amount 1 }",
    16: "INSERT DATA { :p :growth 2 }",
    17: "DELETE WHERE { :q ?property ?value }",
    18: "DELETE DATA { :o qb:dataSet :first }",
    19: "DELETE DATA { :east skos:inScheme :areas }",
    20: "DELETE DATA { :top skos:narrower :leaf }",
    21: "DELETE DATA { :leaf skos:broader :top }",
}
"""For each constraint, by its number in the specification, an update that breaks it."""


def numbered() -> dict[int, str]:
    """The checks by the number of the constraint that their first line names."""
    found = {}
    for text in CUBE_CHECKS.values():
        match = re.match(r"# RDF Data Cube, IC-(\d+):", text)
        assert match is not None
        found[int(match.group(1))] = text
    return found


def speaks(store: ox.Store, text: str) -> bool:
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    return any(True for _ in solutions)


@pytest.fixture
def cube() -> ox.Store:
    store = ox.Store()
    store.load(PREFIXES + CUBE, format=ox.RdfFormat.TURTLE)
    return store


def test_there_is_one_check_for_each_constraint() -> None:
    assert sorted(numbered()) == sorted(BREAKS) == list(range(1, 22))
    assert len(CUBE_CHECKS) == 21


def test_a_whole_cube_breaks_none(cube: ox.Store) -> None:
    assert [number for number, text in numbered().items() if speaks(cube, text)] == []


@pytest.mark.parametrize("number", sorted(BREAKS))
def test_a_broken_constraint_is_noticed(number: int, cube: ox.Store) -> None:
    cube.update(PREFIXES + BREAKS[number])
    assert speaks(cube, numbered()[number])
