"""The ids of things, types and properties at this service, and the IRIs they stand for."""

from __future__ import annotations

from collections.abc import Iterable

from erqi_kg.namespaces import ID_PATTERN, Names
from erqi_kg.web.showing.asking import ask
from erqi_kg.web.showing.terms import Solution
from erqi_kg.web.sparql.protocol import is_absolute_iri

_AT_ONCE = 400
"""IRIs that one query asks about."""
_OURS = "erqi:"


def thing_iri(thing_id: str, names: Names) -> str | None:
    """Return the IRI of a thing from its id, `division/410103`, or from the IRI itself."""
    short = thing_id.strip().removeprefix(names.things)
    return names.thing(short) if ID_PATTERN.fullmatch(short) else None


def thing_id(iri: str, names: Names) -> str:
    """Return the id of a thing; an IRI elsewhere is its own."""
    return iri.removeprefix(names.things)


def term_iri(term_id: str, names: Names) -> str | None:
    """Return the IRI of a type or property.

    Args:
        term_id: the local name of a term of ours, a prefixed name, or an absolute IRI.
        names: of the release.
    """
    prefix, colon, local = term_id.partition(":")
    if not colon:
        iri = names.term(term_id)
    elif prefix in names.prefixes():
        iri = names.prefixes()[prefix] + local
    else:
        iri = term_id
    return iri if is_absolute_iri(iri) else None


def term_id(iri: str, short: str) -> str:
    """Return the id of a type or property from its IRI and its prefixed name."""
    return short.removeprefix(_OURS) if ":" in short and short != iri else iri


def asked_in_parts(
    name: str, variable: str, iris: Iterable[str], **fixed: list[str]
) -> list[Solution]:
    """Return the solutions of a page query about many IRIs, asked for a few at once."""
    listed = sorted(set(iris))
    return [
        solution
        for start in range(0, len(listed), _AT_ONCE)
        for solution in ask(name, values={variable: listed[start : start + _AT_ONCE], **fixed})
    ]
