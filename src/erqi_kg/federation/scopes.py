"""Say which variables a group shows, and which it always binds (SPARQL 1.1 Query, 18.2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from erqi_kg.federation.groups import Element, Group
from erqi_kg.federation.paths import may_have_no_steps
from erqi_kg.sparql.tokens import Token

Names = frozenset[str]
_NONE: Names = frozenset()
_ORDERED = frozenset(("optional", "minus", "bind", "lateral"))


def variables_of(found: Iterable[Token]) -> Names:
    """Return the variables among tokens, without `?` or `$`."""
    return frozenset(token.text[1:] for token in found if token.kind == "variable")


def joined_names(element: Element) -> Names:
    """Return what an element can share with others: variables, and labels of blank nodes."""
    labels = frozenset(token.text for token in element.tokens if token.kind == "blank")
    return variables_of(element.tokens) | labels


def visible(group: Group) -> Names:
    """Return the variables that a group's solutions may bind."""
    if group.inner is not None:
        return _projected(group, visible(group.inner), certain_only=False)
    return _NONE.union(*(_visible(element) for element in group.elements))


def certain(group: Group) -> Names:
    """Return the variables that every solution of a group binds, as far as is plain to see."""
    if group.inner is not None:
        return _projected(group, certain(group.inner), certain_only=True)
    return _NONE.union(*(certain_of(element) for element in group.elements))


def certain_of(element: Element) -> Names:
    """Return the variables that every solution of an element binds."""
    if element.kind == "triples":
        # Engines differ in whether a path of no steps leads from a value to itself.
        return _NONE if may_have_no_steps(element.tokens) else variables_of(element.tokens)
    if element.kind == "values":
        has_gap = any(token.text.upper() == "UNDEF" for token in element.tokens)
        return _NONE if has_gap else variables_of(element.tokens)
    if element.kind in ("graph", "service"):
        return certain(element.groups[0]) | _name_of(element)
    if element.kind == "union":
        first, *rest = (certain(group) for group in element.groups)
        return first.intersection(*rest)
    return _NONE


def starts_with(group: Group, names: Names) -> bool:
    """Say whether values of these variables may be put first in a group.

    OPTIONAL, MINUS and BIND depend on what stands before them, so it must bind the variables.
    """
    known = _NONE
    for element in group.elements:
        if element.kind in _ORDERED:
            return names <= known
        known |= certain_of(element)
    return True


def bound_by(element: Element) -> str:
    """Return the variable that a BIND binds."""
    names = [token.text[1:] for token in element.tokens if token.kind == "variable"]
    return names[-1] if names else ""


def services_in(group: Group) -> Iterator[Element]:
    """Yield the SERVICE elements in a group and in the groups in it."""
    if group.inner is not None:
        yield from services_in(group.inner)
    for element in group.elements:
        if element.kind == "service":
            yield element
        yield from chain.from_iterable(services_in(inner) for inner in element.groups)


def _visible(element: Element) -> Names:
    if element.kind in ("triples", "values"):
        return variables_of(element.tokens)
    if element.kind == "bind":
        return frozenset((bound_by(element),))
    if element.kind in ("filter", "minus"):
        return _NONE
    return _NONE.union(*(visible(group) for group in element.groups)) | _name_of(element)


def _name_of(element: Element) -> Names:
    return variables_of((element.name,)) if element.name is not None else _NONE


def _projected(group: Group, inside: Names, *, certain_only: bool) -> Names:
    head: Sequence[Token] = group.select or ()
    depth = head[0].depth
    plain = variables_of(token for token in head if token.depth == depth)
    if any(token.text == "*" and token.depth == depth for token in head):
        return inside
    if certain_only:
        return plain & inside
    named = (
        after
        for before, after in pairwise(head)
        if before.text.upper() == "AS" and before.depth == depth + 1
    )
    return plain | variables_of(named)
