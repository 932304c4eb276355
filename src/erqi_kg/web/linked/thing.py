"""Gather what a page about one thing shows, in four queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from erqi_kg.errors import NotFound
from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.linked.around import Around, read_around, told_of
from erqi_kg.web.linked.links import LinkGroup, Links, count_links, fill_links
from erqi_kg.web.linked.nodes import Fact, Node, read_nodes
from erqi_kg.web.linked.ordering import in_order
from erqi_kg.web.linked.tables import StatementTable, by_rank, statement_table, unit_of
from erqi_kg.web.showing.asking import ask, page_size
from erqi_kg.web.showing.display import Display, Text, chosen_text
from erqi_kg.web.showing.terms import Term, iri_text
from erqi_kg.web.showing.vocabulary import LABEL, RDF_TYPE

TITLES = (
    LABEL,
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["dcterms"] + "title",
    PREFIXES["oa"] + "exact",
)
_NOTATION = PREFIXES["skos"] + "notation"
SAME_AS = PREFIXES["owl"] + "sameAs"
_APART = {
    RDF_TYPE,
    LABEL,
    PREFIXES["skos"] + "prefLabel",
    SAME_AS,
    PREFIXES["oa"] + "hasSelector",
}
_HOLDING = (PREFIXES["dcterms"] + "spatial", "#underProgramme", "#group")
_TITLE_PARTS = (
    *("division", "about", "ranking", "series", "indicator", "measure", "period"),
    *("project", "group", "member", "programme", "status", "eventKind", "holder", "post"),
    *("contributor", "edition", "container", "inSet"),
)


@dataclass
class Thing:
    """One thing and what is known of it."""

    node: Node
    links: Links
    statements: dict[str, StatementTable] = field(default_factory=dict)
    """Tables by the anchor of their group."""
    others: list[LinkGroup] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    """The properties in the order the page lists them."""
    around: Around = field(default_factory=Around)

    @property
    def iri(self) -> str:
        """Return the thing's IRI."""
        return self.node.iri

    @property
    def classes(self) -> list[str]:
        """Return the classes the thing is stated to be of."""
        return [term.value for term in self.node.values(RDF_TYPE)]

    @property
    def facts(self) -> list[Fact]:
        """Return the facts the page lists: those without a place of their own on it."""
        return [
            self.node.facts[name]
            for name in self.order
            if name not in _APART
            and not (self.node.words and name.endswith("#confirmed"))
            and not self._says_the_code_again(name)
        ]

    def _says_the_code_again(self, name: str) -> bool:
        codes = {
            value.value
            for prop in self.node.facts
            if prop.endswith("#code")
            for value in self.node.values(prop)
        }
        return name == _NOTATION and {value.value for value in self.node.values(name)} <= codes

    @property
    def unit(self) -> Term | None:
        """Return the unit of the number a statement states."""
        return unit_of(self.node)

    @property
    def graphs(self) -> list[str]:
        """Return the graphs that state something of the thing."""
        return sorted({graph for fact in self.node.facts.values() for graph in fact.graphs})

    def elsewhere(self) -> list[str]:
        """Return the IRIs of the same thing in other graphs."""
        return [term.value for term in self.node.values(SAME_AS)]


def links_of(iri: str, page: int = 1, *, is_known: bool = False) -> Links:
    """Return how much is stated of a thing and what links to it.

    Args:
        iri: the thing.
        page: of the links.
        is_known: it exists, even when nobody says anything about it.

    Raises:
        NotFound: nothing is stated of it or links to it, or there is no such page.
    """
    bound = {"thing": iri_text(iri)}
    links = count_links(ask("thing-counts", bound), page, page_size("thing-links"))
    if not (links.stated or links.groups or is_known):
        raise NotFound(f"Nothing is stated about <{iri}>.")
    if page > links.pages:
        raise NotFound(f"There are {links.pages} pages of links to <{iri}>, not {page}.")
    if links.groups:
        fill_links(links, ask("thing-links", bound, page=page))
    return links


def thing_at(iri: str, display: Display, page: int = 1, *, is_known: bool = False) -> Thing:
    """Return a thing with one page of its links, and teach the display all labels; see `links_of`.

    Raises:
        NotFound: nothing is stated of it.
    """
    links = links_of(iri, page, is_known=is_known)
    statements = statement_subjects(links, display)
    told = told_of(
        {iri, *statements},
        self={iri},
        above={iri},
        wholes={iri},
        holders={iri} if _holds_projects(links) else (),
    )
    nodes = read_nodes(told)
    node = nodes.get(iri, Node(iri))
    thing = Thing(node, links, order=in_order(node.facts, display.names), around=read_around(told))
    for group in links.groups:
        if not group.subjects:
            continue
        if is_statement(group, display):
            found = [nodes[subject] for subject in group.subjects if subject in nodes]
            if len(found) == group.count:
                found = by_rank(found, display.names.term("rank"))
            thing.statements[group.anchor] = statement_table(found, group.link, display.names)
        else:
            thing.others.append(group)
    display.learn(_mentioned(thing, nodes.values()))
    return thing


def _holds_projects(links: Links) -> bool:
    """Say whether things are in this place, under this programme, or members of this group."""
    return any(group.link.endswith(_HOLDING) for group in links.groups)


def statement_subjects(links: Links, display: Display) -> set[str]:
    """Return the statements among the subjects of a page of links."""
    return {
        subject
        for group in links.groups
        if is_statement(group, display)
        for subject in group.subjects
    }


def is_statement(group: LinkGroup, display: Display) -> bool:
    """Say whether the subjects of a group are statements."""
    return display.vocabulary.is_a(group.class_iri, display.names.term("Statement"))


def titles_of(node: Node, display: Display) -> dict[str, Text]:
    """Return what to call a thing, by language."""
    fact = node.first(*TITLES)
    texts = fact.texts() if fact else {}
    if node.words and node.words[0].iri == node.iri:
        texts = {"": node.words[0].exact}
    return {
        language: chosen_text(texts, language) or _composed_title(node, display, language)
        for language in ("zh", "en")
    }


def _composed_title(node: Node, display: Display, language: str) -> Text:
    """Return a title for a statement, which nobody has named: what it is about."""
    parts: list[str] = []
    for name in _TITLE_PARTS:
        for value in node.values(display.names.term(name)):
            if value.is_iri and len(parts) < 3:
                parts.append(display.label_in(value.value, language).text)
    if parts:
        return Text(" · ".join(parts), language)
    if display.has_label(node.iri):
        return display.label_in(node.iri, language)
    classes = [display.label_in(term.value, language) for term in node.values(RDF_TYPE)]
    return classes[0] if classes else Text(display.short(node.iri))


def _mentioned(thing: Thing, nodes: Iterable[Node]) -> set[str]:
    found = {thing.iri, *thing.links.subjects, *thing.around.iris()}
    for group in thing.links.groups:
        found |= {group.class_iri, group.link}
    for node in nodes:
        for name, fact in node.facts.items():
            found |= {name, *fact.graphs, *_iris(fact)}
            for support in fact.supports.values():
                found |= {quote.source for quote in support.quotes}
        found |= {quote.source for quote in node.words}
    return found


def _iris(fact: Fact) -> Iterable[str]:
    return (value.value for value in fact.values if value.is_iri)


def labels_of(texts: Mapping[str, Text]) -> list[Text]:
    """Return titles, the same one only once."""
    return list({text.text: text for text in texts.values()}.values())
