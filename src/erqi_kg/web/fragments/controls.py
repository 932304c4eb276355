"""What a page says of itself: where it belongs, how large it is, where to go on, how to ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox

from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.fragments.answering import PAGE_SIZE, Fragment
from erqi_kg.web.fragments.pattern import GRAPH, POSITIONS

HYDRA = "http://www.w3.org/ns/hydra/core#"
PATH = "fragments"
_RDF, _VOID, _DCTERMS, _FOAF = (PREFIXES[name] for name in ("rdf", "void", "dcterms", "foaf"))
PREFIXES_OF_FRAGMENTS = {
    "hydra": HYDRA,
    **{name: PREFIXES[name] for name in ("rdf", "rdfs", "void", "dcterms", "foaf", "xsd")},
}


@dataclass(frozen=True)
class Addresses:
    """The addresses of a fragment, of its pages and of the dataset it is of."""

    root: str
    """The address of the serving host, with a slash at its end."""
    page: str
    """This very page, as it was asked for."""
    fragment: Fragment
    names_release: bool = True
    """Links to other pages do; a remote engine has no releases to name."""

    @property
    def start(self) -> str:
        """Return the address of the fragment of all triples."""
        graph = self.fragment.pattern.graph
        return f"{self.root}{PATH}" + (f"?{urlencode({GRAPH: graph})}" if graph else "")

    @property
    def dataset(self) -> str:
        """Return the IRI of the dataset that patterns are asked of."""
        return f"{self.start}#dataset"

    @property
    def whole(self) -> str:
        """Return the address of the fragment, without a page."""
        query = self.fragment.pattern.query()
        return f"{self.root}{PATH}" + (f"?{query}" if query else "")

    @property
    def template(self) -> str:
        """Return the URI template (RFC 6570) by which other patterns are asked for."""
        sign = "&" if self.fragment.pattern.graph else "?"
        return f"{self.start}{{{sign}{','.join(POSITIONS)}}}"

    def at(self, number: int) -> str:
        """Return the address of a page."""
        fields = [*self.fragment.pattern.fields(), ("page", str(number))]
        if self.names_release:
            fields.append(("release", self.fragment.release))
        return f"{self.root}{PATH}?{urlencode(fields)}"

    def others(self) -> Iterator[tuple[str, str]]:
        """Yield the other pages: their relation as Hydra names it, and their address."""
        number, pages = self.fragment.number, self.fragment.pages
        yield "first", self.at(1)
        if number > 1:
            yield "previous", self.at(min(number - 1, pages))
        if number < pages:
            yield "next", self.at(number + 1)
        yield "last", self.at(pages)


def metadata(addresses: Addresses) -> Iterator[ox.Triple]:
    """Yield what a page states beside its triples (Triple Pattern Fragments, 3.2 and 3.3)."""
    page, dataset, whole = addresses.page, addresses.dataset, addresses.whole
    total = addresses.fragment.total
    yield _link(page, _RDF + "type", HYDRA + "PartialCollectionView")
    yield _link(page, _DCTERMS + "source", dataset)
    for predicate in (HYDRA + "totalItems", _VOID + "triples"):
        yield _count(page, predicate, total)
    yield _count(page, HYDRA + "itemsPerPage", PAGE_SIZE)
    for name, address in addresses.others():
        yield _link(page, HYDRA + name, address)
    if whole != page:
        yield _link(whole, _VOID + "subset", page)
        yield _link(whole, HYDRA + "view", page)
    yield _link(whole, _RDF + "type", HYDRA + "Collection")
    yield _link(dataset, _VOID + "subset", whole)
    yield _link(dataset, _RDF + "type", _VOID + "Dataset")
    yield from _search(addresses)


def about(addresses: Addresses) -> ox.NamedNode:
    """Return the graph that the metadata stand in, where a format has graphs."""
    return ox.NamedNode(f"{addresses.page}#metadata")


def topic(addresses: Addresses) -> ox.Triple:
    """Return what tells clients that a graph holds metadata."""
    return _link(about(addresses).value, _FOAF + "primaryTopic", addresses.page)


def _search(addresses: Addresses) -> Iterator[ox.Triple]:
    search = f"{addresses.dataset}-search"
    yield _link(addresses.dataset, HYDRA + "search", search)
    yield _link(search, _RDF + "type", HYDRA + "IriTemplate")
    yield _text(search, HYDRA + "template", addresses.template)
    yield _link(search, HYDRA + "variableRepresentation", HYDRA + "ExplicitRepresentation")
    for name in POSITIONS:
        mapping = f"{search}-{name}"
        yield _link(search, HYDRA + "mapping", mapping)
        yield _text(mapping, HYDRA + "variable", name)
        yield _link(mapping, HYDRA + "property", _RDF + name)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _count(subject: str, predicate: str, number: int) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(number))


def _text(subject: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text))
