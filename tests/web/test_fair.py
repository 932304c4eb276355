"""The tests of FOOPS! and F-UJI, and pitfalls of OOPS!, as far as they need no live web.

Each row bears the name of its check; docs/fair.md lists them all, with those that cannot run here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from erqi_kg.engine import start_engine
from erqi_kg.namespaces import PREFIXES
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release
from erqi_kg.web.app import create_app
from tests.web.conftest import BROWSER, WholeClient

DOCS = (Path(__file__).parents[2] / "docs" / "fair.md").read_text(encoding="utf-8")
BASE = "https://w3id.org/erqi/"
HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
OWN = 'FILTER STRSTARTS(STR(?term), "https://w3id.org/erqi/def#")'
TERM = f"VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }} ?term a ?kind {OWN}"
ABOUT = f"BIND(<{BASE}def> AS ?o) ?o a owl:Ontology"

ONTOLOGY = {
    "FOOPS OM1": f"ASK {{ {ABOUT} ; dcterms:title ?a ; dcterms:description ?b ; "
    "owl:versionInfo ?c ; dcterms:license ?d ; vann:preferredNamespaceUri ?e }",
    "FOOPS OM2": f"ASK {{ {ABOUT} ; dcterms:creator ?a ; dcterms:created ?b ; "
    "dcterms:bibliographicCitation ?c ; vann:preferredNamespacePrefix ?d ; owl:versionIRI ?e }",
    "FOOPS OM3": f"ASK {{ {ABOUT} ; dcterms:publisher ?a ; dcterms:abstract ?b ; "
    "dcterms:issued ?c ; dcterms:modified ?d ; <http://purl.org/ontology/bibo/status> ?e }",
    "FOOPS OM4.1": f"ASK {{ {ABOUT} ; dcterms:license ?l FILTER isIRI(?l) }}",
    "FOOPS OM5.1": f"ASK {{ {ABOUT} ; dcterms:creator ?a ; dcterms:created ?b }}",
    "FOOPS OM5.2": f"ASK {{ {ABOUT} ; dcterms:publisher ?a ; dcterms:issued ?b ; "
    "dcterms:modified ?c }",
    "FOOPS VER1": f"ASK {{ {ABOUT} ; owl:versionIRI ?v FILTER(?v != ?o) }}",
    "FOOPS PURL1": f"ASK {{ {ABOUT} FILTER STRSTARTS(STR(?o), 'https://w3id.org/') }}",
    "FOOPS FIND1": f"ASK {{ {ABOUT} ; vann:preferredNamespacePrefix 'erqi' }}",
    "FOOPS VOC1": f"ASK {{ {ABOUT} ; dcterms:title ?a ; vann:preferredNamespaceUri ?b }}",
    "FOOPS VOC2": "ASK { ?term rdfs:subClassOf|rdfs:subPropertyOf ?other "
    f'{OWN} FILTER(!STRSTARTS(STR(?other), "{BASE}")) }}',
    "FOOPS VOC3": f"ASK {{ FILTER NOT EXISTS {{ {TERM} "
    "FILTER NOT EXISTS { ?term rdfs:label ?l } } }",
    "FOOPS VOC4": f"ASK {{ FILTER NOT EXISTS {{ {TERM} "
    "FILTER NOT EXISTS { ?term skos:definition|rdfs:comment ?d } } }",
    "OOPS P04": f"ASK {{ FILTER NOT EXISTS {{ ?term a owl:Class {OWN} "
    f"FILTER(?term != <{BASE}def#Award>) FILTER NOT EXISTS {{ "
    "?term rdfs:subClassOf|^rdfs:subClassOf|^rdfs:domain|^rdfs:range|^schema:domainIncludes|"
    "^schema:rangeIncludes ?x } } }",
    "OOPS P06": "ASK { FILTER NOT EXISTS { ?c rdfs:subClassOf+ ?c } }",
    "OOPS P08": f"ASK {{ FILTER NOT EXISTS {{ {TERM} FILTER NOT EXISTS {{ "
    "?term rdfs:label ?l ; skos:definition|rdfs:comment ?d } } }",
    "OOPS P19": "ASK { FILTER NOT EXISTS { ?term rdfs:domain ?a , ?b "
    f"{OWN} FILTER(?a != ?b) }} }}",
    "OOPS P22": f"ASK {{ FILTER NOT EXISTS {{ {TERM} FILTER REGEX(STR(?term), '[_-]') }} }}",
    "OOPS P32": "ASK { FILTER NOT EXISTS { ?a a owl:Class ; rdfs:label ?l . "
    "?b a owl:Class ; rdfs:label ?l FILTER(STR(?a) < STR(?b)) } }",
    "OOPS P34": "ASK { FILTER NOT EXISTS { ?term rdfs:subClassOf ?p "
    f'FILTER(STRSTARTS(STR(?p), "{BASE}def#")) FILTER NOT EXISTS {{ ?p a owl:Class }} }} }}',
    "OOPS P36": f"ASK {{ {ABOUT} FILTER(!REGEX(STR(?o), '[.](owl|rdf|ttl|n3|xml)$')) }}",
    "OOPS P38": f"ASK {{ {ABOUT} }}",
    "OOPS P39": f"ASK {{ {ABOUT} ; vann:preferredNamespaceUri '{BASE}def#' }}",
    "OOPS P41": f"ASK {{ {ABOUT} ; dcterms:license ?l }}",
}
DATASET = f"BIND(<{BASE}.well-known/void#dataset> AS ?d) ?d a dcat:Dataset"
METADATA = {
    "F-UJI FsF-F1-01D": f"ASK {{ {DATASET} FILTER isIRI(?d) }}",
    "F-UJI FsF-F2-01M": f"ASK {{ {DATASET} ; dcterms:creator ?a ; dcterms:title ?b ; "
    "dcterms:identifier ?c ; dcterms:publisher ?e ; dcterms:issued ?f ; dcterms:description ?g ; "
    "dcat:keyword ?h }",
    "F-UJI FsF-F3-01M": f"ASK {{ {DATASET} ; dcat:distribution [ dcat:downloadURL ?u ] }}",
    "F-UJI FsF-A1-01M": f"ASK {{ {DATASET} ; dcterms:accessRights ?r FILTER isIRI(?r) }}",
    "F-UJI FsF-I2-01M": f"ASK {{ {DATASET} ; void:vocabulary dcterms: , prov: , skos: }}",
    "F-UJI FsF-I3-01M": "ASK { ?l a void:Linkset ; void:triples ?n FILTER(?n > 0) }",
    "F-UJI FsF-R1-01MD": f"ASK {{ {DATASET} ; dcterms:description ?t ; dcat:distribution "
    "[ dcat:byteSize ?s ; dcat:mediaType ?m ] }",
    "F-UJI FsF-R1.1-01M": f"ASK {{ {DATASET} ; dcterms:license ?l FILTER isIRI(?l) }}",
    "F-UJI FsF-R1.2-01M": f"ASK {{ {DATASET} ; dcat:hasCurrentVersion [ prov:wasGeneratedBy "
    "[ prov:endedAtTime ?t ] ] }",
    "F-UJI FsF-R1.3-01M": f"ASK {{ {DATASET} . ?c a dcat:Catalog ; dcat:dataset ?d }}",
    "F-UJI FsF-R1.3-02D": f"ASK {{ {DATASET} ; dcat:distribution [ dcat:mediaType "
    "<https://www.iana.org/assignments/media-types/application/n-quads> ] }",
}
ANSWERS = {
    "FOOPS CN1": ("/def", "application/rdf+xml", "application/rdf+xml"),
    "FOOPS RDF1": ("/def", "text/turtle", "text/turtle"),
    "FOOPS DOC1": ("/def", BROWSER, "text/html"),
    "FOOPS VER2": ("/def/0.1.0", "text/turtle", "text/turtle"),
    "F-UJI FsF-I1-01M": ("/catalog", "application/ld+json", "application/ld+json"),
    "F-UJI FsF-A1-02M": ("/catalog", "text/turtle", "text/turtle"),
    "F-UJI FsF-A1-03D": ("/dump.nq.gz", "*/*", "application/gzip"),
}


@pytest.fixture(scope="module")
def site(built_release: Release) -> Iterator[FlaskClient]:
    settings = Settings(store_dir=built_release.path.parent.parent)
    with start_engine(settings) as engine:
        app = create_app(settings, engine)
        app.test_client_class = WholeClient
        yield app.test_client()


def loaded(site: FlaskClient, *paths: str) -> ox.Store:
    store = ox.Store()
    for path in paths:
        answer = site.get(path, headers={"Accept": "text/turtle"})
        assert answer.status_code == 200
        store.load(answer.data, format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def ontology(site: FlaskClient) -> ox.Store:
    return loaded(site, "/def")


@pytest.fixture(scope="module")
def metadata(site: FlaskClient) -> ox.Store:
    return loaded(site, "/catalog", "/.well-known/void")


@pytest.mark.parametrize("check", ONTOLOGY)
def test_the_ontology_as_it_is_served_passes(ontology: ox.Store, check: str) -> None:
    assert bool(ontology.query(HEAD + ONTOLOGY[check]))


@pytest.mark.parametrize("check", METADATA)
def test_the_metadata_as_they_are_served_pass(metadata: ox.Store, check: str) -> None:
    assert bool(metadata.query(HEAD + METADATA[check]))


@pytest.mark.parametrize("check", ANSWERS)
def test_an_address_answers_in_the_format_that_is_checked(site: FlaskClient, check: str) -> None:
    path, accept, media_type = ANSWERS[check]
    answer = site.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, media_type)


def test_foops_uri2_every_term_is_described_where_its_iri_leads(ontology: ox.Store) -> None:
    """All terms are hash IRIs of one document, which holds them all."""
    found = list(ontology.query(f"{HEAD}SELECT DISTINCT ?term {{ {TERM} }}"))
    assert len(found) > 100
    assert all(row["term"].value.startswith(f"{BASE}def#") for row in found)


def test_fuji_f4_metadata_are_linked_from_the_document(site: FlaskClient) -> None:
    """[FsF-F4-01M, FsF-F1-02D] A document names its permanent IRI and its description."""
    links = site.get("/doc/division/410103", headers={"Accept": BROWSER}).headers["Link"]
    for relation in ("describedby", "license", "cite-as", "alternate"):
        assert f'rel="{relation}"' in links
    assert f'<{BASE}id/division/410103>; rel="cite-as"' in links


def test_every_check_is_told_in_the_docs_and_every_told_one_is_here() -> None:
    told = set(re.findall(r"^\| ((?:FOOPS|OOPS|F-UJI) \S+) \| tested", DOCS, re.MULTILINE))
    others = {"FOOPS URI2", "F-UJI FsF-F4-01M", "F-UJI FsF-F1-02D"}
    assert told == {*ONTOLOGY, *METADATA, *ANSWERS, *others}
    reasons = re.findall(r"^\| ((?:FOOPS|OOPS|F-UJI) \S+) \| not here: .{20,}", DOCS, re.MULTILINE)
    assert not told & set(reasons)
