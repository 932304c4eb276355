"""Plan how a query with SERVICE is answered: refuse, ask along, ask alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from erqi_kg.errors import BadRequest, Forbidden, MalformedQuery, TooLarge
from erqi_kg.federation.contexts import Piece, Place, places_in, restriction
from erqi_kg.federation.groups import Element, Group, NotReadable, root_group
from erqi_kg.federation.scopes import Names, certain, services_in, variables_of, visible
from erqi_kg.sparql.admission import SERVICE_REFUSED
from erqi_kg.sparql.prologue import Prologue
from erqi_kg.sparql.tokens import Lines, Token, tokens
from erqi_kg.sparql.words import QUERY_FORMS

_BEFORE_ALL = frozenset(("SELECT", "DISTINCT", "REDUCED", "DESCRIBE"))
MOST_SERVICES = 16
"""SERVICE groups of one query."""
DEEPEST = 100
LONGEST = 50_000
"""Characters of a query with SERVICE, which is read between requests."""
_PLACES = "a WHERE group, and the groups in it"


@dataclass(frozen=True, eq=False)
class Service:
    """One SERVICE group to be asked for."""

    place: Place
    endpoint: str
    variables: tuple[str, ...]
    """Bound by the group and used in the rest of the query."""
    pieces: tuple[Piece, ...]
    """What is asked here first."""
    sent: tuple[str, ...]
    """Variables whose values are sent along."""
    reason: str = ""
    """Why none are."""

    @property
    def element(self) -> Element:
        """Return where it stands in the query."""
        return self.place.service


@dataclass(frozen=True)
class Plan:
    """A query with SERVICE, read."""

    text: str
    prologue: Prologue
    root: Group
    """The WHERE group."""
    services: tuple[Service, ...] = field(default=())

    @cached_property
    def head(self) -> str:
        """Return the declarations of all prefixes, and of the base."""
        base = f"BASE <{self.prologue.base_iri}>\n" if self.prologue.base_iri else ""
        prefixes = (f"PREFIX {name}: <{iri}>\n" for name, iri in self.prologue.prefixes.items())
        return base + "".join(prefixes)


def plan_of(text: str, base_iri: str, allowed: frozenset[str]) -> Plan:
    """Read a query that holds SERVICE; nothing is asked of anybody.

    Args:
        text: the query, admitted but for SERVICE.
        base_iri: the base of relative IRIs.
        allowed: endpoints that may be asked.

    Raises:
        Forbidden: an endpoint that is not allowed, or a variable in its place.
        BadRequest: a SERVICE where it cannot be replaced by its solutions.
        MalformedQuery: the text is not built as SPARQL is.
    """
    if len(text) > LONGEST:
        raise TooLarge(f"A query with SERVICE may have {LONGEST} characters, not {len(text)}.")
    found = list(tokens(text))
    if any(token.depth > DEEPEST for token in found):
        raise BadRequest(f"A query with SERVICE may nest brackets {DEEPEST} deep, not deeper.")
    if sum(map(_is_service, found)) > MOST_SERVICES:
        raise BadRequest(f"A query may hold {MOST_SERVICES} SERVICE groups, not more.")
    form_at = next((at for at, one in enumerate(found) if one.text.upper() in QUERY_FORMS), None)
    if form_at is None:
        raise MalformedQuery("The text is no query.")
    prologue = Prologue(base_iri)
    for at, token in enumerate(found[:form_at]):
        prologue.declare(found[at - 1] if at else None, token, found[at + 1])
    _check_endpoints(text, found, prologue, allowed)
    try:
        root, _ = root_group(found, form_at)
        places = list(places_in(root, text))
    except NotReadable as error:
        raise MalformedQuery(f"The groups of the query cannot be read: {error}.") from error
    inside = sum(1 + _services_within(place.service) for place in places)
    if inside != sum(_is_service(token) for token in found):
        raise BadRequest(f"SERVICE is understood in {_PLACES}, not elsewhere in a query.")
    services = tuple(_service(place, found, form_at, prologue) for place in places)
    return Plan(text, prologue, root, services)


def _is_service(token: Token) -> bool:
    return token.kind == "word" and token.text.upper() == "SERVICE"


def _services_within(service: Element) -> int:
    return sum(1 for group in service.groups for _ in services_in(group))


def _check_endpoints(
    text: str, found: list[Token], prologue: Prologue, allowed: frozenset[str]
) -> None:
    """Refuse every endpoint that is not allowed, wherever in the text it stands."""
    for at, token in enumerate(found):
        if _is_glued(found, at):
            raise _refused(text, token, SERVICE_REFUSED)
        if not _is_service(token):
            continue
        named = at + 1
        if named < len(found) and found[named].text.upper() == "SILENT":
            named += 1
        if named >= len(found):
            raise MalformedQuery("The query ends after SERVICE.")
        if found[named].kind not in ("iri", "name"):
            reason = "SERVICE is refused here: the endpoint must be an IRI, not a variable."
            raise _refused(text, token, reason)
        if found[named].kind == "name" and not prologue.knows(found[named]):
            continue  # a mistake, told by who admits the text
        endpoint = prologue.iri(found[named])
        if endpoint not in allowed:
            reason = f"SERVICE <{endpoint}> is refused: the operator allows: "
            raise _refused(text, token, reason + ", ".join(f"<{one}>" for one in sorted(allowed)))


def _is_glued(found: list[Token], at: int) -> bool:
    """Say whether the engine would read SERVICE in a longer word, as `scan_query` does."""
    token = found[at]
    if token.kind == "word":
        return "SERVICE" in token.text.upper() and not _is_service(token)
    return (
        token.kind == "name"
        and "SERVICE" in token.text.partition(":")[0].upper()
        and at + 1 < len(found)
        and found[at + 1].text == "{"
        and found[at - 1].text.upper() != "GRAPH"
    )


def _refused(text: str, token: Token, reason: str) -> Forbidden:
    position = Lines(text).position(token.start)
    return Forbidden(reason, extra={"line": position.line, "column": position.column})


def _service(place: Place, found: list[Token], form_at: int, prologue: Prologue) -> Service:
    element = place.service
    if place.obstacle == "lateral":
        raise BadRequest("SERVICE in LATERAL is not answered here; join the group instead.")
    name, group = element.name, element.groups[0]
    if name is None:
        raise MalformedQuery("SERVICE has no endpoint.")
    shown = visible(group)
    used = variables_of(one for one in found if not element.start <= one.start < element.end)
    takes_all = _takes_all(found, form_at)
    variables = shown if takes_all else (shown & used or frozenset(sorted(shown)[:1]))
    pieces, sent, reason = _restriction(place, certain(group))
    return Service(
        place, prologue.iri(name), tuple(sorted(variables)), pieces, tuple(sorted(sent)), reason
    )


def _takes_all(found: list[Token], form_at: int) -> bool:
    """Say whether a query or subquery projects whatever there is."""
    return any(
        token.text == "*" and before.text.upper() in _BEFORE_ALL
        for before, token in pairwise(found[form_at:])
    )


def _restriction(place: Place, wanted: Names) -> tuple[tuple[Piece, ...], Names, str]:
    if not wanted:
        return (), frozenset(), "no triple pattern directly in the group has a variable"
    earlier = [
        piece
        for piece in place.pieces
        if piece.element.kind != "service" or piece.element.start < place.service.start
    ]
    pieces, sent = restriction(earlier, wanted)
    if not sent:
        reason = place.obstacle or "nothing in the query that is joined with it binds its variables"
        return (), frozenset(), reason
    return pieces, sent, ""
