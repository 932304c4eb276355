"""Find the variable that a query uses as it may not (SPARQL 1.1 Query Language, 18.2.4, 19.8)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from erqi_kg.sparql.diagnosis import Finding
from erqi_kg.sparql.tokens import Token

_AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
_AFTER_GROUPS = frozenset(("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"))


def meant(reason: str, found: Sequence[Token]) -> Finding | None:
    """Return what the engine's reason is about, where a person would point; or None."""
    if "unbound" in reason:
        return _ungrouped(found)
    if reason.startswith("SELECT *"):
        star = next((token for token in found if token.text == "*" and token.depth == 0), None)
        return star and Finding("star-grouped", star.start)
    if "overrides" in reason:
        return _taken(found)
    return None


def _ungrouped(found: Sequence[Token]) -> Finding | None:
    """Return the first selected variable that a query with aggregates does not group by."""
    for index, token in enumerate(found):
        if token.text.upper() != "SELECT":
            continue
        level = [one for one in found[index:] if one.braces == token.braces]
        end = next((at for at, one in enumerate(level) if one.text == "{"), len(level))
        selection = level[1:end]
        grouped = _group_variables(level[end:])
        has_aggregate = any(one.text.upper() in _AGGREGATES for one in selection)
        if not has_aggregate and not grouped:
            continue
        for one in selection:
            is_plain = one.kind == "variable" and one.depth == token.depth
            if is_plain and one.text[1:] not in grouped:
                return Finding("ungrouped", one.start, {"at": one.text})
    return None


def _group_variables(level: Sequence[Token]) -> set[str]:
    names: set[str] = set()
    is_inside = False
    for one in level:
        word = one.text.upper()
        if word == "GROUP":
            is_inside = True
        elif word in _AFTER_GROUPS:
            is_inside = False
        elif is_inside and one.kind == "variable":
            names.add(one.text[1:])
    return names


def _taken(found: Sequence[Token]) -> Finding | None:
    variables = [token.text[1:] for token in found if token.kind == "variable"]
    for before, token in pairwise(found):
        if before.text.upper() == "AS" and variables.count(token.text[1:]) > 1:
            return Finding("taken", token.start, {"at": token.text})
    return None
