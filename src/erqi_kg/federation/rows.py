"""Turn another endpoint's solutions into lines of a VALUES block (SPARQL 1.1 Query, 10.2)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence

import pyoxigraph as ox

_FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.8"


class RowsError(Exception):
    """The answer holds no solutions of the query, or too many."""


def lines_of(
    body: bytes, media_type: str, variables: Sequence[str], most: int, endpoint: str
) -> tuple[str, int]:
    """Return the solutions as lines, and how many there are.

    A blank node becomes a `urn:uuid:` of its own: VALUES has no place for one, and two answers
    share none.

    Args:
        body: of the answer.
        media_type: of the answer, without parameters.
        variables: in the order of the lines; none: the answer is yes or no.
        most: solutions that are taken.
        endpoint: that answered.

    Raises:
        RowsError: not such an answer, or more solutions than that.
    """
    form = _FORMATS.get(media_type)
    if form is None:
        raise RowsError(f"it answered {media_type or 'without a media type'}, no SPARQL results")
    try:
        found = ox.parse_query_results(body, format=form)
        if isinstance(found, ox.QueryBoolean):
            return _truth(bool(found), variables)
        return _solutions(found, variables, most, _Nodes(endpoint, body))
    except (SyntaxError, ValueError) as error:
        raise RowsError(f"its answer cannot be read: {error}") from error


def _truth(is_true: bool, variables: Sequence[str]) -> tuple[str, int]:
    if variables:
        raise RowsError("it answered yes or no where solutions were asked")
    return ("()\n", 1) if is_true else ("", 0)


def _solutions(
    found: ox.QuerySolutions, variables: Sequence[str], most: int, nodes: _Nodes
) -> tuple[str, int]:
    if not variables:
        raise RowsError("it answered with solutions where yes or no was asked")
    known = {variable.value for variable in found.variables}
    lines: list[str] = []
    for solution in found:
        if len(lines) >= most:
            raise RowsError(f"it has more than {most} solutions")
        terms = (solution[name] if name in known else None for name in variables)
        lines.append(f"({' '.join(nodes.written(term) for term in terms)})\n")
    return "".join(lines), len(lines)


class _Nodes:
    """Gives the blank nodes of one answer their names."""

    def __init__(self, endpoint: str, body: bytes) -> None:
        digest = hashlib.sha256(body).hexdigest()
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"{endpoint} {digest}")

    def written(self, term: object) -> str:
        if term is None:
            return "UNDEF"
        if isinstance(term, ox.BlankNode):
            return f"<{uuid.uuid5(self._space, term.value).urn}>"
        if isinstance(term, ox.NamedNode | ox.Literal):
            return str(term)
        raise RowsError("a solution holds a quoted triple, which is not taken over")
