"""The variables that a query selects (SPARQL 1.1 Query Language, 18.2.4.4), from its text."""

from __future__ import annotations

from erqi_kg.sparql.tokens import tokens

_ENDS = frozenset(("WHERE", "FROM"))


def projected(text: str) -> tuple[str, ...]:
    """Return the names in the SELECT clause in its order; () for `SELECT *` and other forms."""
    names: list[str] = []
    is_within = is_named = False
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if word in _ENDS or token.text == "{":
            break
        if not is_within:
            is_within = word == "SELECT"
        elif token.kind == "variable" and (token.depth == 0 or is_named):
            names.append(token.text[1:])
        is_named = is_within and token.depth == 1 and word == "AS"
    return tuple(names)
