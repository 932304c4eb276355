"""What links to a thing, grouped for people and paged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from erqi_kg.web.showing.terms import Solution


@dataclass
class LinkGroup:
    """Subjects of one class that link to a thing by one property."""

    class_iri: str
    link: str
    count: int
    subjects: list[str] = field(default_factory=list)
    """Those on this page."""
    page: int = 1
    """The page on which the group begins."""

    @property
    def anchor(self) -> str:
        """Return the group's name in the page's address."""
        parts = (self.class_iri, self.link)
        return "-".join(part.rpartition("#")[2].rpartition("/")[2] for part in parts).lower()


@dataclass(frozen=True)
class Links:
    """One page of links."""

    groups: list[LinkGroup]
    """All groups, whether on this page or not."""
    stated: int
    """Triples about the thing itself."""
    page: int = 1
    page_size: int = 100

    @property
    def twice(self) -> set[str]:
        """Return the classes of which there are groups by several properties."""
        classes = [group.class_iri for group in self.groups]
        return {name for name in classes if classes.count(name) > 1}

    @property
    def total(self) -> int:
        """Return how many links there are."""
        return sum(group.count for group in self.groups)

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.page_size))

    @property
    def subjects(self) -> list[str]:
        """Return all subjects on this page."""
        return [subject for group in self.groups for subject in group.subjects]


def count_links(solutions: Iterable[Solution], page: int, page_size: int) -> Links:
    """Read the solutions of `thing-counts.rq`, which come in the order of the pages."""
    groups: list[LinkGroup] = []
    stated = before = 0
    for solution in solutions:
        count = int(solution["count"].value)
        if "link" not in solution:
            stated = count
        else:
            class_iri = solution["class"].value if "class" in solution else ""
            begins = before // page_size + 1
            groups.append(LinkGroup(class_iri, solution["link"].value, count, page=begins))
            before += count
    return Links(groups, stated, page, page_size)


def fill_links(links: Links, solutions: Iterable[Solution]) -> None:
    """Put the subjects of a page, from `thing-links.rq`, into their groups."""
    by_key = {(group.class_iri, group.link): group for group in links.groups}
    for solution in solutions:
        class_iri = solution["class"].value if "class" in solution else ""
        group = by_key.get((class_iri, solution["link"].value))
        if group is not None:
            group.subjects.append(solution["subject"].value)
