from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.errors import MalformedQuery
from erqi_kg.sparql import sentences
from erqi_kg.sparql.admission import admit_query
from erqi_kg.sparql.grammar import first_misplaced
from erqi_kg.sparql.mistakes import translated
from erqi_kg.sparql.tokens import tokens

ROOT = Path(__file__).parent.parent.parent
JSON = "application/sparql-results+json"


def error_of(text: str) -> MalformedQuery:
    """What a client is told, whether the scan or the engine refuses the query."""
    try:
        admit_query(text, JSON, deepest=200, longest=2000)
    except MalformedQuery as error:
        return error
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text, base_iri="http://b/")
    return translated(text, str(caught.value))


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELEC * {}", 1, 1, "`SELEC` is no SPARQL word; did you mean SELECT?"),
        ("SELECT *\nWHRE { ?s ?p ?o }", 2, 1, "did you mean WHERE?"),
        ("SELECT * { ?s ?p ?o } ORDER BUY ?s", 1, 29, "`BUY`"),
        ("SELECT * { ?s ?p banana }", 1, 18, "`banana` is no SPARQL word"),
        ("SELECT * { ?s ?p ?o FLITER(?o > 1) }", 1, 21, "did you mean FILTER?"),
        ("SELECT * { ?s ?p ?o", 1, 10, "This `{` is not closed: add a `}`"),
        ("SELECT * { { ?s ?p ?o }", 1, 10, "This `{` is not closed"),
        ("SELECT * { ?s ?p ?o } }", 1, 23, "`}` closes nothing"),
        ("SELECT * { ?s ?p ?o ) }", 1, 21, "`)` closes nothing"),
        ('ASK { ?s ?p ?o FILTER regex(?o, "a" }', 1, 37, "`)` is missing before `}`"),
        ("SELECT * { ?s ?p }", 1, 18, "object is missing after `?p`"),
        ("SELECT * { ?s ?p ?o , }", 1, 23, "object is missing after `,`"),
        ("SELECT * { ?s ?p @en }", 1, 18, "object belongs here"),
        ("SELECT * { ?s }", 1, 15, "predicate and an object are missing"),
        ('SELECT * { ?s "p" ?o }', 1, 15, "predicate is an IRI"),
        ("SELECT * {\n  ?s ?p ?o\n  ?a ?b ?c\n}", 2, 11, "`.` is missing between `?o` and `?a`"),
        ("ASK { ?s ?p ?o ?a ?b ?c }", 1, 16, "`.` is missing between"),
        ("ASK { ?s ?p ?o ; ?a ?b ?c }", 1, 16, "write `.` instead"),
        ("ASK { ?s ?p 'a' 'b' }", 1, 17, "a `,` is missing"),
        ("ASK { ?s ?p ?o } ;", 1, 18, "take `;` away"),
        ("ASK { ?s ?p ?o . FILTER(?o == 1) }", 1, 28, "Equality is written with one sign"),
        ("ASK { ?s ?p ?o FILTER (?o > ) }", 1, 29, "expression is missing after `>`"),
        ("ASK { ?s ?p ?o FILTER ?o > 1 }", 1, 23, "condition stands in brackets"),
        ("ASK { ?s ?p ?o OPTIONAL ?s ?q ?r }", 1, 25, "`{` belongs here"),
        ('ASK { ?s ?p "abc }', 1, 13, 'string is not closed: put a " at its end'),
        ('ASK {\n ?s ?p "abc ;\n ?q ?r }', 2, 8, "string is not closed"),
        ('ASK { ?s ?p """abc }', 1, 13, 'put a """ at its end'),
        ("ASK { ?s ?p 'it's' }", 1, 17, "write \\' for a quotation mark"),
        (r'ASK { ?s ?p "a\uD800b" }', 1, 15, "half of a surrogate pair"),
        (r'ASK { ?s ?p "a\qb" }', 1, 15, "is no escape"),
        ("ASK { ?s ?p “二七” }", 1, 13, 'full-width mark: write `"`'),
        ("ASK { ?s <http://a b> ?o }", 1, 10, "write %20 for a space"),
        ("ASK { ?s ?p <http://a }", 1, 13, "does not end in >"),
        ("ASK { ?s a http://a }", 1, 12, "angle brackets"),
        ("ASK { ?s foo:bar ?o }", 1, 10, "The prefix `foo:` is not declared"),
        ("ASK { ?s rdfs:label ?o }", 1, 10, "add: PREFIX rdfs: <http://www.w3.org/2000/01/"),
        ("SELECT { ?s ?p ?o }", 1, 8, "name the variables"),
        ("SELECT ?s, ?p { ?s ?p ?o }", 1, 10, "separated by spaces"),
        ("SELECT COUNT(*) { ?s ?p ?o }", 1, 8, "(COUNT(...) AS ?name)"),
        ("SELECT (COUNT(*) ?n) { ?s ?p ?o }", 1, 18, "AS is missing before `?n`"),
        ("SELECT ?x (COUNT(*) AS ?c) { ?x ?p ?o }", 1, 8, "add GROUP BY ?x"),
        ("SELECT ?a ?b (COUNT(*) AS ?c)\n{ ?a ?p ?b }\nGROUP BY ?a", 1, 11, "GROUP BY ?b"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 8, "does not go with GROUP BY"),
        ("SELECT (1 AS ?x) { ?x ?p ?o }", 1, 14, "?x is in use already"),
        ("SELECT * { ?s ?p ?o } LIMIT", 1, 28, "after `LIMIT` comes a number"),
        ("", 1, 1, "There is no query"),
        ("ASK {}\n\nASK {}", 3, 1, "one query at a time"),
        ('ASK { ?s ?p "a\x00b" }', 1, 15, "U+0000"),
        (r'ASK { ?s ?p "a\u0000b" }', 1, 15, "U+0000"),
    ],
)
def test_a_mistake_is_named_where_a_person_would_point(
    text: str, line: int, column: int, words: str
) -> None:
    error = error_of(text)
    assert words in error.detail
    assert (error.line, error.column) == (line, column)
    assert error.detail == error.told["en"]
    assert re.search("[\u3400-\u9fff]", error.told["zh"])


def test_the_line_is_shown_with_a_caret_under_the_place() -> None:
    shown = translated("ASK {\n  ?s ?p }", "error at 2:9: expected x").detail.splitlines()
    assert shown[1] == "  ?s ?p }"
    assert shown[2].index("^") == 8


def test_the_grammar_takes_every_query_of_the_project() -> None:
    texts = [path.read_text(encoding="utf-8") for path in ROOT.glob("queries/**/*.rq")]
    assert len(texts) > 100
    assert [text for text in texts if first_misplaced(list(tokens(text)))] == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o ; }", "SELECT * { ?s ?p ?o ;; ?q 1 , -2.5e3 . }", "ASK FROM <a:b> {}",
        "BASE <a:b> PREFIX : <c> CONSTRUCT WHERE { ?s :p [ :q () ] } LIMIT 1 OFFSET 2",
        "SELECT (GROUP_CONCAT(DISTINCT ?x ; SEPARATOR = ',') AS ?y) { ?s !(<a>|^<b>)+/<c>? ?x }",
        "DESCRIBE <a:b>", "ASK { VALUES (?a ?b) { (1 UNDEF) } FILTER NOT EXISTS { ?a ?b ?c } }",
        "ASK { { SELECT ?x { ?x ?p 'a'@en , 'b'^^<a:c> } } UNION { BIND(-1 + 2 AS ?y) } }",
        "SELECT ?x { ?x ?p ?o } GROUP BY ?x (STR(?o)) HAVING (COUNT(*) > 1) ORDER BY DESC(?x)",
        "ASK { FILTER(?x IN (1, 2) && ?y NOT IN ()) }",
        "ASK { GRAPH ?g { ?s a <a> } MINUS {} } VALUES ?x {}",
    ],
)  # fmt: skip
def test_the_grammar_takes_what_the_engine_takes(text: str) -> None:
    ox.Store().query(text, base_iri="http://b/")
    assert first_misplaced(list(tokens(text))) is None


def test_every_sentence_is_in_both_languages() -> None:
    for section in tomllib.loads(sentences.FILE.read_text(encoding="utf-8")).values():
        for code, texts in section.items():
            assert set(texts) == {"zh", "en"}, code
            values = [set(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
            assert code == "engine" or values[0] == values[1], code


@given(st.text(max_size=80), st.integers(1, 5), st.integers(1, 90))
def test_no_text_and_no_message_breaks_it(text: str, line: int, column: int) -> None:
    assert translated(text, f"error at {line}:{column}: expected [_]").status == 400
    assert translated(text, "something else").status == 400
