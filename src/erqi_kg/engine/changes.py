"""Evaluate a change on a private copy of the store; the outcome is what it adds and removes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from erqi_kg.engine.delta import Delta, Quads, difference, name_of, named_graphs, quads_of
from erqi_kg.engine.interface import ChangeKind
from erqi_kg.engine.parts import documents
from erqi_kg.engine.uploads import parsed
from erqi_kg.errors import BadRequest, EngineUnavailable, Forbidden, QueryTooHeavy
from erqi_kg.sparql.admission import admit_update
from erqi_kg.sparql.mistakes import translated
from erqi_kg.sparql.updates import (
    ANY_GRAPH,
    DEFAULT_GRAPH,
    DELETE_DATA,
    INSERT_DATA,
    Operation,
)

_MERGED = "urn:x-erqi:merged-default-graph"


@dataclass(frozen=True)
class ChangeTask:
    """What an executor is asked to change."""

    kind: ChangeKind
    seconds: float
    """Longest evaluation."""
    nesting: int
    """Deepest nesting of brackets that is accepted."""
    chain: int
    """Longest chain that is accepted."""
    writable: str
    """Prefix of the graphs that may be written; "": all of them, and the default graph."""
    graph: str = ""
    """Of the graph store's operations: an IRI, `DEFAULT_GRAPH` or `ANY_GRAPH`."""
    media_type: str = ""
    """Of the uploaded document."""
    using: tuple[str, ...] | None = None
    """IRIs of `using-graph-uri` (SPARQL 1.1 Protocol, 2.2.3)."""
    using_named: tuple[str, ...] | None = None
    commit: int = 0
    """The commit the change is made on."""
    cut: int = 0
    """Of an undone commit: how many bytes of the body are quads that come back."""

    def to_header(self) -> dict[str, Any]:
        """Return the task as JSON members."""
        return dict(vars(self))

    @classmethod
    def from_header(cls, header: Mapping[str, Any]) -> ChangeTask:
        """Read what `to_header` wrote."""
        return cls(**header)


def change(store: ox.Store, task: ChangeTask, body: bytes, base_iri: str) -> Delta:
    """Return what a change does to a store; the store itself is left in any state.

    Args:
        store: a copy that nobody else sees.
        task: the change.
        body: the update, or the RDF document; of an undone commit its N-Quads.
        base_iri: the base of relative IRIs.

    Raises:
        Forbidden: it writes where it may not, or holds SERVICE or LOAD.
        BadRequest: not SPARQL, not RDF, or it cannot be done.
        QueryTooHeavy: past the memory limit.
    """
    try:
        if task.kind == "update":
            return _updated(store, task, _text(body), base_iri)
        if task.kind == "undo":
            return _undone(store, body, task.cut)
        return _graph_store(store, task, body, base_iri)
    except MemoryError as error:
        raise QueryTooHeavy("memory") from error
    except OSError as error:
        raise EngineUnavailable(f"The store or the disk failed: {error}") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The update is not UTF-8: {error.reason}.") from error


def _updated(store: ox.Store, task: ChangeTask, text: str, base_iri: str) -> Delta:
    operations = admit_update(
        text,
        writable=task.writable,
        deepest=task.nesting,
        longest=task.chain,
        base_iri=base_iri,
        using=task.using is not None or task.using_named is not None,
    )
    kinds = {operation.kind for operation in operations}
    try:
        if kinds == {INSERT_DATA}:
            return _inserted(store, text, task.writable, base_iri)
        if kinds == {DELETE_DATA}:
            return _deleted(store, operations, text, base_iri)
        touched = set[str]().union(*(operation.targets for operation in operations))
        return difference(store, touched, lambda: _run(store, operations, text, task, base_iri))
    except SyntaxError as error:
        raise translated(text, str(error)) from error
    except (ValueError, RuntimeError) as error:
        raise BadRequest(f"The update cannot be done: {error}.") from error


def _inserted(store: ox.Store, text: str, writable: str, base_iri: str) -> Delta:
    scratch = ox.Store()
    scratch.update(text, base_iri=base_iri)
    quads = set(scratch)
    for quad in quads:
        _check_graph(name_of(quad.graph_name), writable)
    created = [graph.value for graph in scratch.named_graphs() if graph not in named_graphs(store)]
    return Delta(added={quad for quad in quads if quad not in store}, created=created)


def _deleted(store: ox.Store, operations: Sequence[Operation], text: str, base_iri: str) -> Delta:
    scratch = ox.Store()
    scratch.update(text, base_iri=base_iri)  # the engine says what is wrong with it
    for operation in operations:
        insertion = "INSERT" + operation.text[len("DELETE") :]
        scratch.update(f"{operation.prologue}\n{insertion}", base_iri=base_iri)
    return Delta(removed={quad for quad in scratch if quad in store})


def _run(
    store: ox.Store,
    operations: Sequence[Operation],
    text: str,
    task: ChangeTask,
    base_iri: str,
) -> None:
    """Run an update; one operation after the other where the engine's datasets are no sets."""
    reads_elsewhere = task.using is not None or task.using_named is not None
    if not reads_elsewhere and all(len(one.using) < 2 and not _is_idle(one) for one in operations):
        store.update(text, base_iri=base_iri)
        return
    _check_syntax(text, base_iri)
    for operation in operations:
        if _is_idle(operation):
            continue
        default, named = operation.using, operation.using_named
        if reads_elsewhere:
            default, named = task.using or (), task.using_named or ()
        if len(default) > 1:
            _merge(store, default)
            default = (_MERGED,)
        if default or named or reads_elsewhere:
            operation = operation.reading(default, named)
        store.update(operation.request, base_iri=base_iri)
        store.remove_graph(ox.NamedNode(_MERGED))


def _is_idle(operation: Operation) -> bool:
    """Say whether it is a LOAD SILENT, which fails in silence here: nothing is fetched."""
    return operation.kind == "LOAD"


def _merge(store: ox.Store, graphs: Sequence[str]) -> None:
    merged = ox.NamedNode(_MERGED)
    for graph in graphs:
        quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        store.extend([ox.Quad(one.subject, one.predicate, one.object, merged) for one in quads])


def _check_syntax(text: str, base_iri: str) -> None:
    try:
        ox.Store().update(text, base_iri=base_iri)
    except RuntimeError:
        return  # it is SPARQL, but the empty store lacks what it needs


def _graph_store(store: ox.Store, task: ChangeTask, body: bytes, base_iri: str) -> Delta:
    """SPARQL 1.1 Graph Store HTTP Protocol, 5."""
    if task.graph != ANY_GRAPH:
        _check_graph("" if task.graph == DEFAULT_GRAPH else task.graph, task.writable)
    existed = _exists(store, task.graph)
    if task.kind == "drop":
        delta = difference(store, {task.graph}, lambda: _drop(store, task.graph))
        delta.existed = existed
        return delta
    base = base_iri if task.graph in (DEFAULT_GRAPH, ANY_GRAPH) else task.graph
    scratch = ox.Store()  # writes numbers as the store does
    for media_type, document in documents(body, task.media_type):
        scratch.extend(parsed(document, media_type, base, into=task.graph))
    quads = set(scratch)
    for quad in quads:
        _check_graph(name_of(quad.graph_name), task.writable)
    known = named_graphs(store)
    names = {name_of(quad.graph_name) for quad in quads}
    if task.graph not in (DEFAULT_GRAPH, ANY_GRAPH):
        names.add(task.graph)
    there: Quads = set()
    if task.kind == "replace":
        there = set(quads_of(store, {task.graph}))
    return Delta(
        added={quad for quad in quads if quad not in store},
        removed=there - quads,
        created=sorted(name for name in names if name and ox.NamedNode(name) not in known),
        existed=existed,
    )


def _drop(store: ox.Store, graph: str) -> None:
    if graph == ANY_GRAPH:
        store.clear()
    elif graph == DEFAULT_GRAPH:
        store.clear_graph(ox.DefaultGraph())
    else:
        store.remove_graph(ox.NamedNode(graph))


def _undone(store: ox.Store, body: bytes, cut: int) -> Delta:
    """Return the inverse of a commit, as far as later ones have not done it already."""
    back = ox.parse(body[:cut], format=ox.RdfFormat.N_QUADS)
    gone = ox.parse(body[cut:], format=ox.RdfFormat.N_QUADS)
    known = named_graphs(store)
    added = {quad for quad in back if quad not in store}
    names = {name_of(quad.graph_name) for quad in added} - {""}
    return Delta(
        added=added,
        removed={quad for quad in gone if quad in store},
        created=sorted(name for name in names if ox.NamedNode(name) not in known),
    )


def _exists(store: ox.Store, graph: str) -> bool:
    if graph in (DEFAULT_GRAPH, ANY_GRAPH):
        return True
    return store.contains_named_graph(ox.NamedNode(graph))


def _check_graph(name: str, writable: str) -> None:
    if writable and not name.startswith(writable):
        raise Forbidden(
            f"Only workspace graphs can be written: name one whose IRI begins with {writable}",
            extra={"workspace": writable},
        )
