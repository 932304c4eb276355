"""The names of this graph and the foreign namespaces it uses."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_BASE_IRI = "https://w3id.org/erqi/"

ID_PATTERN = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
"""Ids of things: lower-case ASCII segments, no dots, so the last `.ext` is a format."""

PREFIXES: dict[str, str] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "unit": "http://qudt.org/vocab/unit/",
    "currency": "http://qudt.org/vocab/currency/",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

REMOTE_RECORD, REMOTE_MERGE = "record", "merge"
REMOTE_WORKSPACES, REMOTE_NOTHING = "workspaces", "nothing"
"""Graphs that only a remote engine has; see docs/scaling.md."""


@dataclass(frozen=True)
class Names:
    """IRIs under one base; the server answers their paths on whatever host it runs.

    Args:
        base_iri: ends with a slash.
    """

    base_iri: str = DEFAULT_BASE_IRI

    @property
    def things(self) -> str:
        """Return the prefix of all things."""
        return f"{self.base_iri}id/"

    @property
    def ontology(self) -> str:
        """Return the IRI of the ontology."""
        return f"{self.base_iri}def"

    @property
    def terms(self) -> str:
        """Return the namespace of the ontology's terms (hash IRIs)."""
        return f"{self.base_iri}def#"

    @property
    def workspace(self) -> str:
        """Return the prefix of the graphs that clients may write."""
        return f"{self.base_iri}graph/workspace/"

    def thing(self, thing_id: str) -> str:
        """Return the IRI of a thing, such as `division/410103`."""
        return self.things + thing_id

    def term(self, name: str) -> str:
        """Return the IRI of a term of the ontology, such as `Placement`."""
        return self.terms + name

    def graph(self, path: str) -> str:
        """Return the IRI of a named graph, such as `source/erqi-four-top100-2018`."""
        return f"{self.base_iri}graph/{path}"

    def remote(self, name: str) -> str:
        """Return the IRI of a graph that only a remote engine has, such as `merge`."""
        return self.graph(f"remote/{name}")

    def prefixes(self) -> dict[str, str]:
        """Return all prefixes, our own included, sorted by prefix."""
        return dict(sorted({**PREFIXES, "erqi": self.terms, "id": self.things}.items()))
