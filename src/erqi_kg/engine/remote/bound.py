"""Bind variables in a query's text: a VALUES block for what is handed on, IRIs in the patterns.

Engines differ in how early they join a VALUES block, so an IRI stands in the patterns themselves,
as the embedded store puts it into the algebra. An inner query that does not hand a variable on
has one of its own by that name, which stays free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from erqi_kg.sparql.tokens import Token
from erqi_kg.sparql.words import QUERY_FORMS

Change = tuple[int, int, str]
"""Start and end of what is replaced, and the text that replaces it."""


def bindings(text: str, found: Sequence[Token], terms: Mapping[str, str]) -> list[Change]:
    """Return the changes that bind variables.

    Args:
        text: the query.
        found: its tokens.
        terms: variable (without `?`) to RDF term in N-Triples syntax.
    """
    head = next((at for at, one in enumerate(found) if one.text.upper() in QUERY_FORMS), None)
    if head is None:
        return []
    opening = _pattern(found, head)
    if opening is None:
        return [(len(text), len(text), f"\n{_values(terms)}")]
    return list(_in_pattern(found, opening, terms))


def _in_pattern(found: Sequence[Token], opening: int, terms: Mapping[str, str]) -> Iterator[Change]:
    inside = found[opening].start + 1
    yield inside, inside, _values(terms)
    at, end, names_variables = opening + 1, _closing(found, opening), False
    while at < end:
        token, word = found[at], found[at].text.upper()
        if word == "SELECT" and token.kind == "word":
            inner = _handed_on(found, at, terms)
            pattern = _pattern(found, at)
            if inner and pattern is not None:
                yield from _in_pattern(found, pattern, inner)
            at = _end_of_group(found, at)
            continue
        if word == "VALUES" and token.kind == "word":
            names_variables = True
        elif token.text == "{":
            names_variables = False
        elif token.kind == "variable" and not names_variables and not _must_stay(found, at):
            term = terms.get(token.text[1:], "")
            if term.startswith("<"):
                yield token.start, token.start + len(token.text), term
        at += 1


def _must_stay(found: Sequence[Token], at: int) -> bool:
    """Say whether only a variable may stand there: `AS ?x`, `BOUND(?x)`."""
    before = found[at - 1].text.upper()
    return before == "AS" or (before == "(" and found[at - 2].text.upper() == "BOUND")


def _handed_on(found: Sequence[Token], at: int, terms: Mapping[str, str]) -> dict[str, str]:
    names = set()
    for token in found[at + 1 :]:
        if token.text == "{":
            break
        if token.text == "*" and token.depth == found[at].depth:
            return dict(terms)
        if token.kind == "variable" and token.depth == found[at].depth:
            names.add(token.text[1:])
    return {name: term for name, term in terms.items() if name in names}


def _pattern(found: Sequence[Token], at: int) -> int | None:
    """Return the brace that opens the pattern of the query whose form stands at a place."""
    depth = found[at].depth
    braces = [
        place
        for place in range(at + 1, len(found))
        if found[place].text == "{" and found[place].depth == depth
    ]
    if found[at].text.upper() != "CONSTRUCT":
        return braces[0] if braces else None
    has_template = at + 1 < len(found) and found[at + 1].text == "{"
    return braces[1] if has_template and len(braces) > 1 else None


def _closing(found: Sequence[Token], opening: int) -> int:
    depth = found[opening].depth + 1
    return next(
        (
            place
            for place in range(opening + 1, len(found))
            if found[place].text == "}" and found[place].depth == depth
        ),
        len(found),
    )


def _end_of_group(found: Sequence[Token], at: int) -> int:
    """Return the brace that closes the group a token stands in."""
    depth = found[at].depth
    return next(
        (
            place
            for place in range(at + 1, len(found))
            if found[place].text == "}" and found[place].depth == depth
        ),
        len(found),
    )


def _values(terms: Mapping[str, str]) -> str:
    variables = " ".join(f"?{name}" for name in terms)
    return f"VALUES ({variables}) {{ ({' '.join(terms.values())}) }} "
