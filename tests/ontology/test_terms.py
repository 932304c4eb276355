"""The ontology as others meet it: metadata, labels, definitions, stable names.

The names in brackets are those of the FOOPS! and OOPS! catalogues. Tests of theirs that need the
live web (the ontology's IRI resolves, it stands in LOV or a registry) cannot run here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

ROOT = Path(__file__).parent.parent.parent
ONTOLOGY = rdflib.URIRef("https://w3id.org/erqi/def")
ERQI = rdflib.Namespace("https://w3id.org/erqi/def#")
VANN = rdflib.Namespace("http://purl.org/vocab/vann/")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
CONTEXT = json.loads((ROOT / "ontology/context.jsonld").read_text(encoding="utf-8"))["@context"]


def load(*patterns: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    return load("ontology/*.ttl", "ontology/modules/*.ttl")


@pytest.fixture(scope="module")
def terms(graph: rdflib.Graph) -> list[rdflib.term.Node]:
    found = {s for kind in KINDS for s in graph.subjects(RDF.type, kind) if s in ERQI}
    assert len(found) > 100
    return sorted(found)


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition])
def test_every_term_is_named_and_defined_once_in_both_languages(
    graph: rdflib.Graph, terms: list[rdflib.term.Node], predicate: rdflib.URIRef
) -> None:
    """[OOPS P08 missing annotations; FOOPS RDF1, VOC3, VOC4]"""
    wrong = {
        str(term): languages
        for term in terms
        if (languages := sorted(o.language or "" for o in graph.objects(term, predicate)))
        != ["en", "zh"]
    }
    assert wrong == {}


def test_a_definition_is_one_sentence_and_not_the_label(
    graph: rdflib.Graph, terms: list[rdflib.term.Node]
) -> None:
    for term in terms:
        labels = {str(label) for label in graph.objects(term, RDFS.label)}
        for definition in graph.objects(term, SKOS.definition):
            assert str(definition) not in labels, term
            assert str(definition).endswith((".", "。")), term


def test_every_term_says_where_it_is_defined_and_of_what_kind_it_is(
    graph: rdflib.Graph, terms: list[rdflib.term.Node]
) -> None:
    for term in terms:
        assert graph.value(term, RDFS.isDefinedBy) == ONTOLOGY, term
        kinds = [kind for kind in graph.objects(term, RDF.type) if kind in KINDS]
        assert len(kinds) == 1, term


def test_labels_tell_terms_apart(graph: rdflib.Graph, terms: list[rdflib.term.Node]) -> None:
    """[OOPS P32 several classes with the same label]"""
    seen: dict[tuple[str, object, object], rdflib.term.Node] = {}
    for term in terms:
        kind = graph.value(term, RDF.type) == OWL.Class
        for label in graph.objects(term, RDFS.label):
            key = (str(label).lower(), label.language, kind)
            assert key not in seen, (term, seen.get(key))
            seen[key] = term


def test_properties_state_what_they_join(
    graph: rdflib.Graph, terms: list[rdflib.term.Node]
) -> None:
    """[OOPS P11 missing domain or range]"""
    includes = rdflib.Namespace("https://schema.org/")
    for term in terms:
        if (term, RDF.type, OWL.Class) in graph:
            continue
        for plain, several in (
            (RDFS.domain, includes.domainIncludes),
            (RDFS.range, includes.rangeIncludes),
        ):
            assert (term, plain, None) in graph or (term, several, None) in graph, (term, plain)
            assert len(list(graph.objects(term, plain))) <= 1, (term, plain)


def test_names_follow_one_convention(terms: list[rdflib.term.Node], graph: rdflib.Graph) -> None:
    """[OOPS P22 different naming conventions]"""
    for term in terms:
        name = str(term).removeprefix(str(ERQI))
        is_class = (term, RDF.type, OWL.Class) in graph
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*" if is_class else r"[a-z][A-Za-z0-9]*", name), term


def test_hierarchies_have_no_cycle_and_no_loose_parent(
    graph: rdflib.Graph, terms: list[rdflib.term.Node]
) -> None:
    """[OOPS P06 cycles in a class hierarchy; P34 untyped class]"""
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in terms:
            assert term not in set(graph.transitive_objects(term, relation)) - {term} or not any(
                term in graph.objects(parent, relation) for parent in graph.objects(term, relation)
            )
            for parent in graph.objects(term, relation):
                assert parent not in ERQI or parent in terms, (term, parent)


def test_no_foreign_term_is_redefined(graph: rdflib.Graph) -> None:
    for subject, predicate in graph.subject_predicates():
        if predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.sameAs):
            assert subject in ERQI, (subject, predicate)


@pytest.mark.parametrize(
    "predicate",
    [
        DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.creator, DCTERMS.created,
        DCTERMS.issued, OWL.versionIRI, OWL.versionInfo, VANN.preferredNamespacePrefix,
        VANN.preferredNamespaceUri,
    ],
    ids=lambda predicate: str(predicate).rsplit("/", 1)[-1],
)  # fmt: skip
def test_the_ontology_describes_itself(graph: rdflib.Graph, predicate: rdflib.URIRef) -> None:
    """[FOOPS OM1-OM5, VER1, VER2, PURL, URI1, HTTP]"""
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in graph
    assert (ONTOLOGY, predicate, None) in graph


def test_the_version_iri_differs_from_the_ontology_iri(graph: rdflib.Graph) -> None:
    version = str(graph.value(ONTOLOGY, OWL.versionIRI))
    assert version.startswith(f"{ONTOLOGY}/")
    assert version != str(ONTOLOGY)


def test_every_term_has_one_short_name_in_the_context(terms: list[rdflib.term.Node]) -> None:
    """Inverse and abstract terms may do without; a short name never means two things."""
    iris = [d if isinstance(d, str) else d.get("@id", "") for d in CONTEXT.values()
            if not isinstance(d, float | int)]  # fmt: skip
    own = [iri for iri in iris if iri.startswith("erqi:")]
    assert len(own) == len(set(own))
    known = {str(term).replace(str(ERQI), "erqi:") for term in terms}
    assert [iri for iri in own if iri not in known] == []


def test_concepts_are_named_and_defined_in_both_languages() -> None:
    concepts = load("ontology/concepts/*.ttl")
    found = list(concepts.subjects(RDF.type, SKOS.Concept))
    assert len(found) > 50
    for concept in found:
        for predicate in (SKOS.prefLabel, SKOS.definition):
            languages = sorted(o.language or "" for o in concepts.objects(concept, predicate))
            assert languages == ["en", "zh"], (concept, predicate)
        assert (concept, SKOS.inScheme, None) in concepts, concept


def test_alignments_speak_of_our_terms_only() -> None:
    paths = sorted((ROOT / "ontology/alignments").glob("*.ttl"))
    assert {path.stem for path in paths} >= {"schema-org", "prov", "org", "dcat", "geosparql",
                                             "cpsv-ap", "wikidata"}  # fmt: skip
    for path in paths:
        for subject in load(str(path.relative_to(ROOT))).subjects():
            assert subject in ERQI or subject == ONTOLOGY, (path.name, subject)


OWL_2_RL = {
    OWL.Ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty,
    OWL.versionIRI, OWL.versionInfo, OWL.imports, OWL.deprecated, OWL.inverseOf,
    OWL.equivalentClass, OWL.equivalentProperty, OWL.disjointWith, OWL.sameAs, OWL.Thing,
    OWL.FunctionalProperty, OWL.TransitiveProperty, OWL.SymmetricProperty,
}  # fmt: skip
"""What OWL 2 RL allows of the constructs that need no class expression (OWL 2 Profiles, 4.2)."""


def test_the_ontology_stays_in_the_profile_it_states(graph: rdflib.Graph) -> None:
    profile = rdflib.URIRef("http://www.w3.org/ns/owl-profile/RL")
    assert (ONTOLOGY, DCTERMS.conformsTo, profile) in graph
    used = {node for triple in graph for node in triple if node in OWL}
    assert used - OWL_2_RL == set()
    for term in graph.subjects(RDF.type, OWL.ObjectProperty):
        assert (term, RDF.type, OWL.DatatypeProperty) not in graph, term
    for term in graph.subjects(RDF.type, OWL.Class):
        assert (term, RDF.type, OWL.ObjectProperty) not in graph, term
