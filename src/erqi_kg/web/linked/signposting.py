"""Typed links that lead programs from an address to its data (RFC 8288, FAIR Signposting)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.storedir import DUMP, dump_of_graph
from erqi_kg.web.http.formats import EXTENSIONS
from erqi_kg.web.http.negotiation import HTML
from erqi_kg.web.linked.nodes import Node
from erqi_kg.web.showing.asking import ask
from erqi_kg.web.showing.pages import link_header
from erqi_kg.web.showing.terms import iri_text
from erqi_kg.web.sparql.statements import DATA_LICENSE

SCHEMA = "https://schema.org/"
CATALOG = "/catalog"
_GZIP = "application/gzip"
_AUTHORS = (PREFIXES["dcterms"] + "creator", f"{SCHEMA}author")


@dataclass(frozen=True)
class Signpost:
    """A link with its relation."""

    target: str
    """An IRI, or an address of the serving host without the host."""
    rel: str
    type: str = ""
    """Media type of the target; none: not told."""

    @property
    def pair(self) -> tuple[str, str]:
        """Return target and parameters, as a Link header has them."""
        return self.target, f'rel="{self.rel}"' + (f'; type="{self.type}"' if self.type else "")


def in_header(signposts: Iterable[Signpost]) -> str:
    """Return the value of a Link header."""
    return link_header([one.pair for one in signposts])


def of_thing(thing_id: str, iri: str) -> list[Signpost]:
    """Return where a thing itself leads, which is answered by 303."""
    typed = [
        Signpost(f"/doc/{thing_id}.{extension}", "describedby", media_type)
        for extension, media_type in EXTENSIONS.items()
    ]
    return [Signpost(f"/doc/{thing_id}", "describedby"), *typed, Signpost(iri, "cite-as")]


def of_document(thing_id: str, iri: str, names: Names) -> list[Signpost]:
    """Return where a document leads, in whatever format."""
    formats = EXTENSIONS.items()
    return [
        Signpost(f"{names.base_iri}doc/{thing_id}", "canonical"),
        Signpost(iri, "describes"),
        Signpost(iri, "cite-as"),
        Signpost(DATA_LICENSE, "license"),
        *(Signpost(f"/doc/{thing_id}.{name}", "alternate", media) for name, media in formats),
        *(
            Signpost(f"/doc/{thing_id}.{name}", "describedby", media)
            for name, media in formats
            if media != HTML
        ),
        Signpost(CATALOG, "collection"),
    ]


def of_page(kind: str, node: Node) -> list[Signpost]:
    """Return what a page about a thing adds: what it is about, and who is named as its author.

    Args:
        kind: of the thing, in schema.org's words.
        node: what is stated of the thing.
    """
    types = [Signpost(SCHEMA + name, "type") for name in ("AboutPage", kind)]
    named = {value.value for name in _AUTHORS for value in node.values(name) if value.is_iri}
    return types + [
        Signpost(author, "author")
        for author in sorted(named)
        if author.isascii() and author.startswith(("http://", "https://"))
    ]


def of_graph(iri: str, names: Names) -> list[Signpost]:
    """Return where a named graph leads."""
    path = iri.removeprefix(names.graph(""))
    return [
        Signpost(iri, "canonical"),
        Signpost(iri, "cite-as"),
        Signpost(f"{SCHEMA}Dataset", "type"),
        *licenses_of(iri),
        Signpost(CATALOG, "describedby", "text/turtle"),
        Signpost(f"/{dump_of_graph(path)}", "item", _GZIP),
        Signpost(CATALOG, "collection"),
    ]


def of_dump(graph_iri: str, names: Names) -> list[Signpost]:
    """Return where the file of a named graph leads."""
    return [
        Signpost(graph_iri, "cite-as"),
        Signpost(f"{SCHEMA}Dataset", "type"),
        *licenses_of(graph_iri),
        Signpost(CATALOG, "describedby", "text/turtle"),
        Signpost(f"/graph/{graph_iri.removeprefix(names.graph(''))}", "collection"),
    ]


def of_whole_dump(names: Names) -> list[Signpost]:
    """Return where the file of all named graphs leads."""
    return [
        Signpost(dataset_of(names), "cite-as"),
        Signpost(f"{SCHEMA}Dataset", "type"),
        Signpost(DATA_LICENSE, "license"),
        Signpost("/.well-known/void", "describedby", "text/turtle"),
        Signpost(CATALOG, "collection"),
    ]


def of_catalog(names: Names) -> list[Signpost]:
    """Return where the catalogue leads, which is the landing page of the dataset."""
    described = [media for media in EXTENSIONS.values() if media != HTML]
    return [
        Signpost(f"{names.base_iri}catalog", "canonical"),
        Signpost(dataset_of(names), "describes"),
        Signpost(dataset_of(names), "cite-as"),
        *(Signpost(SCHEMA + name, "type") for name in ("AboutPage", "Dataset")),
        Signpost(DATA_LICENSE, "license"),
        *(Signpost(CATALOG, "describedby", media) for media in described),
        Signpost(f"/{DUMP}", "item", _GZIP),
    ]


def dataset_of(names: Names) -> str:
    """Return the IRI of the whole dataset."""
    return f"{names.base_iri}.well-known/void#dataset"


def licenses_of(graph_iri: str) -> list[Signpost]:
    """Return the licences that are stated of a graph."""
    found = ask("graph-license", {"graph": iri_text(graph_iri)})
    return [Signpost(solution["license"].value, "license") for solution in found]
