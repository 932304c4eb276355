"""Queries of pages are files, with other values each time."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erqi_kg.namespaces import DEFAULT_BASE_IRI
from erqi_kg.sparql.scan import scan_query
from erqi_kg.web.showing.asking import QUERIES, query_text, scan_of, with_values

NAMES = sorted(path.stem for path in QUERIES.glob("*.rq"))
IDS = st.from_regex(r"[a-z]{1,8}(/[a-z0-9-]{1,8}){0,3}", fullmatch=True)
IRIS = IDS.map(lambda one: f"{DEFAULT_BASE_IRI}id/{one}") | st.sampled_from(
    ["http://example.org/SERVICE", "urn:LOAD", "http://example.org/#a", "http://example.org/二七"]
)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_here_may_be_evaluated(name: str) -> None:
    scan = scan_of(name, DEFAULT_BASE_IRI)
    assert scan.mistake is scan.service is scan.load is None
    assert not scan.is_volatile


@settings(max_examples=30)
@given(st.lists(IRIS, max_size=60, unique=True))
def test_other_values_do_not_change_the_scan(iris: list[str]) -> None:
    for name in NAMES:
        text = query_text(name)
        for variable in set(re.findall(r"VALUES \?(\w+) \{", text)):
            text = with_values(text, variable, iris)
        expected = scan_of(name, DEFAULT_BASE_IRI)
        found = scan_query(text, DEFAULT_BASE_IRI)
        assert replace(found, deepest=expected.deepest, chained=expected.chained) == expected
