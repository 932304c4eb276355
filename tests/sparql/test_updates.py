from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.sparql.updates import ANY_GRAPH, DEFAULT_GRAPH, operations_of

PROLOGUE = "BASE <http://b/> PREFIX a: <http://a/> PREFIX : <http://c/>\n"

TARGETS = {
    "INSERT DATA { <s> <p> 1 }": {DEFAULT_GRAPH},
    "INSERT DATA { GRAPH <g> { <s> <p> 1 } }": {"http://b/g"},
    "INSERT DATA { GRAPH a:g { <s> <p> 1 } . <s> <p> 2 . GRAPH :h { } }": {
        "http://a/g", DEFAULT_GRAPH, "http://c/h",
    },
    'DELETE DATA { GRAPH <g> { <s> <p> "; DROP ALL }" } }': {"http://b/g"},
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }": {ANY_GRAPH},
    "DELETE WHERE { GRAPH <g> { ?s ?p ?o } ?a ?b ?c }": {"http://b/g", DEFAULT_GRAPH},
    "WITH <w> DELETE { ?s ?p ?o } WHERE { GRAPH <r> { ?s ?p ?o } }": {"http://b/w"},
    "WITH <w> INSERT { GRAPH <g> { ?s ?p [ <q> 1 ] } } WHERE { ?s ?p ?o }": {"http://b/g"},
    "DELETE { GRAPH <g> { ?s ?p ?o } } INSERT { GRAPH <h> { ?s ?p ?o } } WHERE { ?s ?p ?o }": {
        "http://b/g", "http://b/h",
    },
    "INSERT { ?s ?p ?o } USING <u> WHERE { ?s ?p ?o FILTER(1<2) }": {DEFAULT_GRAPH},
    "CLEAR SILENT GRAPH <g>": {"http://b/g"},
    "DROP DEFAULT": {DEFAULT_GRAPH},
    "CLEAR NAMED": {ANY_GRAPH},
    "DROP ALL": {ANY_GRAPH},
    "CREATE GRAPH <g>": {"http://b/g"},
    "ADD <x> TO <y>": {"http://b/y"},
    "COPY GRAPH <x> TO DEFAULT": {DEFAULT_GRAPH},
    "MOVE SILENT <x> TO GRAPH a:y": {"http://b/x", "http://a/y"},
    "LOAD <x>": {DEFAULT_GRAPH},
    "LOAD SILENT <x> INTO GRAPH <y>": {"http://b/y"},
    "# DROP ALL\nCLEAR GRAPH <http://x/#y> # ; CLEAR ALL": {"http://x/#y"},
    "INSERT DATA { GRAPH <\\u0067> { <s> <p> 1 } }": {"http://b/g"},
    "CLEAR GRAPH <a/b>": {"http://b/a/b"},
    "CLEAR GRAPH <../g>": {ANY_GRAPH},
    "CLEAR GRAPH <http://x/a/../g>": {"http://x/a/../g"},
    "PREFIX z: <./x/> CLEAR GRAPH z:g": {ANY_GRAPH},
    "CLEAR GRAPH <>": {ANY_GRAPH},
}  # fmt: skip


@pytest.mark.parametrize(("text", "targets"), TARGETS.items(), ids=TARGETS)
def test_an_operation_tells_what_it_writes(text: str, targets: set[str]) -> None:
    (operation,) = operations_of(PROLOGUE + text)
    assert operation.targets == targets


def test_operations_are_told_apart_with_the_declarations_that_hold_for_each() -> None:
    text = "PREFIX a: <http://1/> CLEAR GRAPH a:g; PREFIX a: <http://2/> DROP GRAPH a:g ;"
    first, second = operations_of(text)
    assert (first.kind, second.kind) == ("CLEAR", "DROP")
    assert (first.targets, second.targets) == ({"http://1/g"}, {"http://2/g"})
    store = ox.Store()
    store.update("CREATE GRAPH <http://2/g>")
    store.update(second.request)
    assert list(store.named_graphs()) == []


READ = [
    "INSERT { GRAPH <http://x/out> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
    "INSERT { GRAPH <http://x/out> { ?s ?p ?o } } USING <http://x/other> WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { GRAPH <http://x/out> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
]


@pytest.mark.parametrize("text", READ)
def test_an_operation_can_be_made_to_read_other_graphs(text: str) -> None:
    store = ox.Store()
    store.update("INSERT DATA { <x:d> <x:p> 1 GRAPH <http://x/g> { <x:g> <x:p> 1 } "
                 "GRAPH <http://x/other> { <x:o> <x:p> 1 } }")  # fmt: skip
    (operation,) = operations_of(text)
    store.update(operation.reading(["http://x/g"], []).request)
    out = store.quads_for_pattern(None, None, None, ox.NamedNode("http://x/out"))
    assert [quad.subject.value for quad in out] == ["x:g"]


GRAPHS = st.sampled_from(["<http://x/g1>", "x:g2", "<g3>", "?g"])
TRIPLE = st.sampled_from(["?s ?p ?o", "<s> <p> 2", "?s a [ <q> ?o ]", 'x:s x:p "}{;#"@en'])
SPACE = st.sampled_from([" ", "\n", " #; } CLEAR ALL\n", "\t"])


@st.composite
def quads(draw: st.DrawFn, ground: bool = False) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        triple = draw(TRIPLE) if not ground else draw(st.sampled_from(["<s> <p> 2", "x:s x:p 3"]))
        if draw(st.booleans()):
            graph = draw(GRAPHS if not ground else st.sampled_from(["<http://x/g1>", "x:g2"]))
            triple = f"GRAPH{draw(SPACE)}{graph} {{ {triple} }}"
        else:
            triple += " ."
        parts.append(triple)
    return "{" + draw(SPACE) + draw(SPACE).join(parts) + draw(SPACE) + "}"


@st.composite
def updates(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 6))
    space = draw(SPACE)
    if kind == 0:
        return f"INSERT{space}DATA {draw(quads(ground=True))}"
    if kind == 1:
        return f"DELETE{space}DATA {draw(quads(ground=True))}"
    if kind in (2, 3):
        with_graph = draw(st.sampled_from(["", "WITH <http://x/g1> ", "WITH x:g2 "]))
        where = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        delete = draw(st.sampled_from(["", "DELETE { GRAPH x:g2 { ?s ?p ?o } } "]))
        return f"{with_graph}{delete}INSERT{space}{draw(quads())} WHERE {where}"
    if kind == 4:
        return f"DELETE{space}WHERE {{ GRAPH {draw(GRAPHS)} {{ ?s ?p ?o }} }}"
    verb = draw(st.sampled_from(["CLEAR", "DROP"]))
    if kind == 5:
        graph = draw(st.sampled_from(["GRAPH x:g2", "DEFAULT", "NAMED", "ALL", "GRAPH <g3>"]))
        return f"{verb} SILENT{space}{graph}"
    verb = draw(st.sampled_from(["ADD", "COPY", "MOVE"]))
    return f"{verb} SILENT <http://x/g1>{space}TO {draw(st.sampled_from(['x:g2', 'DEFAULT']))}"


@given(st.lists(updates(), min_size=1, max_size=3))
def test_nothing_changes_but_the_targets(found: list[str]) -> None:
    text = "BASE <http://b/> PREFIX x: <http://x/> " + " ;\n".join(found)
    store = ox.Store()
    store.update("INSERT DATA { <http://x/s> <http://x/p> 1 "
                 "GRAPH <http://x/g1> { <http://x/s> <http://x/p> 1 } "
                 "GRAPH <http://x/g2> { <http://x/s> <http://x/p> 2 } "
                 "GRAPH <http://b/g3> { <http://x/s> <http://x/p> 3 } }")  # fmt: skip
    before = set(store)
    store.update(text)
    changed = {
        DEFAULT_GRAPH if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        for quad in before ^ set(store)
    }
    operations = operations_of(text)
    assert len(operations) == len(found)
    targets = set().union(*(operation.targets for operation in operations))
    assert ANY_GRAPH in targets or changed <= targets


@given(st.text(max_size=200))
def test_any_text_has_operations(text: str) -> None:
    for operation in operations_of(f"INSERT DATA {{ GRAPH <a:b> {text}"):
        assert operation.kind
