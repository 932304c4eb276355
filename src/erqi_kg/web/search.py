"""`/search`: things by name; plain matching of labels, honest about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from erqi_kg.web.asking import ask, page_size
from erqi_kg.web.pages import display, fresh_page, page
from erqi_kg.web.terms import Solution, Term, string_text

blueprint = Blueprint("search", __name__)

_LONGEST = 100
_HITS_SHOWN = 60


@dataclass
class Hit:
    """One thing that was found, with the names that matched."""

    iri: str
    labels: list[Term] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)


@blueprint.get("/search")
def search() -> Response:
    """Show the things whose name holds the words."""
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    words = request.args.get("q", "").strip()[:_LONGEST]
    hits: list[Hit] = []
    is_cut = False
    if words:
        solutions = ask("search", {"needle": string_text(words.lower())})
        is_cut = len(solutions) >= page_size("search")
        hits = _hits(solutions)
        display().learn(hit.iri for hit in hits[:_HITS_SHOWN])
    return page(
        "search.html",
        words=words,
        hits=hits[:_HITS_SHOWN],
        count=len(hits),
        is_cut=is_cut or len(hits) > _HITS_SHOWN,
        display=display(),
    )


def _hits(solutions: Iterable[Solution]) -> list[Hit]:
    found: dict[str, Hit] = {}
    for solution in solutions:
        if not solution["thing"].is_iri:
            continue
        hit = found.setdefault(solution["thing"].value, Hit(solution["thing"].value))
        if solution["label"] not in hit.labels:
            hit.labels.append(solution["label"])
        if solution["class"].value not in hit.classes:
            hit.classes.append(solution["class"].value)
    return list(found.values())
