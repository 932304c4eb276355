from __future__ import annotations

import csv
import io
import re

import pyoxigraph as ox
import pytest

from erqi_kg.errors import BadRequest, Forbidden, MalformedQuery
from erqi_kg.federation.planning import plan_of
from erqi_kg.federation.rewriting import remote_query
from erqi_kg.settings.federating import allowed_endpoints
from tests.federation.conftest import HERE, THERE, Federated

ITEM = "?s <http://x/item> ?i"
NAME = "?i <http://w/label> ?l"
SIZE = "?i <http://w/size> ?n"
REMOTE = "SERVICE <REMOTE>"
IS_NAMED = f"{REMOTE} {{ {NAME} }}"

SENT = {
    "a join": f"SELECT * {{ {ITEM} {REMOTE} {{ {NAME} }} }}",
    "patterns after it": f"SELECT * {{ {REMOTE} {{ {NAME} }} {ITEM} }}",
    "two patterns": f"SELECT * {{ {ITEM} . ?s <http://x/code> ?c {REMOTE} {{ {NAME} . {SIZE} }} }}",
    "a filter here": f"SELECT * {{ {ITEM} ; <http://x/code> ?c FILTER(?c='1') {IS_NAMED} }}",
    "a filter there": f"SELECT ?l {{ {ITEM} {REMOTE} {{ {NAME} FILTER(lang(?l) = 'zh') }} }}",
    "optional": f"SELECT * {{ {ITEM} OPTIONAL {{ {REMOTE} {{ {NAME} }} }} }}",
    "optional with a condition": (
        f"SELECT * {{ {ITEM} OPTIONAL {{ {REMOTE} {{ {SIZE} }} FILTER(?n > 1) }} }}"
    ),
    "optional there": f"SELECT * {{ {ITEM} {REMOTE} {{ {NAME} OPTIONAL {{ {SIZE} }} }} }}",
    "union": f"SELECT * {{ {ITEM} {{ {REMOTE} {{ {NAME} }} }} UNION {{ ?s <http://x/code> ?l }} }}",
    "nested groups": f"SELECT * {{ {ITEM} {{ {{ {REMOTE} {{ {NAME} }} }} }} }}",
    "exists": f"SELECT ?s {{ {ITEM} FILTER EXISTS {{ {REMOTE} {{ {SIZE} }} }} }}",
    "not exists": f"SELECT ?s {{ {ITEM} FILTER NOT EXISTS {{ {REMOTE} {{ {SIZE} }} }} }}",
    "exists in an expression": (
        f"SELECT ?s {{ {ITEM} FILTER(?s = <http://x/c> || EXISTS {{ {REMOTE} {{ {SIZE} }} }}) }}"
    ),
    "minus": f"SELECT ?s {{ {ITEM} MINUS {{ {REMOTE} {{ {SIZE} }} }} }}",
    "graph here": f"SELECT * {{ GRAPH ?g {{ {ITEM} }} {REMOTE} {{ {NAME} }} }}",
    "inside graph": f"SELECT * {{ GRAPH <http://x/g1> {{ {ITEM} {REMOTE} {{ {NAME} }} }} }}",
    "subquery here": f"SELECT * {{ {{ SELECT ?i {{ {ITEM} }} ORDER BY ?s LIMIT 2 }} {IS_NAMED} }}",
    "in a subquery": f"SELECT * {{ {{ SELECT ?s ?l {{ {ITEM} {REMOTE} {{ {NAME} }} }} }} }}",
    "subquery there": (
        f"SELECT * {{ {ITEM} {REMOTE} {{ SELECT ?i (COUNT(*) AS ?k) {{ {NAME} }} GROUP BY ?i }} }}"
    ),
    "values": f"SELECT * {{ VALUES ?i {{ <http://w/1> <http://w/9> }} {REMOTE} {{ {NAME} }} }}",
    "bind": (
        "SELECT * { ?s <http://x/code> ?c BIND(IRI(CONCAT('http://w/', ?c)) AS ?i) "
        f"{REMOTE} {{ {NAME} }} }}"
    ),
    "ask": f"ASK {{ {ITEM} {REMOTE} {{ {NAME} }} }}",
    "aggregates": f"SELECT (COUNT(?l) AS ?n) {{ {ITEM} {REMOTE} {{ {NAME} }} }} GROUP BY ?s",
    "path there": f"SELECT * {{ {ITEM} {REMOTE} {{ ?i <http://w/near>/<http://w/near>? ?o }} }}",
    "two in a row": f"SELECT * {{ {ITEM} {REMOTE} {{ ?i <http://w/near> ?o }} "
    "SERVICE <OTHER> { ?o <http://w/label> ?m } }",
    "empty here": f"SELECT * {{ ?s <http://x/none> ?i {REMOTE} {{ {NAME} }} }}",
    "prefixes": (
        "PREFIX w: <http://w/>\nPREFIX : <http://x/> SELECT * WHERE { ?s :item ?i . "
        f"{REMOTE} {{ ?i w:label ?l }} }}"
    ),
    "comments and strings": (
        f"SELECT * {{ {ITEM} # SERVICE <http://no> {{ }}\n {REMOTE} {{ {NAME} # }} \n"
        " FILTER(STR(?l) != '} SERVICE <http://no> {') } }"
    ),
    "dollar variables": f"SELECT * {{ $s <http://x/item> $i {REMOTE} {{ {NAME} }} }}",
}  # fmt: skip
ALONE = {
    "nothing shared": (
        f"SELECT * {{ ?s <http://x/code> ?c {REMOTE} {{ <http://w/1> <http://w/size> ?n }} }}",
        "nothing in the query that is joined with it",
    ),
    "no variable": (
        f"SELECT * {{ {ITEM} {REMOTE} {{ <http://w/1> <http://w/size> 1 }} }}",
        "no triple pattern directly in the group",
    ),
    "before a subquery": (
        f"SELECT * {{ {ITEM} {{ SELECT ?i ?l {{ {REMOTE} {{ {NAME} }} }} ORDER BY ?l LIMIT 2 }} }}",
        "a subquery is evaluated by itself",
    ),
    "only optional there": (
        f"SELECT * {{ {ITEM} {REMOTE} {{ OPTIONAL {{ {SIZE} }} }} }}",
        "no triple pattern directly in the group",
    ),
    "only optional here": (
        f"SELECT * {{ ?s <http://x/code> ?c OPTIONAL {{ {ITEM} }} {REMOTE} {{ {NAME} }} }}",
        "nothing in the query that is joined with it",
    ),
    "unbound bind": (
        f"SELECT * {{ ?s <http://x/code> ?c BIND(1/0 AS ?i) {REMOTE} {{ {NAME} }} }}",
        "may be unbound",
    ),
}  # fmt: skip


def expected(query: str) -> list[list[str]]:
    """The solutions when the other endpoint's triples are a graph of the same store."""
    store = ox.Store()
    store.load(HERE, format=ox.RdfFormat.N_QUADS)
    store.load(THERE, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("urn:remote"))
    text = query.replace("SERVICE <REMOTE>", "GRAPH <urn:remote>")
    text = text.replace("SERVICE <OTHER>", "GRAPH <urn:remote>")
    graphs = [ox.NamedNode(f"http://x/g{n}") for n in (1, 2)]
    found = store.query(
        text, default_graph=graphs, named_graphs=[*graphs, ox.NamedNode("urn:remote")]
    )
    return parsed(found.serialize(format=ox.QueryResultsFormat.CSV).decode())


def parsed(text: str) -> list[list[str]]:
    head, *rows = csv.reader(io.StringIO(text))
    order = sorted(range(len(head)), key=lambda place: head[place])
    return [
        [head[place] for place in order],
        *sorted([row[place] for place in order] for row in rows),
    ]


def asked(fed: Federated, query: str) -> list[list[str]]:
    fed.rows(query)
    return parsed(fed.text)


@pytest.mark.parametrize("query", SENT.values(), ids=SENT.keys())
def test_a_join_brings_the_same_as_one_store_and_sends_values_along(
    fed: Federated, query: str
) -> None:
    found = asked(fed, query)
    assert without_blank(found) == without_blank(expected(query))
    assert all(one.values is not None for one in fed.asked)
    assert all("VALUES (" in sent for sent in fed.remote.queries)


@pytest.mark.parametrize(("query", "reason"), ALONE.values(), ids=ALONE.keys())
def test_where_no_values_can_be_sent_the_report_says_why(
    fed: Federated, query: str, reason: str
) -> None:
    found = asked(fed, query)
    assert without_blank(found) == without_blank(expected(query))
    (report,) = fed.asked
    assert report.values is None
    assert reason in report.reason
    assert not any("VALUES" in sent for sent in fed.remote.queries)


def without_blank(rows: list[list[str]]) -> list[list[str]]:
    """The rows with a mark for each blank node and for each name that one was given."""
    head, *rest = rows
    return [
        head,
        *sorted([re.sub(r"^(_:|urn:uuid:).*", "_:", cell) for cell in row] for row in rest),
    ]


def test_the_values_of_the_join_are_sent_along_in_batches(fed: Federated) -> None:
    rows = fed.rows(f"SELECT ?s ?l {{ {ITEM} {REMOTE} {{ {NAME} }} }}")
    assert rows == ["http://x/a,one", "http://x/a,一", "http://x/b,two"]
    assert [query.count("<http://w/") - 1 for query in fed.remote.queries] == [2, 1]
    assert "http://x/" not in "".join(fed.remote.queries)
    (report,) = fed.asked
    assert (report.requests, report.rows, report.values) == (2, 3, 3)


def test_only_what_the_rest_of_the_query_uses_is_asked_for(fed: Federated) -> None:
    fed.rows(f"SELECT ?s {{ {ITEM} {REMOTE} {{ {NAME} . {SIZE} }} }}")
    assert "SELECT ?i WHERE" in fed.remote.queries[0]


def test_only_the_prefixes_it_needs_are_told_to_an_endpoint(fed: Federated) -> None:
    secret = "PREFIX secret: <http://secret/> PREFIX w: <http://w/> # secret\n"
    fed.rows(f"{secret} SELECT * {{ {ITEM} {REMOTE} {{ ?i w:label ?l }} }}")
    assert "secret" not in fed.remote.queries[0]


def test_without_values_to_send_nobody_is_asked(fed: Federated) -> None:
    assert fed.rows(f"SELECT * {{ ?s <http://x/none> ?i {REMOTE} {{ {NAME} }} }}") == []
    assert fed.remote.connections == 0


def test_languages_types_and_gaps_come_over(fed: Federated) -> None:
    query = f"SELECT ?l ?n {{ {ITEM} {REMOTE} {{ {NAME} OPTIONAL {{ {SIZE} }} }} }}"
    rows = fed.rows(query, "text/tab-separated-values")
    assert rows == ['"one"@en\t1', '"two"@en\t2.5', '"一"@zh\t1']
    rows = fed.rows("SELECT ?l ?n { SERVICE <REMOTE> { ?i <http://w/label> ?l OPTIONAL { ?i "
                    "<http://w/size> ?n } } FILTER(!BOUND(?n)) }")  # fmt: skip
    assert rows == ["eight,", "nine,"]


def test_blank_nodes_of_others_become_names_that_hang_together(fed: Federated) -> None:
    query = (
        "SELECT ?i ?b ?n { SERVICE <REMOTE> { ?i <http://w/part> ?b . ?b <http://w/size> ?n } "
        "SERVICE <OTHER> { ?i <http://w/label> ?l } }"
    )
    rows = [row.split(",") for row in fed.rows(query)]
    assert [(item, size) for item, _, size in rows] == [("http://w/8", "8"), ("http://w/9", "9")]
    names = {name for _, name, _ in rows}
    assert len(names) == 2
    assert all(name.startswith("urn:uuid:") for name in names)


def test_construct_and_describe_take_the_solutions_too(fed: Federated) -> None:
    made = fed.rows(
        f"CONSTRUCT {{ ?s <http://x/name> ?l }} WHERE {{ {ITEM} {REMOTE} {{ {NAME} }} }}",
        "application/n-triples",
    )
    assert len(made) == 2  # the first of three lines is taken for a header
    described = fed.rows(
        f"DESCRIBE ?s WHERE {{ {ITEM} {REMOTE} {{ ?i <http://w/size> 1 }} }}",
        "application/n-triples",
    )
    assert all(line.startswith("<http://x/a>") for line in described)


def test_more_values_than_may_be_sent_are_not_sent(fed: Federated) -> None:
    values = " ".join(f"<http://w/{n}>" for n in range(2_001))
    fed.rows(f"SELECT * {{ VALUES ?i {{ {values} }} {REMOTE} {{ {NAME} }} }}")
    assert fed.asked[0].reason == "there are more than 2000 values"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (EXISTS { SERVICE <REMOTE> { ?s ?p ?o } } AS ?x) { }",
        "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING(EXISTS { SERVICE <REMOTE> { ?s ?p ?o } })",
        "SELECT ?s { ?s ?p ?o } ORDER BY (EXISTS { SERVICE <REMOTE> { ?s ?p ?o } })",
        "SELECT ?s { ?s ?p ?o LATERAL { SERVICE <REMOTE> { ?s ?q ?x } } }",
        "SELECT * { " + "SERVICE <REMOTE> { ?s ?p ?o } " * 17 + "}",
    ],
)
def test_where_a_service_cannot_be_replaced_the_query_is_wrong(fed: Federated, query: str) -> None:
    with pytest.raises(BadRequest, match="SERVICE"):
        fed.rows(query)
    assert fed.remote.connections == 0


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ {ITEM} {REMOTE} {{ {NAME} }}",
        f"SELECT * {{ {ITEM} {REMOTE} {{ {NAME} }} FILTER(?x = ) }}",
        f"SELECT ?s {{ {ITEM} {REMOTE} {{ {NAME} }} }} LIMIT many",
        f"SELECT * {{ ?s undeclared:item ?i {REMOTE} {{ {NAME} }} }}",
        f"SELECT * {{ {REMOTE} {NAME} }}",
        f"SELECT * {{ {REMOTE} }}",
        "SELECT * { SERVICE",
    ],
)
def test_nobody_is_asked_for_a_query_that_is_not_sparql(fed: Federated, query: str) -> None:
    with pytest.raises(MalformedQuery):
        fed.rows(query)
    assert fed.remote.connections == 0


def test_a_mistake_after_a_service_is_found_at_its_place(fed: Federated) -> None:
    with pytest.raises(MalformedQuery) as told:
        fed.rows(f"SELECT * {{ {ITEM}\n {REMOTE} {{\n {NAME} }}\n  FILTER(?x = ) }}")
    assert (told.value.line, told.value.column) == (4, 15)


def test_a_service_in_the_group_that_is_sent_must_be_allowed_too(fed: Federated) -> None:
    with pytest.raises(Forbidden):
        fed.rows(f"SELECT * {{ {REMOTE} {{ SERVICE <http://elsewhere/> {{ ?s ?p ?o }} }} }}")
    assert fed.remote.connections == 0


def test_the_label_service_of_wikidata_is_sent_along_where_it_is_allowed() -> None:
    label = "http://wikiba.se/ontology#label"
    allowed = allowed_endpoints(f"https://query.wikidata.org/sparql, {label}")
    query = (
        "PREFIX wikibase: <http://wikiba.se/ontology#> PREFIX bd: <http://www.bigdata.com/rdf#>\n"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        "SELECT ?item ?itemLabel { ?s <http://x/item> ?item SERVICE <https://query.wikidata.org/sparql>"
        " { ?item <http://w/near> ?o . SERVICE wikibase:label {"
        ' bd:serviceParam wikibase:language "zh" . ?item rdfs:label ?itemLabel } } }'
    )
    plan = plan_of(query, "", frozenset(one.iri for one in allowed))
    sent = remote_query(plan, plan.services[0], ["(<http://w/1>)"])
    assert "SELECT ?item ?itemLabel WHERE" in sent
    assert "SERVICE wikibase:label" in sent
    assert f"PREFIX wikibase: <{label.removesuffix('label')}>" in sent
