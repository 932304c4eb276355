"""RDF that the service states about itself: SPARQL 1.1 Service Description."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from erqi_kg.namespaces import PREFIXES
from erqi_kg.sparql.extensions import EXTENSION_FUNCTIONS
from erqi_kg.sparql.media_types import (
    DATASET_MEDIA_TYPES,
    GRAPH_MEDIA_TYPES,
    RESULT_MEDIA_TYPES,
    UPLOAD_MEDIA_TYPES,
)
from erqi_kg.web.sparql.holdings import Holdings

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
_VOID, _RDF, _RDFS = PREFIXES["void"], PREFIXES["rdf"], PREFIXES["rdfs"]
_SIMPLE_ENTAILMENT = "http://www.w3.org/ns/entailment/Simple"
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


@dataclass(frozen=True)
class Endpoint:
    """What a service description tells of."""

    root: str
    """The address of the serving host, with a slash at its end."""
    holdings: Holdings
    is_plain: bool = False
    is_writable: bool = False
    is_federated: bool = False
    """SERVICE is answered."""


def service_description(endpoint: Endpoint) -> Iterator[ox.Triple]:
    """Yield what SPARQL 1.1 Service Description asks of an endpoint.

    Queries and updates have addresses of their own, so they are two services over one dataset.
    """
    query, update = (ox.NamedNode(endpoint.root + name) for name in ("sparql", "update"))
    dataset = ox.NamedNode(f"{query.value}#dataset")
    yield from _service(query, dataset, "SPARQL11Query")
    for name in _FORMAT_NAMES.values():
        yield _link(query, SD + "resultFormat", FORMATS + name)
    yield _link(query, SD + "availableGraphs", dataset.value)
    services = [query]
    if endpoint.is_writable:
        yield from _service(update, dataset, "SPARQL11Update")
        for media_type in (*UPLOAD_MEDIA_TYPES, *DATASET_MEDIA_TYPES):
            yield _link(update, SD + "inputFormat", FORMATS + _FORMAT_NAMES[media_type])
        services.append(update)
    for service in services:
        for name in _features(endpoint):
            yield _link(service, SD + "feature", SD + name)
        for iri in EXTENSION_FUNCTIONS:
            yield _link(service, SD + "extensionFunction", iri)
    for iri in EXTENSION_FUNCTIONS:
        yield _link(ox.NamedNode(iri), _RDF + "type", SD + "Function")
    yield from _dataset(dataset, endpoint)


def _service(service: ox.NamedNode, dataset: ox.NamedNode, language: str) -> Iterator[ox.Triple]:
    yield _link(service, _RDF + "type", SD + "Service")
    yield _link(service, SD + "endpoint", service.value)
    yield _link(service, SD + "supportedLanguage", SD + language)
    yield _link(service, SD + "defaultEntailmentRegime", _SIMPLE_ENTAILMENT)
    yield _link(service, SD + "defaultDataset", dataset.value)


def _features(endpoint: Endpoint) -> Iterator[str]:
    if endpoint.holdings.is_union:
        yield "UnionDefaultGraph"
    if endpoint.is_writable:
        yield "EmptyGraphs"
    if endpoint.is_federated:
        yield "BasicFederatedQuery"


def _dataset(dataset: ox.NamedNode, endpoint: Endpoint) -> Iterator[ox.Triple]:
    address = f"{endpoint.root}sparql"
    default = ox.NamedNode(f"{address}#default-graph")
    yield _link(dataset, _RDF + "type", SD + "Dataset")
    if not endpoint.is_plain:
        yield _link(dataset, _RDFS + "seeAlso", f"{endpoint.root}.well-known/void")
    yield _link(dataset, SD + "defaultGraph", default.value)
    yield _link(default, _RDF + "type", SD + "Graph")
    yield _count(default, _VOID + "triples", endpoint.holdings.default_triples)
    for place, (iri, triples) in enumerate(endpoint.holdings.graphs.items(), 1):
        named, graph = (ox.NamedNode(f"{address}#{kind}-{place}") for kind in ("named", "graph"))
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
