"""Suggest things, types and properties by the beginning of what they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from erqi_kg.search.folding import folded
from erqi_kg.search.index import find
from erqi_kg.web.reconcile.classes import is_of_statements, types_of
from erqi_kg.web.reconcile.identifiers import thing_id
from erqi_kg.web.reconcile.telling import Members, described, named_term, names_of_terms
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import ask
from erqi_kg.web.showing.pages import display
from erqi_kg.web.showing.terms import iri_text

_STATEMENT = "statement"
_MOST_HITS = 200


def suggested_things(prefix: str, limit: int, offset: int) -> list[Members]:
    """Return things by name; things before statements, as search has it."""
    names = service().names
    found = [hit for hit in find(service().release, prefix, limit=_MOST_HITS).hits
             if hit.iri.startswith(names.things)][offset : offset + limit]  # fmt: skip
    types = types_of(hit.iri for hit in found)
    display().learn(hit.iri for hit in found)
    return [
        {
            "id": thing_id(hit.iri, names),
            "name": display().label(hit.iri).text,
            "description": described(hit.iri, types.get(hit.iri, ()), hit.matched),
            "notable": [named_term(iri) for iri in types.get(hit.iri, ())],
        }
        for hit in found
    ]


def suggested_types(prefix: str, limit: int, offset: int) -> list[Members]:
    """Return classes that things are of."""
    found = (iri for iri in _terms("class") if _is_called(iri, prefix))
    return [_told(iri) for iri in list(found)[offset : offset + limit]]


def suggested_properties(prefix: str, limit: int, offset: int) -> list[Members]:
    """Return properties that something is stated with."""
    found = (iri for iri in _terms("property") if _is_called(iri, prefix))
    return [_told(iri) for iri in list(found)[offset : offset + limit]]


def usual_types(most: int) -> list[Members]:
    """Return the classes of ours with most things: good choices when nobody has one in mind."""
    ours = [
        iri
        for iri in _terms("class")
        if iri.startswith(service().names.terms) and not is_of_statements(iri)
    ]
    return [named_term(iri) for iri in ours[:most]]


def proposed_properties(type_iri: str, limit: int) -> list[Members]:
    """Return the properties of the things of a class, those of most things first."""
    found = [
        one["property"].value for one in ask("reconcile-proposed", {"type": iri_text(type_iri)})
    ]
    display().learn(found)
    return [named_term(iri) for iri in found[:limit]]


def _terms(kind: str) -> list[str]:
    """Return the classes or properties of the release that have names."""
    counted: Mapping[str, int] = {
        one[kind].value: int(one["count"].value) for one in ask("property-counts") if kind in one
    }
    return [iri for iri, _ in names_of_terms(counted, service().names)]


def _is_called(iri: str, prefix: str) -> bool:
    wanted = folded(prefix).strip()
    return any(wanted in folded(name) for name in _names(iri))


def _names(iri: str) -> Iterator[str]:
    yield display().short(iri)
    yield from display().labels_of(iri).values()


def _told(iri: str) -> Members:
    others = [name for name in display().labels_of(iri).values()
              if name != display().label(iri).text]  # fmt: skip
    return named_term(iri) | {"description": " · ".join([display().short(iri), *others])}
