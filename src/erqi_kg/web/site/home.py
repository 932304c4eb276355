"""`/`: what this is, at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from erqi_kg.web.drawing.progress import progress_of
from erqi_kg.web.http.negotiation import HTML
from erqi_kg.web.http.operations import answers
from erqi_kg.web.linked.schema_org import of_dataset
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import ask, query_text
from erqi_kg.web.showing.display import Display
from erqi_kg.web.showing.drawing import Scale, placement_scale
from erqi_kg.web.showing.pages import display, fresh_page, page
from erqi_kg.web.showing.terms import Solution, Term, iri_text, iris_in

blueprint = Blueprint("home", __name__)

DISTRICT = "division/410103"
SOURCE = "source/erqi-four-top100-2018"


@dataclass
class IndicatorRow:
    """What is stated of one indicator in one period."""

    indicator: str
    period: str
    amount: Solution | None = None
    growth: Solution | None = None
    rank: Solution | None = None


@dataclass
class Listed:
    """A programme with its parts, or a project with its states."""

    iri: str
    parts: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)


@blueprint.get("/")
@answers(HTML)
def home() -> Response:
    """Show the graph in figures and pictures that lead on."""
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    shown = display()
    names = shown.names
    district = {"division": iri_text(names.thing(DISTRICT))}
    placements = ask("home-placements", district)
    indicators = ask("home-indicators", district)
    things = ask("home-things")
    shown.learn({names.thing(DISTRICT)} | iris_in([*placements, *indicators, *things]))
    manifest = service().release.manifest
    return page(
        "home.html",
        display=shown,
        district=names.thing(DISTRICT),
        scale=_scale(placements, names.graph(SOURCE), shown),
        indicators=_indicator_rows(indicators, names.term("")),
        programmes=_listed(things, "programme"),
        progress=progress_of({one.iri: one.statuses for one in _listed(things, "project")}, shown),
        example=query_text("example", manifest.base_iri),
        manifest=manifest,
        embedded=of_dataset(service().release, request.url_root, service().settings.contact),
        figures=_figures(manifest.graphs, names.graph("")),
    )


def _scale(placements: Iterable[Solution], graph: str, shown: Display) -> Scale:
    """Return the drawing of the places the article states."""
    first: dict[str, Solution] = {}
    for solution in placements:
        if solution["graph"].value == graph:
            first.setdefault(solution["placement"].value, solution)
    return placement_scale(
        [
            (
                int(solution["rank"].value),
                shown.label(solution["ranking"].value),
                shown.href(solution["placement"].value),
                solution["words"].value,
                "confirmed" not in solution or solution["confirmed"].value == "true",
            )
            for solution in first.values()
        ]
    )


def _indicator_rows(solutions: Iterable[Solution], terms: str) -> list[IndicatorRow]:
    rows: dict[tuple[str, str], IndicatorRow] = {}
    for solution in solutions:
        key = (solution["indicator"].value, solution["period"].value)
        row = rows.setdefault(key, IndicatorRow(*key))
        measure = solution["measure"].value.removeprefix(terms)
        slot = {"amount": "amount", "growthRate": "growth", "rank": "rank"}[measure]
        setattr(row, slot, solution)
    # Rows with a growth rate are the article's; an index value stands alone.
    return [row for row in rows.values() if row.growth is not None]


def _listed(solutions: Iterable[Solution], kind: str) -> list[Listed]:
    found: dict[str, Listed] = {}
    for solution in solutions:
        if solution["kind"] == Term("literal", kind):
            entry = found.setdefault(solution["thing"].value, Listed(solution["thing"].value))
            for name, into in (("part", entry.parts), ("status", entry.statuses)):
                if name in solution and solution[name].value not in into:
                    into.append(solution[name].value)
    return list(found.values())


def _figures(graphs: dict[str, int], prefix: str) -> dict[str, int]:
    sources = [iri for iri in graphs if iri.startswith(f"{prefix}source/")]
    reference = [iri for iri in graphs if iri.startswith(f"{prefix}reference/")]
    return {"graphs": len(graphs), "sources": len(sources), "reference": len(reference)}
