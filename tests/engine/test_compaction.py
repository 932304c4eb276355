"""JSON-LD with our context says the same triples."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from erqi_kg.engine.compaction import ContextHolder, compact_document
from erqi_kg.engine.serialisation import serialise
from erqi_kg.settings import Settings
from tests.conftest import ROOT

CONTEXT = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))["@context"]
HEAD = """
PREFIX : <https://w3id.org/erqi/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
BASE <https://w3id.org/erqi/id/>
"""
CASES = {
    "languages": '<a> rdfs:label "二七区"@zh , "Erqi"@en , "二七"@zh , "plain" , "q"@zh-Hant .',
    "an IRI beyond ASCII": "<a> rdfs:seeAlso <http://例え.jp/二七#区> ; <http://例え.jp/属> <b> .",
    "numbers": '<a> :rank 76 ; :value "2.828E2"^^xsd:decimal , 282.8 , 1e3 , "007"^^xsd:integer .',
    "booleans": '<a> :confirmed true , false ; rdfs:comment "true" .',
    "dates": '<a> dcterms:issued "2018-10-26"^^xsd:date ; :retrieved "2018"^^xsd:gYear .',
    "a datatype of its own": '<a> :value "x"^^<http://例え.jp/型> .',
    "strings that look like IRIs": '<a> :asPrinted "erqi:rank" , "http://x/" , "@id" , "a:b" .',
    "controls": r'<a> rdfs:comment "a\n\t\"\\ \u0000 \u200F 𠮷" .',
    "blank nodes": "<a> rdfs:seeAlso [ rdfs:label 'x' ; rdfs:seeAlso [] ] . _:b :rank 1 , 2 .",
    "lists": "<a> rdfs:seeAlso ( 1 'zwei'@de <c> ( ) ) .",
    "several types": "<a> a :Placement , :Statement , <http://例え.jp/類> . [] a :Placement .",
    "a type that is no class": '<a> a "text" , <b> .',
    "loops": "<a> dcterms:isPartOf <a> ; dcterms:hasPart <b> . <b> dcterms:isPartOf <a> .",
    "terms nobody shortens": "<http://x/a> <http://x/p> <http://x/b> .",
    "a scheme that is a prefix": "<a> rdfs:seeAlso <geo:34.7,113.6> , <schema:x> , <time:0> .",
    "keywords": '<a> <http://x/@id> "1" ; <http://x/type> "2" ; schema:type <schema/id> .',
    "nothing": "",
}  # fmt: skip


def graph_of(serialized: bytes | str, form: ox.RdfFormat) -> ox.Dataset:
    found = ox.Dataset(
        ox.Quad(quad.subject, quad.predicate, quad.object) for quad in ox.parse(serialized, form)
    )
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def written(turtle: str) -> tuple[ox.Dataset, bytes]:
    quads = list(ox.parse(HEAD + turtle, ox.RdfFormat.TURTLE))
    serialized = compact_document([quad.triple for quad in quads], CONTEXT)
    if serialized is None:
        serialized = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.JSON_LD)
    assert serialized is not None
    return graph_of(HEAD + turtle, ox.RdfFormat.TURTLE), serialized


@pytest.mark.parametrize("name", CASES)
def test_a_compacted_answer_parses_back_to_the_same_triples(name: str) -> None:
    stated, serialized = written(CASES[name])
    assert graph_of(serialized, ox.RdfFormat.JSON_LD) == stated


def test_keys_are_short_and_texts_stand_by_language() -> None:
    document = json.loads(written('<a> a :Placement ; rdfs:label "二七"@zh , "Erqi"@en .')[1])
    (node,) = document["@graph"]
    assert node == {
        "id": "https://w3id.org/erqi/id/a",
        "type": "Placement",
        "label": {"zh": "二七", "en": "Erqi"},
    }


def test_the_context_holds_what_the_answer_uses() -> None:
    context = json.loads(written("<a> :rank 76 .")[1])["@context"]
    assert set(context) == {"@version", "id", "type", "rank", "erqi", "xsd"}


def test_every_term_of_the_release_parses_back(built_store: ox.Store) -> None:
    predicates = {
        quad.predicate
        for quad in built_store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    }
    for predicate in predicates:
        some = list(built_store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()))[:200]
        serialized = compact_document([quad.triple for quad in some], CONTEXT)
        assert serialized is not None, predicate
        parsed = {quad.triple for quad in ox.parse(serialized, ox.RdfFormat.JSON_LD)}
        assert parsed == {quad.triple for quad in some}, predicate


def test_nothing_is_loaded_from_elsewhere() -> None:
    triples = [quad.triple for quad in ox.parse(HEAD + "<a> :rank 1 .", ox.RdfFormat.TURTLE)]
    outside: Any = "http://127.0.0.1:9/context.jsonld"
    assert compact_document(triples, outside) is None


def test_a_release_without_a_context_is_written_with_whole_iris(tmp_path: Path) -> None:
    holder = ContextHolder()
    holder.read(tmp_path)
    triples = [quad.triple for quad in ox.parse(HEAD + "<a> :rank 1 .", ox.RdfFormat.TURTLE)]
    document = json.loads(compact_document(triples, holder.context) or b"")
    assert "https://w3id.org/erqi/def#rank" in document["@graph"][0]


@pytest.mark.parametrize(("most", "is_compacted"), [(0, False), (1, False), (2, True)])
def test_the_setting_is_the_largest_answer_that_is_compacted(most: int, is_compacted: bool) -> None:
    store, output = ox.Store(), io.BytesIO()
    store.load(b"<a:a> <a:p> 1 , 2 .", format=ox.RdfFormat.TURTLE)
    results = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    serialise(results, "application/ld+json", {}, output, most)
    assert ("@context" in output.getvalue().decode()) is is_compacted
    assert len(list(ox.parse(output.getvalue(), ox.RdfFormat.JSON_LD))) == 2


def test_the_limit_is_what_the_documentation_says() -> None:
    text = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
    assert f"`ERQI_JSONLD_TRIPLES` ({Settings().jsonld_triples:,}) triples" in text
