"""A comparison that cannot fail proves nothing: what differs is told apart, nothing else is."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tests.conformance.results import (
    Solutions,
    Truth,
    difference,
    from_csv,
    from_graph,
    from_json,
    from_tsv,
    from_xml,
    graph_difference,
)

ONE = ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
JSON = b"""{"head": {"vars": ["x", "y"]}, "results": {"bindings": [
  {"x": {"type": "uri", "value": "urn:a"},
   "y": {"type": "literal", "value": "b", "xml:lang": "en"}},
  {"x": {"type": "literal", "value": "01",
   "datatype": "http://www.w3.org/2001/XMLSchema#integer"}}]}}"""
XML = b"""<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/>
<variable name="y"/></head><results><result><binding name="x"><uri>urn:a</uri></binding>
<binding name="y"><literal xml:lang="en">b</literal></binding></result><result><binding name="x">
<literal datatype="http://www.w3.org/2001/XMLSchema#integer">1</literal></binding></result></results>
</sparql>"""
TSV = b'?x\t?y\n<urn:a>\t"b"@en\n1\t\n'


def solutions(*values: object, ordered: bool = False) -> Solutions:
    return Solutions(("x",), tuple({"x": value} for value in values), ordered)


def test_json_xml_and_tsv_say_the_same() -> None:
    assert from_json(JSON) == from_xml(XML) == from_tsv(TSV)


def test_csv_is_read_as_strings() -> None:
    assert from_csv(b"x\r\na\r\n") == solutions(ox.Literal("a"))


def test_a_graph_of_the_result_set_vocabulary_is_read_in_its_order() -> None:
    rs = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
    turtle = f"""@prefix rs: <{rs}> . [] a rs:ResultSet ; rs:resultVariable "x" ; rs:solution
        [ rs:index 2 ; rs:binding [ rs:variable "x" ; rs:value 1 ] ] ,
        [ rs:index 1 ; rs:binding [ rs:variable "x" ; rs:value <urn:a> ] ] ."""
    triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    assert from_graph(triples) == solutions(ox.NamedNode("urn:a"), ONE, ordered=True)
    assert from_graph([ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ONE)]) is None


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (solutions(ONE, ox.NamedNode("urn:a")), solutions(ox.NamedNode("urn:a"), ONE), True),
        (solutions(ONE, ox.NamedNode("urn:a"), ordered=True),
         solutions(ox.NamedNode("urn:a"), ONE), False),
        (solutions(ONE, ONE), solutions(ONE), False),
        (solutions(ox.BlankNode("a")), solutions(ox.BlankNode("b")), True),
        (solutions(ox.BlankNode("a"), ox.BlankNode("a")),
         solutions(ox.BlankNode("a"), ox.BlankNode("b")), False),
        (solutions(), Solutions(("y",), ()), False),
        (Truth(True), Truth(False), False),
    ],
    ids=["other order", "order is stated", "twice", "blank nodes renamed", "blank nodes joined",
         "other variables", "other truth"],
)  # fmt: skip
def test_results_are_compared_as_they_mean(left: object, right: object, same: bool) -> None:
    assert (difference(left, right) == "") == same


def test_a_solution_may_come_less_often_where_the_case_is_lax() -> None:
    assert difference(solutions(ONE, ONE), solutions(ONE), lax=True) == ""
    assert difference(solutions(ONE), solutions(ONE, ONE), lax=True) != ""


@pytest.mark.parametrize(
    ("turtle", "same"),
    [("_:x <urn:p> 1.0 .", True), ("<urn:x> <urn:p> 1.0 .", False), ("", False)],
)
def test_graphs_are_compared_up_to_blank_nodes(turtle: str, same: bool) -> None:
    expected = ox.parse("_:a <urn:p> 1.00 .", format=ox.RdfFormat.TURTLE)
    got = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    assert (graph_difference(expected, got) == "") == same
