from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.sparql.mistakes import translated


def parses(text: str) -> bool:
    try:
        ox.Store().query(text, base_iri="http://b/")
    except SyntaxError:
        return False
    return True


def message_of(text: str) -> str:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text, base_iri="http://b/")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELEC * {}", 1, 1, "`SELEC` is no SPARQL word; did you mean SELECT?"),
        ("SELECT *\nWHRE { ?s ?p ?o }", 2, 1, "did you mean WHERE?"),
        ("SELECT * { ?s ?p ?o } ORDER BUY ?s", 1, 29, "`BUY`"),
        ("SELECT * { ?s ?p banana }", 1, 18, "`banana` is no SPARQL word"),
        ("SELECT * { ?s ?p ?o", 1, 20, "1 bracket not closed"),
        ("SELECT * { ?s ?p }", 1, 12, "from here on: `?s ?p }`"),
        ("ASK { ?s ?p ?o . FILTER(?o == 1) }", 1, 28, "from here on: `== 1) }`"),
        ("ASK { ?s ?p ?o FILTER ?o > 1 }", 1, 16, "`FILTER ?o > 1 }`"),
        ("SELECT (?x AS ?x) { ?x ?p ?o }", 1, 31, "overrides an existing variable"),
        ("SELECT ?x (COUNT(*) AS ?c) { ?x ?p ?o }", 1, 40, "variable that is unbound"),
        ("", 1, 1, "too early"),
        ("ASK {}\n\nASK {}", 3, 1, "from here on: `ASK {}`"),
    ],
)
def test_a_mistake_is_named_where_it_stands(text: str, line: int, column: int, words: str) -> None:
    error = translated(text, message_of(text), parses)
    assert words in error.detail
    assert (error.line, error.column) == (line, column)


def test_the_line_is_shown_with_a_caret_under_the_place() -> None:
    shown = translated("ASK {\n  ?s ?p }", "error at 2:9: expected x", parses).detail.splitlines()
    assert shown[1] == "  ?s ?p }"
    assert shown[2].index("^") == 8


@given(st.text(max_size=80), st.integers(1, 5), st.integers(1, 90))
def test_no_text_and_no_message_breaks_it(text: str, line: int, column: int) -> None:
    assert translated(text, f"error at {line}:{column}: expected [_]", parses).status == 400
    assert translated(text, "something else", parses).status == 400
