"""The plain triple patterns of a query are taken apart; the rest is named."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from erqi_kg.sparql.patterns import patterns_of

HEAD = "PREFIX e: <http://e/#>\nSELECT * "


@pytest.mark.parametrize(
    ("where", "texts", "left_out"),
    [
        ("WHERE { ?s ?p ?o }", ["?s ?p ?o"], ()),
        ("{ ?s a e:C. ?s e:p 1 }", ["?s a e:C", "?s e:p 1"], ()),
        ("{ ?s e:p ?a, ?b ; e:q -2.5 ; . }", ["?s e:p ?a", "?s e:p ?b", "?s e:q -2.5"], ()),
        ('{ ?s e:p "a"@zh, "b"^^e:t, true }',
         ['?s e:p "a"@zh', '?s e:p "b"^^e:t', "?s e:p true"], ()),
        ("{ ?s e:p ?o FILTER(?o > 1) ?o e:q 2 }", ["?s e:p ?o", "?o e:q 2"], ("FILTER",)),
        ("{ ?s e:p ?o FILTER NOT EXISTS { ?s e:q 1 } }", ["?s e:p ?o"], ("FILTER",)),
        ("{ ?s e:p ?o FILTER regex(?o, 'a.b') . ?s e:q 3 }",
         ["?s e:p ?o", "?s e:q 3"], ("FILTER",)),
        ("{ ?s e:p ?o OPTIONAL { ?s e:q ?r } ?s e:r 1 }", ["?s e:p ?o", "?s e:r 1"], ("OPTIONAL",)),
        ("{ { ?s e:p 1 } UNION { ?s e:p 2 } }", [], ("group", "UNION")),
        ("{ VALUES ?s { e:x } ?s e:p 1 BIND(2 AS ?b) }", ["?s e:p 1"], ("VALUES", "BIND")),
        ("{ ?s e:p/e:q ?o . ?s e:p 1 }", ["?s e:p 1"], ("path",)),
        ("{ GRAPH ?g { ?s ?p ?o } }", [], ("GRAPH",)),
        ("{ ?s e:p [ e:q 1 ] }", [], ("path",)),
    ],
)  # fmt: skip
def test_plain_patterns_are_read(where: str, texts: list[str], left_out: tuple[str, ...]) -> None:
    found = patterns_of(HEAD + where, "http://b/")
    assert [pattern.text for pattern in found.patterns] == texts
    assert found.left_out == left_out


def test_terms_are_resolved() -> None:
    found = patterns_of('BASE <http://x/> SELECT * { <a> <p> "\\u4e8c\\n"@zh }', "http://b/")
    one = found.patterns[0]
    assert (one.subject.value, one.predicate.value) == ("http://x/a", "http://x/p")
    assert (one.object.value, one.object.language) == ("二\n", "zh")


@given(st.text(alphabet="SELECT{}()[]<>?sp:;,.^@\"'\\aFILTER *0e-", max_size=80))
@example("<//[> a <http://]>")
def test_no_text_is_an_error(text: str) -> None:
    patterns_of("SELECT * {" + text, "http://b/")
