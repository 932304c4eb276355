"""RDF that the service states about itself, computed from the manifest."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from erqi_kg.namespaces import PREFIXES
from erqi_kg.sparql.media_types import GRAPH_MEDIA_TYPES, RESULT_MEDIA_TYPES
from erqi_kg.storedir import Release

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
_VOID, _RDF, _RDFS = PREFIXES["void"], PREFIXES["rdf"], PREFIXES["rdfs"]
DATA_LICENSE = "https://creativecommons.org/licenses/by/4.0/"

_FORMAT_NAMES = dict(
    zip(
        (*RESULT_MEDIA_TYPES, *GRAPH_MEDIA_TYPES),
        (
            "SPARQL_Results_JSON",
            "SPARQL_Results_XML",
            "SPARQL_Results_CSV",
            "SPARQL_Results_TSV",
            "Turtle",
            "N-Triples",
            "JSON-LD",
            "RDF_XML",
            "TriG",
            "N-Quads",
        ),
        strict=True,
    )
)
PREFIXES_OF_DESCRIPTIONS = {
    "sd": SD,
    "void": _VOID,
    "rdfs": _RDFS,
    "xsd": PREFIXES["xsd"],
    "formats": FORMATS,
    **{name: PREFIXES[name] for name in ("dcat", "dcterms", "prov")},
}


def service_description(root: str, release: Release) -> Iterator[ox.Triple]:
    """Yield what SPARQL 1.1 Service Description asks of an endpoint.

    Args:
        root: the address of the serving host, with a slash at its end.
        release: the served release.
    """
    endpoint = f"{root}sparql"
    service, dataset = ox.NamedNode(endpoint), ox.NamedNode(f"{endpoint}#dataset")
    default = ox.NamedNode(f"{endpoint}#default-graph")
    yield _link(service, _RDF + "type", SD + "Service")
    yield _link(service, SD + "endpoint", endpoint)
    yield _link(service, SD + "supportedLanguage", SD + "SPARQL11Query")
    yield _link(service, SD + "feature", SD + "UnionDefaultGraph")
    for name in _FORMAT_NAMES.values():
        yield _link(service, SD + "resultFormat", FORMATS + name)
    yield _link(service, SD + "defaultDataset", dataset.value)
    yield _link(dataset, _RDF + "type", SD + "Dataset")
    yield _link(dataset, _RDFS + "seeAlso", f"{root}.well-known/void")
    yield _link(dataset, SD + "defaultGraph", default.value)
    yield _link(default, _RDF + "type", SD + "Graph")
    yield _count(default, _VOID + "triples", release.manifest.triples)
    for place, (iri, triples) in enumerate(release.manifest.graphs.items(), 1):
        named, graph = (ox.NamedNode(f"{endpoint}#{kind}-{place}") for kind in ("named", "graph"))
        yield _link(dataset, SD + "namedGraph", named.value)
        yield _link(named, _RDF + "type", SD + "NamedGraph")
        yield _link(named, SD + "name", iri)
        yield _link(named, SD + "graph", graph.value)
        yield _link(graph, _RDF + "type", SD + "Graph")
        yield _count(graph, _VOID + "triples", triples)


def _link(subject: ox.NamedNode, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(target))


def _count(subject: ox.NamedNode, predicate: str, number: int) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(number))
