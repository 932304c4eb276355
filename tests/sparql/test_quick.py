from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from erqi_kg.sparql.quick import LONGEST, quick_scan, scan_once
from erqi_kg.sparql.scan import scan_query
from tests.sparql.test_scan import CALL, CALLING, NOT_CALLING

PLAIN = (
    "SELECT * { ?s ?p ?o }",
    "# of all things\nPREFIX x: <http://x/> prefix : <urn:y>\nselect ?a where { ?a x:b :c } # 5",
    'PREFIX x: <http://x/#> SELECT * { ?s x:p "甲"@zh , "a: b" FILTER(?s < 3 && ?t > 4) }',
    "ASK { GRAPH ?g { _:b a <http://x/FILTER#SERVE> } }",
    "DESCRIBE <http://x/a>",
    "BASE <http://x/> PREFIX y: <urn:y> base<http://z/y> ASK { <a> y:b <#c> }",
    "CONSTRUCT { ?s ?p 'from' } { ?s ?p ?o BIND(BOUND(?s) AS ?known) }",
)
DOUBTFUL = (
    "SELECT * FROM <http://x/> {}",
    "BASE <x/> ASK {}",
    "SELECT (NOW() AS ?n) {}",
    "ASK { ?s a x:y }",
    "SELECT * { FILTER(trueFILTER(1)) }",
    'ASK { ?s ?p """a""" }',
    r"ASK { ?s ?p '\u0041' }",
    "INSERT DATA {}",
    "",
)
PIECES = (
    *("PREFIX x: <http://x/>", "PREFIX : <urn:a>", "BASE <http://b/>", "SELECT", "ASK", "INSERT"),
    *("*", "?s", "{", "}", "(", ")", "[", "]", "<<", ">>", "FROM", "NAMED", "<http://g/>", "<a#b>"),
    *("x:y", ":z", "q:r", "_:b", "a", "GRAPH", "FILTER", "BIND", "1<2", "1<2)#>", "#", "\n", " "),
    *('"', "'", '"a # b"', "'c'", '"""', "\\", "NOW()", "now", "BNODE ()", "SERVICE", "LOAD"),
    *("trueFILTER", "xFROM:y", "FROMage", ".", ";", ",", "@zh", "^^", "5", "DESCRIBE", CALL),
)  # fmt: skip


def agrees(text: str) -> bool:
    """Say whether a quick scan, where there is one, says what the exact one says."""
    quick, exact = quick_scan(text, 50), scan_query(text, "http://b/")
    if quick is None:
        return True
    same = replace(
        quick,
        depth=exact.depth,
        deepest=exact.deepest,
        load=exact.load,
        mistake=exact.mistake,
        chain=exact.chain,
        chained=exact.chained,
    )
    return same == exact and quick.depth >= exact.depth


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_query_is_scanned_quickly(text: str) -> None:
    assert quick_scan(text, 50) is not None
    assert agrees(text)
    assert scan_query(text).mistake is None


@pytest.mark.parametrize("text", [*DOUBTFUL, *CALLING.values(), *NOT_CALLING.values()])
def test_what_may_be_read_otherwise_is_left_to_the_exact_scan(text: str) -> None:
    assert quick_scan(text, 50) is None or (text in NOT_CALLING.values() and agrees(text))


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(("", " ", "\n")))
@example(["SELECT", "*", "{", "FILTER(1<2)#>", "'", "\n", CALL, "}"], " ")
def test_a_quick_scan_says_what_the_exact_one_says(pieces: list[str], between: str) -> None:
    assert agrees(between.join(pieces))
    assert agrees(f"SELECT * {{ {between.join(pieces)} }}")


def test_more_brackets_than_may_be_open_are_counted_exactly() -> None:
    text = f"SELECT * {{ {'{} ' * 30} }}"
    assert quick_scan(text, 20) is None
    found = scan_once(text, "", 20)
    assert found is not None
    assert found.depth == 2


def test_a_long_text_is_left_to_the_executor_and_a_hostile_one_takes_no_time() -> None:
    assert scan_once("ASK {}" + " " * LONGEST, "", 20) is None
    for piece in ("a", "a:", "x.", "<a", "#\n", "PREFIX a: <a:b> ", "\\", "'", "{", "FILTE", "a-"):
        text = "SELECT * { " + piece * (LONGEST // len(piece) - 12)
        started = time.thread_time()
        quick_scan(text, 100_000)
        assert time.thread_time() - started < 0.1, piece
