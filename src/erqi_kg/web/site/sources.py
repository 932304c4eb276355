"""`/sources`: a source, all its quotes in order, and what each of them supports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from erqi_kg.errors import NotFound
from erqi_kg.namespaces import ID_PATTERN, PREFIXES, Names
from erqi_kg.web.http.negotiation import HTML
from erqi_kg.web.http.operations import PAGE, answers
from erqi_kg.web.linked.around import told_of
from erqi_kg.web.linked.nodes import Fact, Node, read_nodes
from erqi_kg.web.linked.ordering import in_order
from erqi_kg.web.linked.thing import titles_of
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import ask
from erqi_kg.web.showing.pages import display, fresh_page, language, page, page_number
from erqi_kg.web.showing.terms import Solution, Term, iri_text, iris_in
from erqi_kg.web.showing.vocabulary import RDF_TYPE
from erqi_kg.web.site.coverage import coverage_of
from erqi_kg.web.site.gates import shown_gate

blueprint = Blueprint("sources", __name__)

_OA = PREFIXES["oa"]
_APART = {RDF_TYPE, PREFIXES["dcterms"] + "title"}
_QUOTES_A_PAGE = 60


@dataclass(frozen=True)
class Pages:
    """Which part of a long list a page shows."""

    page: int
    total: int
    page_size: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.page_size))

    @property
    def start(self) -> int:
        """Return where the page begins, from 0."""
        return (self.page - 1) * self.page_size


@dataclass
class SourceQuote:
    """A quote, its place in the text, and what it supports."""

    iri: str
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    """Code points from the start of the text."""
    is_confirmed: bool = True
    supports: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Properties by record and basis."""

    @property
    def support_count(self) -> int:
        """Return how many values the quote supports."""
        return sum(map(len, self.supports.values()))


@blueprint.get("/sources")
@answers(HTML)
def sources() -> Response:
    """List all sources, those with quotes first."""
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    shown = display()
    found = {solution["source"].value: solution for solution in ask("sources")}
    shown.learn(iris_in(found.values()))
    listed = sorted(
        ((iri, int(one["count"].value), one) for iri, one in found.items()),
        key=lambda item: (-item[1], item[0]),
    )
    return page("sources.html", sources=listed, display=shown, prefix=shown.names.thing("source/"))


@blueprint.get("/sources/<source_id>")
@answers(HTML, fields=(PAGE,), errors=(400,))
def source(source_id: str) -> Response:
    """Show a source's record, its quotes and what they support."""
    if not ID_PATTERN.fullmatch(source_id):
        raise NotFound("There is no such source.")
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    shown = display()
    iri = shown.names.thing(f"source/{source_id}")
    node = read_nodes(told_of({iri})).get(iri)
    if node is None:
        raise NotFound(f"There is no source {source_id!r}.")
    quotes = _quotes(ask("source-quotes", {"source": iri_text(iri)}))
    pages = Pages(_page_wanted(quotes), len(quotes), _QUOTES_A_PAGE)
    quotes_here = quotes[pages.start : pages.start + _QUOTES_A_PAGE]
    if not quotes_here and pages.page > 1:
        raise NotFound(f"There are {pages.pages} pages of quotes, not {pages.page}.")
    shown.learn(_mentioned(node, quotes_here))
    gates = [
        shown_gate(gate, language())
        for gate in service().release.manifest.gates
        if gate.name.endswith(source_id)
    ]
    return page(
        "source.html",
        node=node,
        facts=_facts(node, shown.names),
        quotes=quotes_here,
        count=len(quotes),
        links=pages,
        gates=gates,
        coverage=coverage_of(service().release, source_id),
        display=shown,
        titles=titles_of(node, shown),
        source_id=source_id,
    )


def _facts(node: Node, names: Names) -> list[Fact]:
    """Return what is said of a source besides its title, and that it is its own source."""
    own = [Term("iri", node.iri)]
    listed = (node.facts[name] for name in in_order(node.facts, names) if name not in _APART)
    return [fact for fact in listed if fact.values != own]


def _page_wanted(quotes: list[SourceQuote]) -> int:
    """Return `?page=`, or the page that holds the place `?at=` in the text."""
    at = request.args.get("at", "")
    places = [quote.start for quote in quotes]
    if at.isascii() and at.isdigit() and int(at[:9]) in places:
        return places.index(int(at[:9])) // _QUOTES_A_PAGE + 1
    return page_number()


def _quotes(solutions: Iterable[Solution]) -> list[SourceQuote]:
    found: dict[str, SourceQuote] = {}
    for solution in solutions:
        iri = solution["quote"].value
        quote = found.setdefault(iri, SourceQuote(iri))
        name, value = solution["property"].value, solution["value"].value
        if "basis" in solution:
            basis = solution["basis"].value.rpartition("/")[2]
            quote.supports.setdefault((value, basis), []).append(name)
        elif name.endswith("#confirmed"):
            quote.is_confirmed = value == "true"
        elif name == _OA + "start":
            quote.start = int(value)
        elif name in (_OA + "exact", _OA + "prefix", _OA + "suffix"):
            setattr(quote, name.removeprefix(_OA), value)
    return sorted(found.values(), key=lambda quote: (quote.start is None, quote.start or 0))


def _mentioned(node: Node, quotes: Iterable[SourceQuote]) -> set[str]:
    found = {value.value for fact in node.facts.values() for value in fact.values if value.is_iri}
    return found | {record for quote in quotes for record, _ in quote.supports}
