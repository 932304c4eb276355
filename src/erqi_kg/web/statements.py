"""RDF that the service states about itself, computed from the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pyoxigraph as ox

from erqi_kg.namespaces import PREFIXES
from erqi_kg.sparql.media_types import GRAPH_MEDIA_TYPES, RESULT_MEDIA_TYPES
from erqi_kg.storedir import DUMP, Release

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
_VOID, _DCTERMS, _RDF = PREFIXES["void"], PREFIXES["dcterms"], PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
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
_VOCABULARIES = (
    *("dcat", "dcterms", "foaf", "geo", "oa", "org", "prov"),
    *("qb", "qudt", "rdfs", "schema", "skos", "time"),
)
_EXAMPLE = "division/410103"

PREFIXES_OF_DESCRIPTIONS = {
    "sd": SD,
    "void": _VOID,
    "dcterms": _DCTERMS,
    "xsd": _XSD,
    "formats": FORMATS,
}


def service_description(endpoint: str, release: Release) -> Iterator[ox.Triple]:
    """Yield what SPARQL 1.1 Service Description asks of an endpoint.

    Args:
        endpoint: the endpoint's address on the serving host.
        release: the served release.
    """
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


def void_description(root: str, release: Release) -> Iterator[ox.Triple]:
    """Yield the VoID description of the dataset.

    Args:
        root: the address of the serving host, with a slash at its end.
        release: the served release.
    """
    manifest = release.manifest
    base = manifest.base_iri
    dataset = ox.NamedNode(f"{base}.well-known/void#dataset")
    yield _link(dataset, _RDF + "type", _VOID + "Dataset")
    for language, title in (("zh", "二七区知识图谱"), ("en", "Erqi Knowledge Graph")):
        literal = ox.Literal(title, language=language)
        yield ox.Triple(dataset, ox.NamedNode(_DCTERMS + "title"), literal)
    yield _link(dataset, _DCTERMS + "license", DATA_LICENSE)
    built = datetime.fromisoformat(manifest.built).astimezone(UTC).isoformat(timespec="seconds")
    yield ox.Triple(
        dataset,
        ox.NamedNode(_DCTERMS + "modified"),
        ox.Literal(built, datatype=ox.NamedNode(_XSD + "dateTime")),
    )
    yield _link(dataset, _VOID + "sparqlEndpoint", f"{root}sparql")
    yield _link(dataset, _VOID + "dataDump", f"{root}{DUMP}")
    yield _link(dataset, _VOID + "exampleResource", f"{base}id/{_EXAMPLE}")
    yield ox.Triple(dataset, ox.NamedNode(_VOID + "uriSpace"), ox.Literal(f"{base}id/"))
    yield _link(dataset, _VOID + "vocabulary", f"{base}def#")
    for prefix in _VOCABULARIES:
        yield _link(dataset, _VOID + "vocabulary", PREFIXES[prefix])
    yield _count(dataset, _VOID + "triples", manifest.triples)
    for iri, triples in manifest.graphs.items():
        graph = ox.NamedNode(iri)
        yield _link(dataset, _VOID + "subset", iri)
        yield _link(graph, _RDF + "type", _VOID + "Dataset")
        yield _count(graph, _VOID + "triples", triples)


def _link(subject: ox.NamedNode, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(target))


def _count(subject: ox.NamedNode, predicate: str, number: int) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(number))
