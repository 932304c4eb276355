from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.sparql.scan import form_of, may_be_volatile, scan_query
from erqi_kg.sparql.tokens import Position

# The engine refuses this port before it opens a socket, so nothing leaves the machine.
ENDPOINT = "<http://127.0.0.1:9/>"
CALL = f"SERVICE {ENDPOINT} {{ ?a ?b ?c }}"

CALLING = {
    "plain": f"SELECT * {{ {CALL} }}",
    "lower case": f"SELECT * {{ service {ENDPOINT} {{ ?a ?b ?c }} }}",
    "silent": f"SELECT * {{ SERVICE SILENT {ENDPOINT} {{ ?a ?b ?c }} }}",
    "glued": f"SELECT*{{SERVICESILENT{ENDPOINT}{{?a ?b ?c}}}}",
    "a variable as endpoint": "SELECT * { SERVICE?x{ ?a ?b ?c } }",
    "a comment inside": f"SELECT * {{ SERVICE#\n{ENDPOINT} {{ ?a ?b ?c }} }}",
    "a prefixed name": f"PREFIX x: {ENDPOINT} SELECT * {{ SERVICE x: {{ ?a ?b ?c }} }}",
    "read out of a prefixed name": f"PREFIX : {ENDPOINT} PREFIX SERVICE: <http://x/> "
    "SELECT * { SERVICE:x { ?a ?b ?c } }",
    "read out of a longer name": f"PREFIX x: {ENDPOINT} PREFIX SERVICEx: <http://x/> "
    "SELECT * { SERVICEx:x { ?a ?b ?c } }",
    "after a number": f"SELECT * {{ ?s ?p 1{CALL} }}",
    "after a word": f"SELECT * {{ ?s ?p true{CALL} }}",
    "in a subquery": f"SELECT * {{ {{ SELECT * {{ {CALL} }} }} }}",
    "in EXISTS": f"SELECT * {{ FILTER EXISTS {{ {CALL} }} }}",
    "in a CONSTRUCT": f"CONSTRUCT {{ ?a ?b ?c }} WHERE {{ {CALL} }}",
    "after a comparison that looks like an IRI": f'SELECT * {{ FILTER(1<2)#>"""\n {CALL} #"""\n}}',
    "after a comparison in SELECT": f"SELECT (1<2 AS ?y)#>'''\n {{ {CALL} }} #'''",
    "after a comparison behind EXISTS": "SELECT (EXISTS{} AS ?e) (1<2 AS ?y)#>'''\n"
    f" {{ {CALL} }} #'''",
    "after a glued FILTER": "PREFIX x: <http://x/> PREFIX FILTERx: <http://x/> SELECT * "
    f"{{ FILTERx:y(1<2)#>'''\n {CALL} #'''\n}}",
    "after an unclosed long string": f'SELECT * {{ ?s ?p ("""x") {CALL} }}',
    "after an escaped quote in a name": r"PREFIX a: <http://a/> SELECT * { ?s a:\' ?o . "
    f"{CALL} ?o a:\\' ?s }}",
    "in an update": f"INSERT {{ ?a ?b ?c }} WHERE {{ {CALL} }}",
}

NOT_CALLING = {
    "in a comment": f"SELECT * {{ ?s ?p ?o }} # {CALL}",
    "in a string": f'SELECT * {{ ?s ?p "{CALL}" }}',
    "in a long string": f"SELECT * {{ ?s ?p '''\n{CALL}\n''' }}",
    "in an IRI": "SELECT * { ?s <http://x/SERVICE> ?o }",
    "as a variable": "SELECT ?SERVICE { ?SERVICE ?p ?o }",
    "as a local name": "PREFIX x: <http://x/> SELECT * { ?s x:SERVICE ?o }",
    "as a prefix": "PREFIX service: <http://x/> SELECT * { GRAPH service:g { ?s service:p ?o } }",
    "as a graph": "PREFIX service: <http://x/> SELECT * FROM service:g { ?s ?p ?o }",
    "as a described thing": "PREFIX service: <http://x/> DESCRIBE service:x { ?s ?p ?o }",
    "as a blank node": "SELECT * { _:SERVICE ?p ?o }",
    "as a language": 'SELECT * { ?s ?p "x"@service }',
}


@pytest.mark.parametrize("disguise", CALLING)
def test_service_is_found_in_every_disguise(disguise: str) -> None:
    assert scan_query(CALLING[disguise]).service is not None


@pytest.mark.parametrize("place", NOT_CALLING)
def test_what_only_looks_like_service_is_not_refused(place: str) -> None:
    scan = scan_query(NOT_CALLING[place])
    assert scan.service is None
    assert scan.mistake is None


HARMLESS = (
    "FILTER(1<2)", "FILTER(1 <2)", "FILTER(true<false||1>0)", "BIND(1<2 AS ?y)",
    "OPTIONAL{?s ?p 1}",
    "VALUES ?z {<a#b> '#' 1}", "#>", "#'", '#"""', "\n", "\n#", " ", ">", "'", '"""', "'''", "<",
    "FILTER EXISTS{}", "{SELECT(1<2 AS ?w){}}", "FILTERx:y(1<2)", "FILTER(?q<'a'||1)", '"',
    "(1<2)",
    "FILTER(1 IN(1,<a#>))", "\\", "}", "{",
)  # fmt: skip


@given(
    st.lists(st.sampled_from(HARMLESS), max_size=6), st.lists(st.sampled_from(HARMLESS), max_size=6)
)
def test_whenever_the_engine_would_call_the_scan_has_found_it(
    before: list[str], after: list[str]
) -> None:
    text = f"PREFIX x: <http://x/> SELECT * {{ {''.join(before)} {CALL} {''.join(after)} }}"
    try:
        list(ox.Store().query(text, base_iri="http://b/"))
        calls = False
    except OSError:
        calls = True
    except (SyntaxError, RuntimeError):
        calls = False
    assert not calls or scan_query(text).service is not None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# ASK\nPREFIX select: <http://x/> BASE <http://ask/> ask{}", "ASK"),
        ("CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("describe <http://x/>", "DESCRIBE"),
        ("INSERT DATA { }", "INSERT"),
        ("PREFIX x: <http://x/> WITH x:g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "WITH"),
        ("CLEAR ALL", "CLEAR"),
        ("", ""),
        ("hello", ""),
    ],
)
def test_the_form_is_told(text: str, form: str) -> None:
    assert scan_query(text).form == form
    assert form_of(text) == form


@pytest.mark.parametrize(
    ("text", "default_graphs", "named_graphs"),
    [
        ("SELECT * { ?s ?p ?o }", (), ()),
        ("SELECT * FROM <http://x/a> FROM <http://x/b> {}", ("http://x/a", "http://x/b"), ()),
        ("SELECT * FROM <a> FROM NAMED <b> {}", ("http://base/a",), ("http://base/b",)),
        ("BASE <http://x/y/> ASK FROM <../a> {}", ("http://x/a",), ()),
        ("BASE <http://x/> BASE <y/> PREFIX p: <z/> ASK FROM p:a {}", ("http://x/y/z/a",), ()),
        (r"PREFIX p: <http://x/> ASK FROM p:a\.b {}", ("http://x/a.b",), ()),
        (r"ASK FROM <http://x/\u0061> {}", ("http://x/a",), ()),
        ("ASK FROM <urn:a> FROM <urn:a> {}", ("urn:a", "urn:a"), ()),
        ("ASK { ?s ?p '''FROM <http://x/>''' }", (), ()),
    ],
)
def test_the_dataset_is_told(
    text: str, default_graphs: tuple[str, ...], named_graphs: tuple[str, ...]
) -> None:
    scan = scan_query(text, "http://base/")
    assert (scan.default_graphs, scan.named_graphs) == (default_graphs, named_graphs)


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("ASK {}", 1),
        ("SELECT (STR(STR(1)) AS ?x) {}", 3),
        ("ASK { ?s ?p '((((' } # ((((", 1),
        ("ASK { FILTER(?a<((((1)))))  }", 6),
    ],
)
def test_the_depth_is_counted(text: str, depth: int) -> None:
    assert scan_query(text).depth == depth


@pytest.mark.parametrize(
    ("text", "is_volatile"),
    [
        ("SELECT (NOW() AS ?t) {}", True),
        ("SELECT (rand () AS ?t) {}", True),
        ("SELECT (STRUUID() AS ?t) {}", True),
        ("SELECT ?now { ?now <http://x/NOW> 'NOW()' }", False),
        ("PREFIX x: <http://x/> SELECT (x:NOW(1) AS ?t) {}", False),
    ],
)
def test_volatile_calls_are_told(text: str, *, is_volatile: bool) -> None:
    assert scan_query(text).is_volatile is is_volatile
    assert may_be_volatile(text) or not is_volatile


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ASK { ?s ?p true FILTER(1) }", None),
        ("ASK { ?s ?p trueFILTER(1) }", "trueFILTER"),
        ("ASK FROMNAMED <http://x/> {}", "FROMNAMED"),
        ("ASK { ?s x:y ?o }", "`x:`"),
        ("PREFIX x: <http://x/> ASK { ?s x:y ?o }", None),
    ],
)
def test_what_cannot_be_sparql_is_told(text: str, word: str | None) -> None:
    mistake = scan_query(text).mistake
    assert (mistake is None) if word is None else (mistake is not None and word in mistake.detail)


def test_places_are_lines_and_columns() -> None:
    scan = scan_query(f"# 二七\nSELECT * {{\n  {CALL} }}")
    assert scan.service == Position(3, 3)
    assert scan_query("\n LOAD <http://x/>").load == Position(2, 2)


def test_a_megabyte_is_scanned_within_a_second() -> None:
    text = "SELECT * {\n" + "?s <http://x/p> 'o' ; a ?t . FILTER(?s < 5)\n" * 22_000 + "}"
    started = time.process_time()
    assert scan_query(text).mistake is None
    assert time.process_time() - started < 1.0


@given(st.text(max_size=200))
def test_no_text_breaks_the_scan(text: str) -> None:
    scan_query(text)


@pytest.mark.parametrize("clause", ["BASE", "PREFIX a:", "SELECT * FROM"])
def test_an_iri_that_cannot_be_resolved_is_left_to_the_engine(clause: str) -> None:
    assert scan_query(f"{clause} <//[> ASK {{}}", "https://w3id.org/erqi/").form
