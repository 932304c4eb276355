"""Read a remote result whole, and write it in the media type the client asked for.

What is sent on was parsed to its end, so half a result is never taken for a whole one, and every
engine's answers look like ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, cast

import pyoxigraph as ox

from erqi_kg.engine.evaluation import write_solutions
from erqi_kg.engine.serialisation import serialise_triples
from erqi_kg.engine.spool import Spool
from erqi_kg.errors import RemoteFailed

SOLUTIONS_TYPE = "application/sparql-results+json"
TRIPLES_TYPE = "application/n-triples"
_TRUTH_OF_VIRTUOSO = "__ASK_RETVAL"


@dataclass(frozen=True)
class Wanted:
    """The form of the answer."""

    media_type: str
    prefixes: Mapping[str, str]
    jsonld_triples: int


def convert(name: str, received: Spool, wanted: Wanted, output: Spool, *, graph: bool) -> None:
    """Write a result in the wanted media type.

    Args:
        name: of the endpoint.
        received: JSON of solutions, or N-Triples.
        wanted: the form of the answer.
        output: takes it.
        graph: triples were received.

    Raises:
        RemoteFailed: what was received is no whole result.
        AnswerTooLarge: past the limit.
    """
    try:
        with received.reader() as source:
            if graph:
                _write_graph(source, wanted, output)
            else:
                _write_solutions(source, wanted, output)
    except (SyntaxError, ValueError) as error:
        raise RemoteFailed(f"{name} sent a result that is broken or not whole: {error}") from error


def rows_of(name: str, received: Spool) -> list[dict[str, str]]:
    """Return solutions as texts, for small results that are of the service itself."""
    try:
        with received.reader() as source:
            parsed = ox.parse_query_results(source.read(), format=ox.QueryResultsFormat.JSON)
        found = cast(ox.QuerySolutions, parsed)
        names = [variable.value for variable in found.variables]
        return [
            {key: getattr(term, "value", str(term)) for key in names if (term := row[key])}
            for row in found
        ]
    except (SyntaxError, ValueError) as error:
        raise RemoteFailed(f"{name} sent a result that is broken or not whole: {error}") from error


def _write_solutions(source: IO[bytes], wanted: Wanted, output: Spool) -> None:
    def solutions() -> Any:
        source.seek(0)
        return _truth_or_solutions(
            ox.parse_query_results(source, format=ox.QueryResultsFormat.JSON)
        )

    write_solutions(solutions(), solutions, wanted.media_type, output)


def _truth_or_solutions(results: Any) -> Any:
    """Return the truth value that Virtuoso hides in a solution, or the results as they are."""
    if not isinstance(results, ox.QuerySolutions):
        return results
    if [variable.value for variable in results.variables] != [_TRUTH_OF_VIRTUOSO]:
        return results
    is_true = any(str(row[0].value) in ("1", "true") for row in results if row[0])
    text = json.dumps({"head": {}, "boolean": is_true})
    return ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)


def _write_graph(source: IO[bytes], wanted: Wanted, output: Spool) -> None:
    quads = ox.parse(source, format=ox.RdfFormat.N_TRIPLES)
    serialise_triples(
        _once(quad.triple for quad in quads),
        wanted.media_type,
        wanted.prefixes,
        cast(IO[bytes], output),
        wanted.jsonld_triples,
    )


def _once(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield each triple once: a graph is a set, which some engines leave to their clients."""
    seen: set[ox.Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple
