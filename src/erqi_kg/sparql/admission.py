"""Refuse what no engine should be asked, saying where it stands and what to do instead."""

from __future__ import annotations

from erqi_kg.errors import BadRequest, Forbidden, MalformedQuery, NotAcceptable
from erqi_kg.sparql.media_types import media_types_of
from erqi_kg.sparql.mistakes import explained, nul_in
from erqi_kg.sparql.scan import Scan, scan_query
from erqi_kg.sparql.tokens import Position
from erqi_kg.sparql.updates import (
    ANY_GRAPH,
    DEFAULT_GRAPH,
    DELETE_DATA,
    INSERT_DATA,
    Operation,
    operations_of,
)

SERVICE_REFUSED = (
    "SERVICE is refused: this endpoint calls no other endpoint for a client. Ask the other "
    "endpoint yourself and pass its solutions in a VALUES block, or federate from your own side."
)
LOAD_REFUSED = "LOAD is refused: this endpoint fetches nothing for a client."
USE_QUERY = "This is a query, not an update: send queries to /sparql."
USE_UPDATE = "This is an update, not a query: send updates to /update."


def admit_query(
    text: str, media_type: str, *, deepest: int, longest: int, base_iri: str = ""
) -> Scan:
    """Return the scan of a query that may be evaluated.

    Args:
        text: the query.
        media_type: of the wanted answer.
        deepest: deepest nesting of brackets that is accepted.
        longest: longest chain that is accepted.
        base_iri: the base of relative IRIs.

    Raises:
        Forbidden: SERVICE or LOAD.
        BadRequest: an update.
        MalformedQuery: too deep, too long a chain, or not SPARQL for certain.
        NotAcceptable: the media type does not fit the form of the query.
    """
    scan = scan_query(text, base_iri)
    admit(scan, text, media_type, deepest=deepest, longest=longest)
    return scan


def admit(scan: Scan, text: str, media_type: str, *, deepest: int, longest: int) -> None:
    """Refuse a query that may not be evaluated, from its scan; raises as `admit_query` does."""
    if scan.service is not None:
        raise Forbidden(SERVICE_REFUSED, extra=_place(scan.service))
    if scan.is_update:
        if scan.load is not None:
            raise Forbidden(LOAD_REFUSED, extra=_place(scan.load))
        raise BadRequest(USE_UPDATE)
    _check_size(scan, deepest, longest)
    nul = nul_in(text)
    if nul is not None:
        raise nul
    if scan.mistake is not None:
        raise explained(text, scan.mistake)
    if scan.form and media_type.partition(";")[0] not in media_types_of(scan.form):
        raise NotAcceptable(list(media_types_of(scan.form)))


def admit_update(
    text: str,
    *,
    writable: str,
    deepest: int,
    longest: int,
    base_iri: str = "",
    using: bool = False,
) -> tuple[Operation, ...]:
    """Return the operations of an update that may be evaluated.

    Args:
        text: the update.
        writable: prefix of the graphs that may be written; "": everything.
        deepest: deepest nesting of brackets that is accepted.
        longest: longest chain that is accepted; quads that are data are no chain.
        base_iri: the base of relative IRIs.
        using: the request names what the operations read (`using-graph-uri`).

    Raises:
        Forbidden: SERVICE, LOAD, or a graph that may not be written.
        BadRequest: a query; or both the text and the request name what is read.
        MalformedQuery: too deep, or not SPARQL for certain.
    """
    scan = scan_query(text, base_iri)
    if scan.service is not None:
        raise Forbidden(SERVICE_REFUSED, extra=_place(scan.service))
    if scan.form and not scan.is_update:
        raise BadRequest(USE_QUERY)
    operations = operations_of(text, base_iri)
    has_data = any(operation.kind in (INSERT_DATA, DELETE_DATA) for operation in operations)
    _check_size(scan, deepest, scan.chain if has_data else longest)
    nul = nul_in(text)
    if nul is not None:
        raise nul
    if scan.mistake is not None:
        raise explained(text, scan.mistake)
    if any(one.kind == "LOAD" and (writable or not one.is_silent) for one in operations):
        raise Forbidden(LOAD_REFUSED, extra=_place(scan.load) if scan.load else {})
    if using and any(operation.has_dataset for operation in operations):
        raise BadRequest(
            "The update has USING or WITH, so using-graph-uri and using-named-graph-uri cannot "
            "be given with it (SPARQL 1.1 Protocol, 2.2.3)."
        )
    if writable:
        for operation in operations:
            _check_targets(operation, writable)
    return operations


def _check_targets(operation: Operation, writable: str) -> None:
    names = {DEFAULT_GRAPH: "the default graph", ANY_GRAPH: "graphs it does not name"}
    for target in sorted(operation.targets):
        if not target.startswith(writable):
            written = names.get(target, f"<{target}>")
            raise Forbidden(
                f"{operation.kind} would write {written}. Only workspace graphs can be written: "
                f"name one whose IRI begins with {writable}",
                extra={"workspace": writable},
            )


def _check_size(scan: Scan, deepest: int, longest: int) -> None:
    if scan.depth > deepest:
        raise MalformedQuery(
            f"The brackets are nested {scan.depth} deep; at most {deepest} are accepted.",
            scan.deepest.line,
            scan.deepest.column,
        )
    if scan.chain > longest:
        raise MalformedQuery(
            f"Too long a chain of operators, patterns or groups starts here: {scan.chain} links; "
            f"at most {longest} are accepted. Write values as VALUES or IN, or ask in parts.",
            scan.chained.line,
            scan.chained.column,
        )


def _place(position: Position) -> dict[str, object]:
    return {"line": position.line, "column": position.column}
