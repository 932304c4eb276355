"""Write the queries that a plan needs: to ask here, to ask there, and the whole at last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from erqi_kg.federation.contexts import Piece
from erqi_kg.federation.groups import Element
from erqi_kg.federation.planning import Plan, Service
from erqi_kg.federation.scopes import starts_with
from erqi_kg.sparql.prologue import ABSOLUTE
from erqi_kg.sparql.tokens import tokens


@dataclass(frozen=True)
class Rows:
    """The solutions of a SERVICE group, as lines of a VALUES block."""

    variables: tuple[str, ...]
    lines: str
    count: int

    def block(self) -> str:
        """Return them as SPARQL that joins with what stands around it."""
        return f"VALUES ({_names(self.variables)}) {{{self.lines}}}"

    def without_lines(self) -> str:
        """Return what a scan reads alike: a block without its solutions."""
        return Rows(self.variables, "", self.count).block()


def local_query(plan: Plan, service: Service, known: Mapping[Element, Rows], most: int) -> str:
    """Return the query for the values that are sent along, one more than is too many."""
    parts = [_piece(plan, piece, known) for piece in service.pieces]
    return (
        f"{plan.head}SELECT DISTINCT {_names(service.sent)} WHERE {{\n"
        + "\n".join(parts)
        + f"\n}} LIMIT {most + 1}"
    )


def remote_query(plan: Plan, service: Service, values: Sequence[str]) -> str:
    """Return what the endpoint is asked.

    Args:
        plan: of the query.
        service: the group.
        values: lines of the VALUES block that is sent along; none: the group alone.
    """
    group = service.element.groups[0]
    body = plan.text[group.start + 1 : group.end]
    if group.inner is not None:
        body = f"{{{body}}}"
    if values:
        block = f"VALUES ({_names(service.sent)}) {{ {' '.join(values)} }}"
        goes_first = group.inner is not None or starts_with(group, frozenset(service.sent))
        body = f"{block}\n{body}" if goes_first else f"{body}\n{block} "
    wanted = f"SELECT {_names(service.variables)} WHERE" if service.variables else "ASK"
    return f"{_head_for(plan, body)}{wanted} {{\n{body}}}"


def whole_query(plan: Plan, known: Mapping[Element, Rows], *, lines: bool = True) -> str:
    """Return the query with the solutions in place of its SERVICE groups."""
    return _replaced(
        plan.text,
        [
            (element.start, element.end, rows.block() if lines else rows.without_lines())
            for element, rows in known.items()
        ],
    )


def emptied_query(plan: Plan) -> str:
    """Return the query without its SERVICE groups and without solutions, every line in its place.

    Who asks it learns what is wrong with the rest before anybody else is asked.
    """
    replaced = [
        (one.element.start, one.element.end, _as_long(plan.text, one)) for one in plan.services
    ]
    root = plan.root
    opening, closing = ("{", "}") if root.inner is not None else ("", "")
    replaced.append((root.start + 1, root.start + 1, opening))
    replaced.append((root.end, root.end, f"{closing} FILTER(false) "))
    return _replaced(plan.text, replaced)


def _as_long(text: str, service: Service) -> str:
    lines = text.count("\n", service.element.start, service.element.end)
    return Rows(service.variables, "\n" * lines, 0).block()


def _replaced(text: str, parts: Sequence[tuple[int, int, str]]) -> str:
    made, at = [], 0
    for start, end, part in sorted(parts):
        made += [text[at:start], part]
        at = end
    return "".join([*made, text[at:]])


def _piece(plan: Plan, piece: Piece, known: Mapping[Element, Rows]) -> str:
    element = piece.element
    text = known[element].block() if element in known else plan.text[element.start : element.end]
    if element.kind == "triples" and not text.endswith("."):
        text += " ."
    for graph in reversed(piece.around):
        text = f"{graph} {{ {text} }}"
    return text


def _head_for(plan: Plan, body: str) -> str:
    """Return the declarations that a group needs, so that no other is told to anybody."""
    kept = [
        f"PREFIX {name}: <{iri}>\n"
        for name, iri in plan.prologue.prefixes.items()
        if f"{name}:" in body
    ]
    has_relative = any(
        token.kind == "iri" and not ABSOLUTE.match(token.text, 1) for token in tokens(body)
    )
    return (f"BASE <{plan.prologue.base_iri}>\n" if has_relative else "") + "".join(kept)


def _names(variables: Sequence[str]) -> str:
    return " ".join(f"?{name}" for name in variables)
