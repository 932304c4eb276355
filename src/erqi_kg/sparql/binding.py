"""Bind variables of a SELECT query that its projection leaves out.

The engine binds variables in the algebra, but only those a SELECT projects. For the others a
VALUES block is put at the head of the WHERE clause, where it joins with everything in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from erqi_kg.sparql.tokens import tokens


def with_bindings(text: str, terms: Mapping[str, str]) -> str:
    """Return the query with its variables bound.

    Args:
        text: a SELECT query.
        terms: variable (without `?`) to RDF term in N-Triples syntax, both checked before.
    """
    opening = next(
        (token for token in tokens(text) if token.text == "{" and token.depth == 0), None
    )
    if opening is None:
        return text
    variables = " ".join(f"?{name}" for name in terms)
    block = f" VALUES ({variables}) {{ ({' '.join(terms.values())}) }} "
    head = opening.start + 1
    return text[:head] + block + text[head:]
