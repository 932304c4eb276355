"""Evaluate one query on a store; pyoxigraph's errors become ours here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import IO, Any, Literal, cast

import pyoxigraph as ox

from erqi_kg.engine.commas import CSV, CommaCounter, write_csv
from erqi_kg.engine.datasets import Dataset, dataset_of, graphs_of
from erqi_kg.engine.residence import Stores
from erqi_kg.engine.serialisation import Results, serialise, serialise_quads
from erqi_kg.engine.spool import AnswerTooLarge, Spool
from erqi_kg.errors import BadRequest, EngineUnavailable, ErqiError, QueryTooHeavy
from erqi_kg.sparql.admission import admit_query
from erqi_kg.sparql.binding import with_bindings
from erqi_kg.sparql.mistakes import translated
from erqi_kg.sparql.scan import Scan

Dumped = Literal["named", "all"]


@dataclass(frozen=True)
class Task:
    """What an executor is asked to do."""

    text: str
    media_type: str
    seconds: float
    """Longest evaluation."""
    nesting: int = 200
    """Deepest nesting of brackets that is accepted."""
    chain: int = 2500
    """Longest chain that is accepted."""
    jsonld_triples: int = 20_000
    """Most triples of an answer in JSON-LD that is compacted."""
    default_graphs: tuple[str, ...] | None = None
    """Of the request, not the text."""
    named_graphs: tuple[str, ...] | None = None
    substitutions: Mapping[str, str] = field(default_factory=dict)
    base_iri: str | None = None
    """Base that the asker has admitted the text with; None: it has not looked at the text."""
    names_graphs: bool = True
    """The text, when it is admitted, uses GRAPH."""
    is_of_default_graph: bool = False
    """Neither the text nor the request names a graph: the default graph alone answers."""
    dumps: Dumped | None = None
    """Instead of a query: the quads of the named graphs, or of the default graph too."""
    commit: int = 0
    """The commit that the answer shows at least."""

    def admitted(self, base_iri: str, scan: Scan) -> Task:
        """Return the task with what a scan of its text has found."""
        graphs = graphs_of(scan, self.default_graphs, self.named_graphs)
        is_named = scan.names_graphs or scan.default_graphs or scan.named_graphs
        return replace(
            self,
            base_iri=base_iri,
            default_graphs=graphs[0],
            named_graphs=graphs[1],
            names_graphs=scan.names_graphs,
            is_of_default_graph=graphs == (None, None) and not is_named,
        )

    def to_header(self) -> dict[str, Any]:
        """Return the task as JSON members."""
        return vars(self) | {"substitutions": dict(self.substitutions)}

    def at_commit(self, commit: int) -> Task:
        """Return the task for an answer that shows this commit at least."""
        return self if commit == self.commit else replace(self, commit=commit)

    @classmethod
    def from_header(cls, header: Mapping[str, Any]) -> Task:
        """Read what `to_header` wrote."""
        return cls(**header)


def evaluate(
    stores: Stores, task: Task, base_iri: str, prefixes: Mapping[str, str], spool: Spool
) -> None:
    """Evaluate a query and write the whole answer into the spool.

    Raises:
        Forbidden: SERVICE or LOAD.
        NotAcceptable: the media type does not fit the form of the query.
        MalformedQuery: not SPARQL.
        BadRequest: a graph IRI or substitution is wrong.
        QueryTooHeavy: past a limit.
        EngineUnavailable: the store or the disk failed.
    """
    if task.dumps is not None:
        _dump(stores.whole, task, prefixes, spool)
        return
    if task.base_iri != base_iri:
        task = _admitted(task, base_iri)
    try:
        dataset = dataset_of(
            stores.default_graph if task.is_of_default_graph else stores.whole,
            task.default_graphs,
            task.named_graphs,
            names_graphs=task.names_graphs,
        )
        substitutions = {
            ox.Variable(name): term_of(text) for name, text in task.substitutions.items()
        }
    except ValueError as error:
        raise BadRequest(f"Not a graph IRI or RDF term: {error}") from error
    try:
        _write(lambda: _results(dataset, task.text, base_iri, substitutions), task, prefixes, spool)
        spool.finish()
    except SyntaxError as error:
        _admitted(task, base_iri)  # it may know better what is wrong
        raise translated(task.text, str(error)) from error
    except AnswerTooLarge as error:
        raise QueryTooHeavy("answer") from error
    except MemoryError as error:
        raise QueryTooHeavy("memory") from error
    except ErqiError:
        raise
    except (ValueError, RuntimeError) as error:
        raise BadRequest(f"The query cannot be evaluated: {error}") from error
    except OSError as error:
        raise EngineUnavailable(f"The store or the disk failed: {error}") from error


def _write(
    ask: Callable[[], Results], task: Task, prefixes: Mapping[str, str], spool: Spool
) -> None:
    results = ask()
    if isinstance(results, ox.QueryTriples):
        output = cast(IO[bytes], spool)
        serialise(results, task.media_type, prefixes, output, task.jsonld_triples)
        return
    write_solutions(results, ask, task.media_type, spool)


def write_solutions(
    results: Results, ask: Callable[[], Results], media_type: str, spool: Spool
) -> None:
    """Write solutions or a truth value; in CSV so that every IRI is one field.

    Args:
        results: what `ask` has returned.
        ask: returns the same again.
        media_type: of the answer.
        spool: is written to.
    """
    if media_type != CSV or not isinstance(results, ox.QuerySolutions):
        serialise(results, media_type, {}, cast(IO[bytes], spool), 0)
        return
    columns, counter = len(results.variables), CommaCounter(spool)
    serialise(results, media_type, {}, cast(IO[bytes], counter), 0)
    if not counter.is_right(columns):
        spool.clear()
        write_csv(cast(ox.QuerySolutions, ask()), spool)


def _dump(store: ox.Store, task: Task, prefixes: Mapping[str, str], spool: Spool) -> None:
    quads = (
        quad
        for quad in store
        if task.dumps == "all" or not isinstance(quad.graph_name, ox.DefaultGraph)
    )
    try:
        serialise_quads(quads, task.media_type, prefixes, cast(IO[bytes], spool))
        spool.finish()
    except AnswerTooLarge as error:
        raise QueryTooHeavy("answer") from error
    except OSError as error:
        raise EngineUnavailable(f"The store or the disk failed: {error}") from error


def _admitted(task: Task, base_iri: str) -> Task:
    scan = admit_query(
        task.text,
        task.media_type,
        deepest=task.nesting,
        longest=task.chain,
        base_iri=base_iri,
    )
    return task.admitted(base_iri, scan)


def _results(
    dataset: Dataset, text: str, base_iri: str, substitutions: Mapping[ox.Variable, Any]
) -> Results:
    def ask(query: str, bound: Mapping[ox.Variable, Any] | None) -> Results:
        return dataset.store.query(
            query,
            base_iri=base_iri,
            default_graph=cast(Any, dataset.default_graph),
            named_graphs=cast(Any, dataset.named_graphs),
            substitutions=cast(Any, bound),
        )

    if not substitutions:
        return ask(text, None)
    try:
        return ask(text, substitutions)
    except RuntimeError:
        # Raised for a SELECT that does not project the variable; anything else is raised again.
        terms = {variable.value: str(term) for variable, term in substitutions.items()}
        return ask(with_bindings(text, terms), None)


def term_of(text: str) -> Any:
    """Return the term that a text in N-Triples syntax stands for.

    Raises:
        ValueError: it is not one term.
    """
    try:
        found = [
            quad.object for quad in ox.parse(f"<a:s> <a:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
        ]
    except SyntaxError as error:
        raise ValueError(f"{text!r} is no term in N-Triples syntax") from error
    if len(found) != 1:
        raise ValueError(f"{text!r} is not one term")
    return found[0]
