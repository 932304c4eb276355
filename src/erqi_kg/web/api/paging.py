"""Pages of an answer: which rows were asked for, and the links to the others (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from erqi_kg.errors import BadRequest
from erqi_kg.web.showing.parameters import told

USUAL_LIMIT = 1_000
"""Rows of a page when nobody says."""
MOST_ROWS = 10_000
"""Rows of the largest page."""
MOST_OFFSET = 1_000_000_000

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page:
    """A part of an answer."""

    total: int
    """Rows of the whole answer."""
    offset: int
    limit: int
    """Most rows of a page."""

    def of(self, rows: Sequence[Item]) -> Sequence[Item]:
        """Return the rows of this page, out of all."""
        return rows[self.offset : self.offset + self.limit]

    @property
    def is_whole(self) -> bool:
        """Say whether this page is all there is."""
        return self.offset == 0 and self.total <= self.limit

    def offsets(self) -> Iterator[tuple[str, int]]:
        """Yield the relations of other pages, each with where that page begins."""
        last = max(0, (self.total - 1) // self.limit * self.limit)
        yield "first", 0
        if self.offset > 0:
            yield "prev", max(0, min(self.offset - self.limit, last))
        if self.offset + self.limit < self.total:
            yield "next", self.offset + self.limit
        yield "last", last


@dataclass(frozen=True)
class Address:
    """The address of an answer, and what of it stays from page to page."""

    url: str
    """Without a query."""
    fields: tuple[tuple[str, str], ...]
    """Parameters, the release among them, but neither `limit` nor `offset`."""

    def at(self, offset: int, limit: int) -> str:
        """Return the address of one page."""
        pairs = [*self.fields, ("limit", str(limit)), ("offset", str(offset))]
        return f"{self.url}?{urlencode(pairs)}"

    @property
    def whole(self) -> str:
        """Return the address of all pages together."""
        return f"{self.url}?{urlencode(self.fields)}"

    def links(self, page: Page) -> dict[str, str]:
        """Return the addresses of this page and of those around it, by relation."""
        found = {name: self.at(offset, page.limit) for name, offset in page.offsets()}
        return {"self": self.at(page.offset, page.limit), **found}


def number_of(text: str, name: str, least: int, most: int) -> int:
    """Read a whole number in a range.

    Raises:
        BadRequest: it is none; names the parameter.
    """
    if text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most:
        return int(text)
    texts = told("error.no-number", name=name, value=text, least=least, most=most)
    raise BadRequest(texts["en"], extra={"parameter": name, "wanted": "integer"}, told=texts)
