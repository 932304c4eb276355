"""The ontology's Turtle files as named graphs, and the terms they declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

import pyoxigraph as ox

from erqi_kg.build.context import Context
from erqi_kg.build.inputs import Inputs
from erqi_kg.build.mapping import refuse_blank_nodes
from erqi_kg.errors import DataError, RecordInvalid, UnknownTerm
from erqi_kg.namespaces import PREFIXES, Names

RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
SUB_CLASS_OF = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
_OWN_TERM = re.compile(r"\berqi:(?!\w*Shape\b)([A-Za-z][A-Za-z0-9_]*)")
"""Our prefixed names in queries and shapes; shapes name themselves."""


def read_turtle(path: Path, inputs: Inputs, graph: str) -> list[ox.Quad]:
    """Return a Turtle file's triples as quads of one graph.

    Raises:
        RecordInvalid: it is not Turtle, or it holds a blank node.
    """
    file = inputs.name(path)
    try:
        graph_name = ox.NamedNode(graph)
        quads = [
            ox.Quad(triple.subject, triple.predicate, triple.object, graph_name)
            for triple in ox.parse(inputs.text(path), format=ox.RdfFormat.TURTLE)
        ]
    except SyntaxError as error:
        raise RecordInvalid(f"is not Turtle: {error}", file) from error
    refuse_blank_nodes(quads, file)
    return quads


def read_ontology(inputs: Inputs, names: Names) -> list[ox.Quad]:
    """Return the ontology, the concept schemes and the alignments, each in its graph."""
    quads: list[ox.Quad] = []
    for path in [*inputs.paths("ontology/*.ttl"), *inputs.paths("ontology/modules/*.ttl")]:
        quads += read_turtle(path, inputs, names.graph("ontology"))
    for path in inputs.paths("ontology/concepts/*.ttl"):
        quads += read_turtle(path, inputs, names.graph("concepts"))
    for path in inputs.paths("ontology/alignments/*.ttl"):
        quads += read_turtle(path, inputs, names.graph(f"alignments/{path.stem}"))
    return quads


def iri_of(node: object) -> str:
    """Return the IRI of a named node, or "" for any other term."""
    return node.value if isinstance(node, ox.NamedNode) else ""


def declared_terms(quads: Iterable[ox.Quad], names: Names) -> frozenset[str]:
    """Return the IRIs of our own terms that the ontology graph types."""
    graph = names.graph("ontology")
    return frozenset(
        iri_of(quad.subject)
        for quad in quads
        if quad.predicate == RDF_TYPE
        and iri_of(quad.graph_name) == graph
        and iri_of(quad.subject).startswith(names.terms)
    )


def check_terms(
    quads: Iterable[ox.Quad],
    context: Context,
    texts: Mapping[str, str],
    declared: frozenset[str],
    names: Names,
    files: Mapping[str, str],
) -> list[DataError]:
    """Return every use of a term of ours that the ontology does not declare.

    Args:
        texts: queries and shapes by file name, searched for `erqi:` names.
        files: the file each record stands in, by id.
    """
    errors: list[DataError] = []
    for term in context.terms.values():
        if (
            term.iri.startswith(names.terms)
            and term.iri not in declared
            and term.iri != names.terms
        ):
            errors.append(_unknown(term.iri, declared, names, Context.FILE, term.name))
    for file, text in texts.items():
        for name in sorted(set(_OWN_TERM.findall(text))):
            if names.term(name) not in declared:
                errors.append(_unknown(names.term(name), declared, names, file))
    used: dict[str, str] = {}
    for quad in quads:
        for node in (quad.predicate, quad.object):
            if isinstance(node, ox.NamedNode) and node.value.startswith(names.terms):
                used.setdefault(node.value, iri_of(quad.subject))
    for iri, subject in sorted(used.items()):
        if iri not in declared:
            record = subject.removeprefix(names.things)
            errors.append(_unknown(iri, declared, names, files.get(record, ""), record))
    return errors


def _unknown(
    iri: str, declared: frozenset[str], names: Names, file: str, record: str = ""
) -> UnknownTerm:
    near = get_close_matches(iri, declared, n=1)
    hint = f" (erqi:{near[0].removeprefix(names.terms)} is)" if near else ""
    return UnknownTerm(
        f"erqi:{iri.removeprefix(names.terms)} is not declared in ontology/modules{hint}: "
        "declare it, or correct the name",
        file,
        record,
    )
