"""Tell of property paths that may have no steps (SPARQL 1.1 Query Language, 9.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from erqi_kg.sparql.tokens import Token

_OPERATORS = frozenset(("/", "|", "^", "*", "+", "?", "!"))
_NO_STEPS = frozenset(("*", "?"))


def may_have_no_steps(found: Sequence[Token]) -> bool:
    """Say whether triples hold a path that a node without any triple may match."""
    return any(_may_be_empty(run) for run in _runs(found))


def _runs(found: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield what stands between variables, literals and punctuation: paths, with IRIs beside."""
    run: list[Token] = []
    for token in found:
        is_part = token.kind in ("iri", "name", "word") or token.text in (*_OPERATORS, "(", ")")
        if is_part:
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _may_be_empty(run: Sequence[Token]) -> bool:
    """Say so unless one step of a plain sequence cannot be left out."""
    texts = [token.text for token in run]
    if not _NO_STEPS & set(texts):
        return False
    if "|" in texts or "(" in texts:
        return True
    step_is_free = False
    for text in [*texts, "/"]:
        if text == "/":
            if not step_is_free:
                return False
            step_is_free = False
        elif text in _NO_STEPS:
            step_is_free = True
    return True
