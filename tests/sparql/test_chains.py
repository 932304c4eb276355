"""Chains that the engine's stack could not follow are told from long lists, which it can."""

from __future__ import annotations

import time

import pytest

from erqi_kg.errors import MalformedQuery
from erqi_kg.sparql.admission import admit_query
from erqi_kg.sparql.chains import may_chain
from erqi_kg.sparql.scan import scan_query

JSON = "application/sparql-results+json"
N = 3000
CHAINS = {
    "negations": f"ASK {{ FILTER({'!' * N}true) }}",
    "sum": f"ASK {{ FILTER({'1+' * N}1) }}",
    "signed numbers": f"ASK {{ FILTER(1{'+1' * N}) }}",
    "products": f"ASK {{ FILTER({'?x * ' * N}1) }}",
    "and": f"ASK {{ FILTER({'true&&' * N}true) }}",
    "or": f"ASK {{ FILTER({'||'.join(f'?x={n}' for n in range(N))}) }}",
    "unions": f"ASK {{ {' UNION '.join(['{}'] * N)} }}",
    "sequence path": f"ASK {{ ?s {'/'.join(['<urn:p>'] * N)} ?o }}",
    "alternative path": f"ASK {{ ?s {'|'.join(['<urn:p>'] * N)} ?o }}",
    "optionals": f"ASK {{ {'OPTIONAL{?s ?p ?o}' * N} }}",
    "minus": f"ASK {{ {'MINUS{?s ?p ?o}' * N} }}",
    "filters": f"ASK {{ {'FILTER(true)' * N} }}",
    "groups": f"ASK {{ {'{?s ?p ?o}' * N} }}",
    "graphs": f"ASK {{ {'GRAPH ?g {?s ?p ?o}' * N} }}",
    "values blocks": f"ASK {{ {'VALUES ?x {1}' * N} }}",
    "patterns": f"ASK {{ {'?s ?p ?o . ' * N} }}",
    "predicates": f"ASK {{ ?s ?p ?o {';?p ?o' * N} }}",
    "objects": f"ASK {{ ?s ?p ?o {',?o' * N} }}",
    "a collection": f"ASK {{ ?s ?p ({'1 ' * N}) }}",
    "projected expressions": f"SELECT {' '.join(f'(1 AS ?x{n})' for n in range(N))} {{}}",
    "group keys": f"SELECT (1 AS ?n) {{}} GROUP BY {' '.join(f'(?s={n})' for n in range(N))}",
    "having": f"SELECT ?s {{}} GROUP BY ?s HAVING {'(true)' * N}",
}
LISTS = {
    "rows of VALUES": f"ASK {{ VALUES ?x {{ {'-1 ' * N} }} }}",
    "wide rows of VALUES": f"ASK {{ VALUES (?x ?y) {{ {'(1 -1)' * N} }} }}",
    "values of IN": f"ASK {{ FILTER(?x IN ({', '.join(['-1'] * N)})) }}",
    "arguments": f"ASK {{ FILTER(COALESCE({', '.join(['?x + 1'] * N)})) }}",
    "variables": f"SELECT {' '.join(f'?x{n}' for n in range(N))} {{}}",
    "prefixes": "PREFIX a: <urn:a>\n" * N + "ASK {}",
    "graphs of the dataset": f"SELECT * {' '.join(f'FROM <urn:{n}>' for n in range(N))} {{}}",
    "words": f"ASK {{ ?s ?p '{'a + b ' * N}' }} # {'1+' * N}",
}


def admit(text: str) -> None:
    admit_query(text, JSON, deepest=200, longest=2500)


@pytest.mark.parametrize("text", CHAINS.values(), ids=CHAINS)
def test_a_chain_is_refused_with_its_length_and_place(text: str) -> None:
    with pytest.raises(MalformedQuery, match="at most 2500 are accepted") as caught:
        admit(text)
    assert caught.value.line == 1
    assert may_chain(text)


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_a_long_list_is_admitted(text: str) -> None:
    admit(text)


def test_chains_within_chains_add_up() -> None:
    text = "1"
    for _ in range(10):
        text = f"({text})" + "+1" * 300
    assert scan_query(f"ASK {{ FILTER({text}) }}").chain > 3000


def test_chains_beside_each_other_do_not() -> None:
    pairs = " ".join(f"FILTER({'1+' * 300}1)" for _ in range(10))
    assert scan_query(f"ASK {{ {pairs} }}").chain < 700


@pytest.mark.parametrize("text", ["", "}", ")))((", "ASK {" + "(" * 50, "VALUES {" * 3])
def test_any_text_can_be_measured(text: str) -> None:
    assert scan_query(text).chain >= 0


def processor_s(text: str) -> float:
    started = time.thread_time()
    scan_query(text)
    return time.thread_time() - started


def test_the_measure_takes_linear_time() -> None:
    times = []
    for length in (20_000, 80_000):
        text = f"ASK {{ {'FILTER(1+1) ' * (length // 12)} }}"
        times.append(min(processor_s(text) for _ in range(3)))
    assert times[1] < 12 * times[0]
