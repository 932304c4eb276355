"""The question library and the prefixes in the store, as SIB's sparql-editor asks for them.

Each question is a `sh:SPARQLExecutable`; its parameters have their defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from erqi_kg.build.ntriples import Subject, Triple
from erqi_kg.namespaces import DEFAULT_BASE_IRI, PREFIXES, Names
from erqi_kg.questions import Question, bound_terms
from erqi_kg.sparql.binding import with_bindings
from erqi_kg.sparql.scan import form_of

GRAPH = "queries"
_SHACL = PREFIXES["sh"]
_FORMS = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLDescribeExecutable", "describe"),
}


def examples(questions: Iterable[Question], names: Names) -> list[Triple]:
    """Return the triples of all questions and prefixes, sorted."""
    prefixes = Subject(f"{names.base_iri}queries#prefixes")
    found = [*_prefixes(prefixes, names)]
    for question in questions:
        found += _example(question, prefixes, names)
    return sorted(found)


def _prefixes(owner: Subject, names: Names) -> Iterator[Triple]:
    yield owner.link("rdf:type", "owl:Ontology")
    for prefix, namespace in names.prefixes().items():
        declaration = Subject(f"{owner.iri}-{prefix}")
        yield owner.link("sh:declare", declaration.iri)
        yield declaration.link("rdf:type", "sh:PrefixDeclaration")
        yield declaration.text("sh:prefix", prefix)
        yield declaration.typed("sh:namespace", namespace, "xsd:anyURI")


def _example(question: Question, prefixes: Subject, names: Names) -> Iterator[Triple]:
    example = Subject(f"{names.base_iri}queries/{question.id}")
    kind, predicate = _FORMS[form_of(question.text)]
    zh, en = question.question["zh"], question.question["en"]
    yield example.link("rdf:type", "sh:SPARQLExecutable")
    yield example.link("rdf:type", _SHACL + kind)
    yield from example.texts("rdfs:label", zh, en)
    yield example.text("rdfs:comment", f"{zh} / {en}")
    yield example.text(_SHACL + predicate, _query(question, names))
    yield example.link("sh:prefixes", prefixes.iri)
    yield example.link("schema:target", f"{names.base_iri}sparql")
    for tag in question.tags:
        yield example.text("schema:keywords", tag)


def _query(question: Question, names: Names) -> str:
    terms = bound_terms(question, {}, names.things)
    text = question.text.replace(DEFAULT_BASE_IRI, names.base_iri)
    return with_bindings(text, terms) if terms else text
