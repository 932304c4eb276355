"""Facts as pages show them: values by property, each with what supports it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.showing.terms import Solution, Term

_OA = PREFIXES["oa"]
BASES = ("stated", "contextual", "inferred")


@dataclass
class Quote:
    """Words of a source, with the words around them."""

    iri: str
    source: str = ""
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    """First code point in the source's text; None while no text has confirmed the words."""
    end: int | None = None
    is_confirmed: bool = True
    """False where the words were never compared with the text."""


@dataclass
class Support:
    """What stands behind the values of one property: words, or a reason."""

    basis: str
    """`stated`, `contextual` or `inferred`."""
    quotes: list[Quote] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    """The reason of an inference, by language."""

    @property
    def is_confirmed(self) -> bool:
        """Say whether all its quotes were compared with the text."""
        return all(quote.is_confirmed for quote in self.quotes)


@dataclass
class Fact:
    """The values of one property of one thing."""

    predicate: str
    values: list[Term] = field(default_factory=list)
    graphs: set[str] = field(default_factory=set)
    supports: dict[str, Support] = field(default_factory=dict)
    """By basis."""

    @property
    def supports_in_order(self) -> list[Support]:
        """Return the supports, stated ones first."""
        return sorted(self.supports.values(), key=lambda support: BASES.index(support.basis))

    @property
    def is_confirmed(self) -> bool:
        """Say whether all words behind the values were compared with their text."""
        return all(support.is_confirmed for support in self.supports.values())

    @property
    def words(self) -> str:
        """Return the first words behind the values, those that state them first; or ""."""
        quotes = [quote for support in self.supports_in_order for quote in support.quotes]
        return quotes[0].exact if quotes else ""

    def texts(self) -> dict[str, str]:
        """Return the first literal of each language."""
        found: dict[str, str] = {}
        for value in self.values:
            if value.kind == "literal":
                found.setdefault(value.language.partition("-")[0].lower(), value.value)
        return found


@dataclass
class Node:
    """A thing and its facts by property."""

    iri: str
    facts: dict[str, Fact] = field(default_factory=dict)
    words: list[Quote] = field(default_factory=list)
    """The quote this is, or the quotes it names by a property of its own."""

    def first(self, *properties: str) -> Fact | None:
        """Return the first fact there is, of some properties."""
        return next((self.facts[name] for name in properties if name in self.facts), None)

    def values(self, name: str) -> list[Term]:
        """Return the values of a property."""
        return self.facts[name].values if name in self.facts else []

    def quotes(self, basis: str) -> list[Quote]:
        """Return all quotes on a basis, each once."""
        found: dict[str, Quote] = {}
        for fact in self.facts.values():
            if basis in fact.supports:
                found |= {quote.iri: quote for quote in fact.supports[basis].quotes}
        return list(found.values())

    def reasons(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield (property, reason by language) of all inferences."""
        for fact in self.facts.values():
            if "inferred" in fact.supports:
                yield fact.predicate, fact.supports["inferred"].reasons


def read_nodes(solutions: Iterable[Solution]) -> dict[str, Node]:
    """Read the solutions of `thing-facts.rq` into nodes by IRI."""
    found = list(solutions)
    quotes = _quotes(found)
    nodes: dict[str, Node] = {}
    for solution in found:
        if "graph" in solution or "basis" in solution:
            iri, name = solution["node"].value, solution["property"].value
            fact = nodes.setdefault(iri, Node(iri)).facts.setdefault(name, Fact(name))
            if "graph" in solution:
                _state(fact, solution)
            else:
                _support(fact, solution, quotes)
    for node in nodes.values():
        # A support without a value belongs to a fact of another graph; it is not shown.
        node.facts = {name: fact for name, fact in node.facts.items() if fact.values}
        named = (value.value for fact in node.facts.values() for value in fact.values)
        node.words = [quotes[iri] for iri in (node.iri, *named) if iri in quotes]
    return nodes


def _quotes(solutions: Iterable[Solution]) -> dict[str, Quote]:
    quotes: dict[str, Quote] = {}
    for solution in solutions:
        if "graph" in solution or "basis" in solution:
            continue
        name, text = solution["property"].value.removeprefix(_OA), solution["value"].value
        if ":" in name and not name.endswith("#confirmed"):
            continue
        iri = solution["node"].value
        quote = quotes.setdefault(iri, Quote(iri))
        if name == "hasSource":
            quote.source = text
        elif name in ("exact", "prefix", "suffix"):
            setattr(quote, name, text)
        elif name in ("start", "end"):
            setattr(quote, name, int(text))
        elif name.endswith("#confirmed"):
            quote.is_confirmed = text == "true"
    return quotes


def _state(fact: Fact, solution: Solution) -> None:
    fact.graphs.add(solution["graph"].value)
    if solution["value"] not in fact.values:
        fact.values.append(solution["value"])


def _support(fact: Fact, solution: Solution, quotes: Mapping[str, Quote]) -> None:
    basis = solution["basis"].value.rpartition("/")[2]
    if basis not in BASES:
        return
    support = fact.supports.setdefault(basis, Support(basis))
    value = solution["value"]
    if value.is_iri:
        quote = quotes.get(value.value)
        if quote is not None and quote not in support.quotes:
            support.quotes.append(quote)
    else:
        support.reasons[value.language] = value.value
