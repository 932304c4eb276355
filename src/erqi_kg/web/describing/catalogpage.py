"""The page of the catalogue: each graph with its size, licence and file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, request

from erqi_kg.storedir import DUMP, Release, dump_of_graph
from erqi_kg.web.linked.schema_org import of_dataset
from erqi_kg.web.linked.signposting import Signpost, dataset_of
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import ask
from erqi_kg.web.showing.foreign import license_name
from erqi_kg.web.showing.pages import display, fresh_page, page


@dataclass(frozen=True)
class Listed:
    """A graph as the page lists it."""

    iri: str
    triples: int
    file: str
    """Of the release; also its address, after the slash."""
    bytes: int
    """0: the release has no such file."""
    licenses: tuple[tuple[str, str], ...]
    """IRI and short name."""


def catalog_page(signposts: list[Signpost]) -> Response:
    """Return the page."""
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    release, shown, settings = service().release, display(), service().settings
    licenses: dict[str, list[str]] = {}
    for solution in ask("graph-license"):
        licenses.setdefault(solution["graph"].value, []).append(solution["license"].value)
    graphs = release.manifest.graphs
    shown.learn(set(graphs))
    return page(
        "catalog.html",
        display=shown,
        dataset=dataset_of(shown.names),
        whole_bytes=_size(release, DUMP),
        graphs=[_listed(release, iri, licenses.get(iri, [])) for iri in sorted(graphs)],
        contact=settings.contact,
        signposts=signposts,
        embedded=of_dataset(release, request.url_root, settings.contact),
    )


def _listed(release: Release, iri: str, licenses: Iterable[str]) -> Listed:
    names = service().names
    file = dump_of_graph(iri.removeprefix(names.graph("")))
    triples = release.manifest.graphs[iri]
    named = tuple((license, license_name(license)) for license in licenses)
    return Listed(iri, triples, file, _size(release, file), named)


def _size(release: Release, name: str) -> int:
    path = release.path / name
    return path.stat().st_size if path.is_file() else 0
