"""SHACL validation of the quads (pySHACL on rdflib's memory store).

Reference graphs are validated once for each digest; facts are validated at every build, beside
the types of what they link to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox
import rdflib
from pyshacl import validate
from rdflib.namespace import SH

from erqi_kg.build.ontology import RDF_TYPE, SUB_CLASS_OF
from erqi_kg.errors import DataError, ShapeViolated
from erqi_kg.namespaces import Names


def check_shapes(
    quads: Sequence[ox.Quad],
    surroundings: Iterable[ox.Quad],
    shapes: rdflib.Graph,
    names: Names,
    files: Mapping[str, str],
) -> list[DataError]:
    """Return every violation of a shape by the quads.

    Args:
        quads: what is validated.
        surroundings: quads that type what the validated ones link to.
        shapes: all SHACL files in one graph.
        files: the file each record stands in, by id.
    """
    data = _to_rdflib(quads)
    focus_nodes = set(data.subjects())
    data += _to_rdflib(_types_of_links(quads, surroundings))
    conforms, report, _ = validate(data, shacl_graph=shapes, inference="none", advanced=False)
    if conforms:
        return []
    if not isinstance(report, rdflib.Graph):
        return [ShapeViolated(f"validation failed: {report}")]
    return [
        _violation(report, result, names, files)
        for result in report.subjects(rdflib.RDF.type, SH.ValidationResult)
        if report.value(result, SH.focusNode) in focus_nodes
    ]


def read_shapes(texts: Mapping[str, str]) -> rdflib.Graph:
    """Return all shapes in one graph.

    Raises:
        ShapeViolated: a shapes file is not Turtle.
    """
    # Shapes are read over and over: the store without contexts is quicker.
    graph = rdflib.Graph(store="SimpleMemory", bind_namespaces="none")
    for file, text in texts.items():
        try:
            graph.parse(data=text, format="turtle")
        except Exception as error:
            raise ShapeViolated(f"is not Turtle: {error}", file) from error
    return graph


def _types_of_links(quads: Sequence[ox.Quad], surroundings: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield the types of what quads link to, and the class hierarchy.

    Everything else stays out: each typed node would become a focus node of its own.
    """
    linked = {quad.object for quad in quads} - {quad.subject for quad in quads}
    for quad in surroundings:
        is_type = quad.predicate == RDF_TYPE and quad.subject in linked
        if is_type or quad.predicate == SUB_CLASS_OF:
            yield quad


def _to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    graph = rdflib.Graph()
    triples = [quad.triple for quad in quads]
    graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    return graph


def _violation(
    report: rdflib.Graph, result: rdflib.term.Node, names: Names, files: Mapping[str, str]
) -> ShapeViolated:
    focus = str(report.value(result, SH.focusNode)).removeprefix(names.things)
    path = report.value(result, SH.resultPath)
    messages = [
        m for m in report.objects(result, SH.resultMessage) if isinstance(m, rdflib.Literal)
    ]
    english = [m for m in messages if m.language == "en"] or messages
    value = report.value(result, SH.value)
    # A constraint of the whole record has the record itself as its value.
    said = "" if value in (None, report.value(result, SH.focusNode)) else f" (value {value})"
    where = f"{str(path).rsplit('#', 1)[-1].rsplit('/', 1)[-1]}: " if path else ""
    return ShapeViolated(
        f"{where}{'; '.join(map(str, english))}{said}", files.get(focus, ""), focus
    )
