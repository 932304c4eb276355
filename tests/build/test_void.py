"""What the release says of itself in its own store is what queries count."""

from __future__ import annotations

import gzip
import re

import pyoxigraph as ox
import pytest

from erqi_kg.build.ntriples import Subject, Triple
from erqi_kg.build.void import describe
from erqi_kg.build.voidcounts import triples_of
from erqi_kg.namespaces import DEFAULT_BASE_IRI, Names
from erqi_kg.questions import LIBRARY, read_library
from erqi_kg.storedir import DUMPS, QUERIES, Release, dump_of_graph

NAMES = Names()
PREFIX = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ext: <http://ldf.fi/void-ext#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX void: <http://rdfs.org/ns/void#>
BASE <https://w3id.org/erqi/.well-known/void>
"""
PARTITIONS_ASKED = """
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {
  { ?cp void:class ?subjectClass ; void:propertyPartition ?pp . ?pp void:property ?prop .
    OPTIONAL {
      { ?pp void:classPartition [ void:class ?objectClass ] }
      UNION { ?pp ext:datatypePartition [ ext:datatype ?objectDatatype ] }
    } }
  UNION { ?linkset void:subjectsTarget ?subjectClass ; void:linkPredicate ?prop ;
                   void:objectsTarget ?objectClass }
}"""
EXAMPLES_ASKED = """
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
      sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq"""
PREFIXES_ASKED = """
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix }
ORDER BY ?prefix"""


def solutions(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    answer = store.query(PREFIX + query)
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(str(term.value) if term else "" for term in solution) for solution in answer]


def one(store: ox.Store, query: str) -> int:
    return int(solutions(store, query)[0][0])


@pytest.mark.parametrize(
    ("stated", "counted"),
    [
        ("triples", "(COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("distinctSubjects", "(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        ("distinctObjects", "(COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        ("properties", "(COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
        ("classes", "(COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }"),
        ("entities", '(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o FILTER(STRSTARTS(STR(?s), "SPACE")) }'),
    ],
)
def test_a_count_of_the_dataset_is_what_a_query_counts(
    built_store: ox.Store, stated: str, counted: str
) -> None:
    space = solutions(built_store, "SELECT ?u { <#dataset> void:uriSpace ?u }")[0][0]
    found = one(built_store, f"SELECT ?n {{ <#dataset> void:{stated} ?n }}")
    assert found == one(built_store, f"SELECT {counted}".replace("SPACE", space))


@pytest.mark.parametrize(
    ("stated", "counted"),
    [
        ("SELECT ?c ?n { <#dataset> void:classPartition ?cp . ?cp void:class ?c ; "
         "void:entities ?n }",
         "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c"),
        ("SELECT ?p ?t ?s { <#dataset> void:propertyPartition ?pp . "
         "?pp void:property ?p ; void:triples ?t ; void:distinctSubjects ?s }",
         "SELECT ?p (COUNT(*) AS ?t) (COUNT(DISTINCT ?a) AS ?s) { ?a ?p ?b } GROUP BY ?p"),
        ("SELECT ?d ?t { <#dataset> ext:datatypePartition ?dp . ?dp ext:datatype ?d ; "
         "void:triples ?t }",
         "SELECT ?d (COUNT(*) AS ?t) { ?a ?p ?b FILTER(isLiteral(?b)) BIND(DATATYPE(?b) AS "
         "?d) } GROUP BY ?d"),
        ("SELECT ?c ?p ?t ?s { ?cp void:class ?c ; void:propertyPartition ?pp . "
         "?pp void:property ?p ; void:triples ?t ; void:distinctSubjects ?s }",
         "SELECT ?c ?p (COUNT(*) AS ?t) (COUNT(DISTINCT ?a) AS ?s) { ?a a ?c ; ?p ?b } "
         "GROUP BY ?c ?p"),
        ("SELECT ?c ?p ?o ?t { ?cp void:class ?c ; void:propertyPartition ?pp . "
         "?pp void:property ?p ; void:classPartition ?op . ?op void:class ?o ; void:triples ?t }",
         "SELECT ?c ?p ?o (COUNT(*) AS ?t) { ?a a ?c ; ?p ?b . ?b a ?o } GROUP BY ?c ?p ?o"),
        ("SELECT ?c ?p ?d ?t { ?cp void:class ?c ; void:propertyPartition ?pp . "
         "?pp void:property ?p ; ext:datatypePartition ?dp . ?dp ext:datatype ?d ; "
         "void:triples ?t }",
         "SELECT ?c ?p ?d (COUNT(*) AS ?t) { ?a a ?c ; ?p ?b FILTER(isLiteral(?b)) "
         "BIND(DATATYPE(?b) AS ?d) } GROUP BY ?c ?p ?d"),
        ("SELECT ?g ?t ?s { <#dataset> void:subset ?g . "
         "?g a void:Dataset ; void:triples ?t ; void:distinctSubjects ?s }",
         "SELECT ?g (COUNT(*) AS ?t) (COUNT(DISTINCT ?a) AS ?s) { GRAPH ?g { ?a ?p ?b } } "
         "GROUP BY ?g"),
    ],
)  # fmt: skip
def test_partitions_are_what_queries_group(
    built_store: ox.Store, stated: str, counted: str
) -> None:
    found = solutions(built_store, stated)
    assert sorted(found) == sorted(solutions(built_store, counted))
    assert found


@pytest.mark.parametrize("owner", ["<#dataset>", "?class"])
def test_counts_of_different_objects_that_are_stated_are_true(
    built_store: ox.Store, owner: str
) -> None:
    of_class = "?s a ?c ." if owner == "?class" else ""
    named = "?class void:class ?c ." if owner == "?class" else ""
    stated = solutions(
        built_store,
        f"SELECT ?c ?p ?n {{ {named} {owner} void:propertyPartition ?pp . "
        "?pp void:property ?p ; void:distinctObjects ?n }",
    )
    counted = solutions(
        built_store,
        f"SELECT ?c ?p (COUNT(DISTINCT ?o) AS ?n) {{ {of_class} ?s ?p ?o }} GROUP BY ?c ?p",
    )
    assert set(stated) <= set(counted)
    assert len(counted) - len(stated) <= 3


def test_linksets_count_the_links_to_other_datasets(built_store: ox.Store) -> None:
    stated = solutions(
        built_store,
        "SELECT ?p ?space ?n { ?l a void:Linkset ; void:linkPredicate ?p ; void:triples ?n ; "
        "void:subjectsTarget <#dataset> ; void:objectsTarget ?t . ?t void:uriSpace ?space }",
    )
    assert {"http://www.wikidata.org/entity/", "https://sws.geonames.org/"} <= {
        space for _, space, _ in stated
    }
    for predicate, space, number in stated:
        query = (
            f"SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o "
            f'FILTER(STRSTARTS(STR(?o), "{space}") && STRSTARTS(STR(?s), "{NAMES.things}")) }}'
        )
        assert one(built_store, query) == int(number)


def test_the_edition_of_the_codes_is_named(built_store: ox.Store) -> None:
    edition = solutions(built_store, "SELECT ?e { <#dataset> dcterms:conformsTo ?e }")
    assert edition == [(NAMES.thing("code-edition/gb2260/201810"),)]


def test_an_editor_finds_classes_with_properties_and_what_they_lead_to(
    built_store: ox.Store,
) -> None:
    found = set(solutions(built_store, PARTITIONS_ASKED))
    xsd_integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert (NAMES.term("Placement"), NAMES.term("rank"), "", xsd_integer) in found
    assert (
        NAMES.term("Placement"), NAMES.term("division"), NAMES.term("Division"), "",
    ) in found  # fmt: skip


def test_an_editor_finds_every_question_as_a_query_that_runs(
    built_store: ox.Store, built_release: Release
) -> None:
    found = solutions(built_store, EXAMPLES_ASKED)
    library = read_library(built_release.path / QUERIES / LIBRARY)
    assert len(found) == len(library) > 0
    assert {iri for iri, _, _ in found} == {
        f"{DEFAULT_BASE_IRI}queries/{question.id}" for question in library
    }
    for _, comment, text in found:
        assert re.search("[一-鿿]", comment)
        assert re.search("[A-Za-z]{3}", comment)
        assert isinstance(built_store.query(text), ox.QuerySolutions)


def test_an_editor_finds_every_prefix(built_store: ox.Store) -> None:
    assert solutions(built_store, PREFIXES_ASKED) == list(NAMES.prefixes().items())


def test_each_graph_is_a_file_with_its_quads(built_release: Release) -> None:
    whole: list[bytes] = []
    for iri, count in built_release.manifest.graphs.items():
        name = dump_of_graph(iri.removeprefix(NAMES.graph("")))
        lines = gzip.decompress((built_release.path / name).read_bytes()).splitlines(keepends=True)
        assert len(lines) == count
        assert all(line.endswith(f" <{iri}> .\n".encode()) for line in lines)
        whole += lines
        assert name in built_release.manifest.outputs
    assert sorted(whole) == gzip.decompress(
        (built_release.path / "dump.nq.gz").read_bytes()
    ).splitlines(keepends=True)
    assert len(list((built_release.path / DUMPS).rglob("*.gz"))) == len(
        built_release.manifest.graphs
    )


def test_every_named_graph_of_a_release_is_in_the_catalogue(
    built_store: ox.Store, built_release: Release
) -> None:
    found = solutions(
        built_store,
        "SELECT DISTINCT ?graph { ?graph dcterms:title ?zh, ?en ; dcterms:description ?dzh, ?den ; "
        "dcterms:license ?licence ; dcterms:source|<https://w3id.org/erqi/def#sourceNote> ?source "
        'FILTER (LANG(?zh) = "zh" && LANG(?dzh) = "zh" && LANG(?en) = "en" && LANG(?den) = "en") }',
    )
    assert built_release.manifest.graphs.keys() - {graph for (graph,) in found} == set()


def test_a_description_counts_itself_whatever_the_data() -> None:
    for size in range(60):
        graph = f"{DEFAULT_BASE_IRI}graph/numbers"
        held: list[Triple] = [
            Subject(NAMES.thing(f"n/{place}")).number("rdfs:label", place) for place in range(size)
        ]
        described = describe({graph: held}, NAMES)
        merge = {*held, *described}
        stated = {
            predicate: value
            for subject, predicate, value in described
            if subject == f"<{DEFAULT_BASE_IRI}.well-known/void#dataset>".encode()
        }
        objects = stated.get(b"<http://rdfs.org/ns/void#distinctObjects>")
        counted = len({value for _, _, value in merge})
        assert stated[b"<http://rdfs.org/ns/void#triples>"] == str(ox.Literal(len(merge))).encode()
        assert objects in (None, str(ox.Literal(counted)).encode())


def test_lines_are_read_as_terms() -> None:
    line = b'<a:s> <a:p> "a \\" . b"@en <a:g> .\n'
    assert list(triples_of([line])) == [(b"<a:s>", b"<a:p>", b'"a \\" . b"@en')]
