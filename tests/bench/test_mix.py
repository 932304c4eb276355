from __future__ import annotations

import pytest
from bench.generator import Layout
from bench.mix import KINDS, texts

from erqi_kg.sparql.scan import scan_query

LAYOUT = Layout(34)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"repeated"}))
def test_no_two_requests_of_a_kind_are_alike(name: str):
    asked = [text for number in range(500) for text in texts(KINDS[name], LAYOUT, number)]
    assert len(set(asked)) == len(asked)


def test_the_repeated_kind_asks_twenty_queries():
    asked = {text for number in range(500) for text in texts(KINDS["repeated"], LAYOUT, number)}
    assert len(asked) == 20


@pytest.mark.parametrize("name", KINDS)
def test_every_query_is_one_the_service_accepts(name: str):
    for text in texts(KINDS[name], LAYOUT, 7):
        scan = scan_query(text)
        assert scan.form == "SELECT"
        assert not scan.is_volatile
