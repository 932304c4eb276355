"""Refuse what no engine should be asked, saying where it stands and what to do instead."""

from __future__ import annotations

from erqi_kg.errors import BadRequest, Forbidden, MalformedQuery, NotAcceptable
from erqi_kg.sparql.media_types import media_types_of
from erqi_kg.sparql.mistakes import explained, nul_in
from erqi_kg.sparql.scan import Scan, scan_query
from erqi_kg.sparql.tokens import Position

SERVICE_REFUSED = (
    "SERVICE is refused: this endpoint calls no other endpoint for a client. Ask the other "
    "endpoint yourself and pass its solutions in a VALUES block, or federate from your own side."
)
LOAD_REFUSED = "LOAD is refused: this endpoint fetches nothing for a client."
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
    nul = nul_in(text)
    if nul is not None:
        raise nul
    if scan.mistake is not None:
        raise explained(text, scan.mistake)
    if scan.form and media_type.partition(";")[0] not in media_types_of(scan.form):
        raise NotAcceptable(list(media_types_of(scan.form)))


def _place(position: Position) -> dict[str, object]:
    return {"line": position.line, "column": position.column}
