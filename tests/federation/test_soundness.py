"""Sending values along never changes an answer: queries put together at random."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erqi_kg.errors import RequestError
from erqi_kg.federation.paths import may_have_no_steps
from erqi_kg.federation.planning import plan_of
from erqi_kg.federation.rewriting import emptied_query, local_query, remote_query
from erqi_kg.sparql.scan import scan_query
from erqi_kg.sparql.tokens import tokens
from tests.federation.conftest import Federated
from tests.federation.test_joins import expected, parsed, without_blank

HERE_PARTS = [
    "?s <http://x/item> ?i .",
    "?s <http://x/code> ?c .",
    "?s <http://x/rank> ?n .",
    "VALUES ?i { <http://w/1> <http://w/2> }",
    "VALUES (?i ?n) { (<http://w/1> 1) (UNDEF 2) }",
    "OPTIONAL { ?s <http://x/item> ?i }",
    "BIND(<http://w/2> AS ?b)",
    "FILTER(BOUND(?i))",
    "FILTER(!BOUND(?i))",
    "FILTER(!BOUND(?n) || ?n > 1)",
    "MINUS { ?s <http://x/rank> 7 }",
    "{ SELECT ?s ?i { ?s <http://x/item> ?i } ORDER BY ?i LIMIT 2 }",
    "{ ?s <http://x/item> ?i } UNION { ?s <http://x/code> ?c }",
]
PLAIN = 3
THERE_PARTS = [
    "?i <http://w/label> ?l .",
    "?i <http://w/size> ?n .",
    "?i <http://w/near> ?o .",
    "OPTIONAL { ?i <http://w/size> ?n }",
    "FILTER(!BOUND(?n) || ?n > 1)",
    "VALUES ?o { <http://w/2> UNDEF }",
    "{ ?i <http://w/size> ?n } UNION { ?i <http://w/near> ?o }",
    "{ SELECT ?i (COUNT(*) AS ?k) { ?i ?p ?q } GROUP BY ?i }",
    "MINUS { ?i <http://w/size> 1 }",
]
FRAMES = [
    "%s", "{ %s }", "OPTIONAL { %s }", "{ %s } UNION { ?s <http://x/code> ?c }", "MINUS { %s }",
    "FILTER EXISTS { %s }", "FILTER NOT EXISTS { %s }", "{ SELECT * { %s } }",
    "{ ?s <http://x/item> ?i OPTIONAL { %s } }", "{ %s FILTER(!BOUND(?c)) }",
    "OPTIONAL { ?s <http://x/rank> ?n %s }", "{ { %s } { ?s <http://x/code> ?c } }",
]  # fmt: skip


@st.composite
def queries(draw: st.DrawFn) -> str:
    frames = draw(st.lists(st.sampled_from(FRAMES), min_size=1, max_size=2))
    # Within EXISTS engines put the outer bindings into the inner group; another endpoint has none.
    parts = THERE_PARTS[:PLAIN] if any("EXISTS" in frame for frame in frames) else THERE_PARTS
    inner = " ".join(draw(st.lists(st.sampled_from(parts), min_size=1, max_size=3)))
    if re.match("[^?]*(MINUS|OPTIONAL)", inner):
        frames = ["%s"]  # deeper, the engine takes outer bindings into such a group
    framed = f"SERVICE <REMOTE> {{ {inner} }}"
    for frame in frames:
        framed = frame % framed
    before, after = (
        " ".join(draw(st.lists(st.sampled_from(HERE_PARTS), max_size=2))) for _ in range(2)
    )
    return f"SELECT ?s ?i ?c ?n ?l ?o ?k {{ {before} {framed} {after} }}"


def test_an_answer_is_that_of_one_store(fed: Federated) -> None:
    @given(queries())
    @settings(max_examples=60, deadline=None)
    def holds(query: str) -> None:
        try:
            wanted = expected(query)
        except SyntaxError:
            return  # such as a BIND of a variable in use
        fed.rows(query)
        assert without_blank(parsed(fed.text)) == without_blank(wanted)

    holds()


@pytest.mark.parametrize(
    ("triples", "may_be_empty"),
    [
        ("?a <p> ?b", False),
        ("?a <p>* ?b", True),
        ("?a <p>? ?b", True),
        ("?a <p>+ ?b", False),
        ("?a <p>/<q>* <o>", False),
        ("?a <p>*/<q> ?b", False),
        ("?a <p>*/<q>? ?b", True),
        ("?a (<p>/<q>)* ?b", True),
        ("?a <p>*|<q> ?b", True),
        ("<s> <p>* ?b", True),
        ("?a <p> ?b ; <q>* ?c", True),
        ("?a <p>/<q> ?b , ?c", False),
    ],
)
def test_paths_without_steps_are_known(triples: str, may_be_empty: bool) -> None:
    assert may_have_no_steps(list(tokens(triples))) is may_be_empty


FRAGMENTS = [
    *(
        "SELECT",
        "*",
        "?s",
        "$s",
        "WHERE",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ".",
        ";",
        ",",
        "a",
        "UNDEF",
    ),
    *("SERVICE", "SILENT", "<http://r/>", ":r", "<other>", "OPTIONAL", "UNION", "MINUS", "FILTER"),
    *("EXISTS", "NOT", "BIND", "AS", "VALUES", "GRAPH", "LATERAL", "<<", ">>", "1", "_:b"),
    *(
        "CONSTRUCT",
        "DESCRIBE",
        "ASK",
        "UNDEF",
        "PREFIX",
        "r:",
        "BASE",
        "FROM",
        "NAMED",
        "# x\\n",
        "|",
        "/",
    ),
    *("SERVICE <http://r/> {", "{ ?s ?p ?o }", "SELECT * {", "PREFIX : <http://r/>", "\\"),
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_plan(text: str) -> None:
    for whole in (text, f"SELECT * {{ SERVICE <http://r/> {{ ?s ?p ?o }} {text} }}"):
        try:
            plan = plan_of(whole, "http://base/", frozenset(("http://r/",)))
        except RequestError:
            continue
        emptied = emptied_query(plan)
        assert scan_query(emptied).service is None
        for service in plan.services:
            assert remote_query(plan, service, ["(1)"])
            local_query(plan, service, {}, 10)
