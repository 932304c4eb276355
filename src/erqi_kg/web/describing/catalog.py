"""`/catalog`: the dataset, its releases, files and services as DCAT 3, and the build as PROV-O."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pyoxigraph as ox
from flask import Blueprint, Response, request

from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.storedir import DUMP, Release, dump_of_graph
from erqi_kg.web.describing.catalogpage import catalog_page
from erqi_kg.web.describing.interfaces import INTERFACES
from erqi_kg.web.http.formats import N_TRIPLES, offers_of
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import GRAPH_OFFERS, answers
from erqi_kg.web.linked.signposting import in_header, of_catalog
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import answer_of
from erqi_kg.web.sparql.description import rdf_response
from erqi_kg.web.sparql.statements import DATA_LICENSE

blueprint = Blueprint("catalog", __name__)

SPDX = "http://spdx.org/rdf/terms#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_KEYWORDS = {
    "zh": ("二七区", "郑州市", "百强区", "行政区划", "营商环境"),
    "en": ("Erqi District", "Zhengzhou", "rankings of districts", "divisions"),
}
_TITLE = ("二七区知识图谱", "Erqi Knowledge Graph")


@blueprint.get("/catalog")
@answers(*GRAPH_OFFERS, HTML)
def catalog() -> Response:
    """Return the catalogue; to a person, a page that lists graphs and files."""
    offers = list(offers_of(graph=True))
    media_type = preferred_media_type(request.accept_mimetypes, offers)
    signposts = of_catalog(service().names)
    response = catalog_page(signposts) if media_type == HTML else _described(media_type)
    response.headers["Link"] = in_header(signposts)
    return response


def _described(media_type: str) -> Response:
    described = ox.parse(
        answer_of("graphs-described", {}, N_TRIPLES).read(), ox.RdfFormat.N_TRIPLES
    )
    stated = {quad.triple for quad in described}
    contact = service().settings.contact
    catalogue = _Catalogue(service().release, request.url_root, contact)
    stated.update(catalogue.triples(service().store_directory.releases()))
    return rdf_response(sorted(stated, key=str), media_type, contact)


class _Catalogue:
    """What the catalogue states of the served release.

    Args:
        root: the address of the serving host, with a slash at its end.
        contact: where its operator is reached; none: not told.
    """

    def __init__(self, release: Release, root: str, contact: str = "") -> None:
        self.release = release
        self.root = root
        self.contact = contact
        self.names = Names(release.manifest.base_iri)
        self.iri = f"{self.names.base_iri}catalog"
        self.dataset = f"{self.names.base_iri}.well-known/void#dataset"

    def triples(self, releases: list[Release]) -> Iterator[ox.Triple]:
        """Yield everything; `releases` are those at hand, the newest first."""
        yield _link(self.iri, "rdf:type", "dcat:Catalog")
        for iri in (self.iri, self.dataset, self._part("series")):
            yield from _titled(iri)
        yield _link(self.iri, "dcat:dataset", self.dataset)
        yield _link(self.dataset, "rdf:type", "dcat:Dataset")
        yield _link(self.dataset, "dcterms:license", DATA_LICENSE)
        yield _link(self.dataset, "dcat:hasCurrentVersion", self._version(self.release))
        yield from self._core()
        yield from self._contact()
        yield from self._services()
        yield from self._file(self.dataset, DUMP)
        for graph in self.release.manifest.graphs:
            yield _link(graph, "rdf:type", "dcat:Dataset")
            yield _link(graph, "dcterms:isPartOf", self.dataset)
            yield _link(self.iri, "dcat:dataset", graph)
            yield from self._file(graph, dump_of_graph(graph.removeprefix(self.names.graph(""))))
        yield from self._versions(releases)

    def _core(self) -> Iterator[ox.Triple]:
        """Yield what a reader needs to find, cite and reuse the dataset (F-UJI, F2 and A1)."""
        contributors = self.names.thing("organisation/erqi-kg-contributors")
        yield _link(self.dataset, "dcterms:creator", contributors)
        yield _link(self.dataset, "dcterms:publisher", contributors)
        yield _link(self.dataset, "dcterms:accessRights", _PUBLIC)
        yield _literal(self.dataset, "dcterms:identifier", self.dataset, "xsd:anyURI")
        yield _literal(self.dataset, "dcterms:issued", self.release.manifest.built, "xsd:dateTime")
        yield _link(self.dataset, "dcterms:conformsTo", self.names.ontology)
        for language, keywords in _KEYWORDS.items():
            yield _literal(self.dataset, "dcterms:language", language, "xsd:language")
            for keyword in keywords:
                yield _literal(self.dataset, "dcat:keyword", keyword, f"@{language}")

    def _part(self, name: str) -> str:
        return f"{self.iri}#{name}"

    def _version(self, release: Release) -> str:
        return self._part(f"release-{release.id}")

    def _contact(self) -> Iterator[ox.Triple]:
        if self.contact:
            point = self._part("contact")
            is_mail = self.contact.startswith("mailto:")
            yield _link(self.dataset, "dcat:contactPoint", point)
            yield _link(point, "rdf:type", f"{VCARD}Kind")
            yield _link(point, VCARD + ("hasEmail" if is_mail else "hasURL"), self.contact)

    def _services(self) -> Iterator[ox.Triple]:
        for one in INTERFACES:
            service = self._part(one.path)
            yield _link(self.iri, "dcat:service", service)
            yield _link(service, "rdf:type", "dcat:DataService")
            for language, title in one.title.items():
                yield _literal(service, "dcterms:title", title, f"@{language}")
            yield _link(service, "dcat:endpointURL", self.root + one.path)
            yield _link(service, "dcat:endpointDescription", self.root + one.description[0])
            yield _link(service, "dcat:servesDataset", self.dataset)
            yield _link(service, "dcterms:conformsTo", one.standard)

    def _file(self, owner: str, name: str) -> Iterator[ox.Triple]:
        """Yield the distribution that is a file of the release, when the release has it."""
        path = self.release.path / name
        if not path.is_file():
            return
        file = self._part(name)
        yield _link(owner, "dcat:distribution", file)
        yield _link(file, "rdf:type", "dcat:Distribution")
        yield _link(file, "dcat:downloadURL", self.root + name)
        yield _link(file, "dcat:accessURL", self.root + name)
        yield _link(file, "dcat:mediaType", f"{_MEDIA}application/n-quads")
        yield _link(file, "dcat:compressFormat", f"{_MEDIA}application/gzip")
        yield _literal(file, "dcat:byteSize", str(path.stat().st_size), "xsd:nonNegativeInteger")
        digest = self.release.manifest.outputs.get(name)
        if digest is not None:
            checksum = f"{file}-sha256"
            yield _link(file, f"{SPDX}checksum", checksum)
            yield _link(checksum, "rdf:type", f"{SPDX}Checksum")
            yield _link(checksum, f"{SPDX}algorithm", f"{SPDX}checksumAlgorithm_sha256")
            yield _literal(checksum, f"{SPDX}checksumValue", digest, "xsd:hexBinary")

    def _versions(self, releases: list[Release]) -> Iterator[ox.Triple]:
        series = self._part("series")
        yield _link(series, "rdf:type", "dcat:DatasetSeries")
        for release in releases:
            version, activity = self._version(release), self._part(f"build-{release.id}")
            built = release.manifest.built
            yield _link(self.dataset, "dcat:hasVersion", version)
            yield _link(version, "rdf:type", "dcat:Dataset")
            yield _link(version, "dcat:inSeries", series)
            yield _link(version, "dcat:isVersionOf", self.dataset)
            yield _literal(version, "dcat:version", release.id, "xsd:string")
            yield _literal(version, "dcterms:issued", built, "xsd:dateTime")
            yield _link(version, "prov:wasGeneratedBy", activity)
            yield _link(activity, "rdf:type", "prov:Activity")
            yield _literal(activity, "prov:endedAtTime", built, "xsd:dateTime")
        for newer, older in pairwise(releases):
            yield _link(self._version(newer), "dcat:prev", self._version(older))


def _titled(iri: str) -> Iterator[ox.Triple]:
    for title, language in zip(_TITLE, ("@zh", "@en"), strict=True):
        yield _literal(iri, "dcterms:title", title, language)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(_node(subject), _node(predicate), _node(target))


def _literal(subject: str, predicate: str, value: str, kind: str) -> ox.Triple:
    """Return a triple with a literal; `kind` is `@` and a language, or a datatype."""
    literal = (
        ox.Literal(value, language=kind[1:])
        if kind.startswith("@")
        else ox.Literal(value, datatype=_node(kind))
    )
    return ox.Triple(_node(subject), _node(predicate), literal)


def _node(name: str) -> ox.NamedNode:
    prefix, colon, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local if colon and prefix in PREFIXES else name)
