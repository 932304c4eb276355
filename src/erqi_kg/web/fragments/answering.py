"""Ask the engine for a page of a fragment and for its size."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import request

from erqi_kg.engine.interface import Answer, QueryRequest
from erqi_kg.web.fragments.pattern import Pattern
from erqi_kg.web.http.formats import JSON_RESULTS, N_TRIPLES
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import page_size, query_text
from erqi_kg.web.showing.terms import Solutions, read_solutions
from erqi_kg.web.sparql.answering import Asked

PAGE_SIZE = page_size("fragment")
"""Triples of a page."""
MOST_PAGES = 2_000
"""Pages of a fragment that are answered: a page costs what stands before it."""
_FIRST = "OFFSET 0"


@dataclass(frozen=True)
class Fragment:
    """One page of the triples that match a pattern."""

    pattern: Pattern
    number: int
    """Of the page, from 1."""
    triples: tuple[ox.Triple, ...]
    total: int
    """All triples that match, exactly."""
    release: str
    """Id of the release that was asked."""

    @property
    def pages(self) -> int:
        """Return the number of pages, at least 1."""
        return max(1, -(-self.total // PAGE_SIZE))


def fragment_of(pattern: Pattern, number: int) -> Fragment:
    """Return a page of a fragment; none of its triples when the page is past the end."""
    if not pattern.is_possible:
        return Fragment(pattern, number, (), 0, service().release.id)
    ending = "-of-graph" if pattern.graph else ""
    counted = _ask(f"fragment-count{ending}", pattern, JSON_RESULTS)
    release = counted.release
    solutions = read_solutions(counted.read())
    total = int(solutions.solutions[0]["count"].value) if isinstance(solutions, Solutions) else 0
    if total <= PAGE_SIZE * (number - 1):
        return Fragment(pattern, number, (), total, release)
    same = release if service().has_releases else None
    answer = _ask(f"fragment{ending}", pattern, N_TRIPLES, number, same)
    quads = ox.parse(answer.read(), format=ox.RdfFormat.N_TRIPLES)
    return Fragment(pattern, number, tuple(quad.triple for quad in quads), total, release)


def _ask(
    name: str, pattern: Pattern, media_type: str, number: int = 1, release: str | None = None
) -> Answer:
    text = query_text(name, service().names.base_iri)
    text = text.replace(_FIRST, f"OFFSET {PAGE_SIZE * (number - 1)}")
    asked = Asked.from_environ(request.environ, service())
    pinned = service().pinned
    return service().engine.answer(
        QueryRequest(
            text,
            media_type,
            substitutions=pattern.substitutions,
            release=release or (pinned.id if pinned else None),
            is_own=True,
            client=asked.client,
            is_wanted=asked.is_wanted,
        )
    )
