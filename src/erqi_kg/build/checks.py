"""The truths of `queries/checks`: SELECT queries that must return no solution."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import pyoxigraph as ox

from erqi_kg.errors import DataError, QuestionInvalid, ShapeViolated
from erqi_kg.namespaces import Names

SHOWN = 3
"""Solutions named in one message."""


def check_truths(
    store: ox.Store, texts: Mapping[str, str], names: Names, files: Mapping[str, str]
) -> list[DataError]:
    """Return an error for each check that finds something, its first solutions named.

    Args:
        store: the quads of the release, the default graph being their merge.
        texts: the queries by file name.

    Raises:
        QuestionInvalid: a check is not a SELECT query.
    """
    errors: list[DataError] = []
    for file, text in texts.items():
        try:
            solutions = store.query(text, base_iri=names.base_iri, prefixes=names.prefixes())
        except SyntaxError as error:
            raise QuestionInvalid(f"is not SPARQL: {error}", file) from error
        if not isinstance(solutions, ox.QuerySolutions):
            raise QuestionInvalid("a check is a SELECT query", file)
        found = [_shown(solution, solutions.variables, names) for solution in solutions]
        if found:
            first = found[0].split(" ", 1)[0]
            errors.append(
                ShapeViolated(
                    f"{PurePath(file).stem} does not hold for {len(found)}: "
                    + "; ".join(found[:SHOWN]),
                    files.get(first, file),
                    first,
                )
            )
    return errors


def _shown(solution: ox.QuerySolution, variables: list[ox.Variable], names: Names) -> str:
    values = [solution[variable] for variable in variables]
    return " ".join(
        value.value.removeprefix(names.things)
        for value in values
        if value is not None and not isinstance(value, ox.Triple)
    )
