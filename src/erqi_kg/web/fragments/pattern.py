"""Triple patterns as clients write them (Triple Pattern Fragments, 3.3; Hydra, 4.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from erqi_kg.errors import BadRequest
from erqi_kg.namespaces import Names
from erqi_kg.web.showing.parameters import told
from erqi_kg.web.showing.terms import iri_text, string_text
from erqi_kg.web.sparql.protocol import is_absolute_iri

POSITIONS = ("subject", "predicate", "object")
GRAPH = "graph"
_LITERAL = re.compile(
    r'"(?P<text>.*)"(?:@(?P<language>[A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(?P<datatype>.+))?', re.DOTALL
)
_VARIABLE = re.compile(r"\?\S*")
_PREFIXED = re.compile(r"(?P<prefix>[a-z-]*):(?P<local>[^/].*|)")


@dataclass(frozen=True)
class Pattern:
    """A triple pattern in the default graph, or in one named graph."""

    bound: Mapping[str, str]
    """Terms in N-Triples syntax, by position; what is left out matches everything."""
    written: Mapping[str, str]
    """The same as the client wrote them."""
    graph: str = ""
    """IRI of the named graph; "": the default graph."""

    @property
    def substitutions(self) -> dict[str, str]:
        """Return the terms of the pattern and its graph, by variable of the queries."""
        graph = {GRAPH: iri_text(self.graph)} if self.graph else {}
        return {**self.bound, **graph}

    @property
    def is_possible(self) -> bool:
        """Say whether any triple can match: a subject or predicate is no literal."""
        return not any(self.bound.get(one, "").startswith('"') for one in POSITIONS[:2])

    def fields(self) -> list[tuple[str, str]]:
        """Return the parameters of its address."""
        graph = [(GRAPH, self.graph)] if self.graph else []
        return [*graph, *((name, self.written[name]) for name in POSITIONS if name in self.written)]

    def query(self) -> str:
        """Return the parameters of its address, encoded."""
        return urlencode(self.fields())


def read_pattern(given: Mapping[str, str], names: Names) -> Pattern:
    """Read the parameters of a request.

    Raises:
        BadRequest: one is no term; names the parameter.
    """
    written = {name: given[name] for name in POSITIONS if _is_term(given.get(name, ""))}
    bound = {name: _term(name, value, names) for name, value in written.items()}
    graph = given.get(GRAPH, "")
    if graph and not is_absolute_iri(graph):
        raise _wrong(GRAPH, graph)
    return Pattern(bound, written, graph)


def _is_term(value: str) -> bool:
    """Say whether a position is bound: variables, and nothing at all, match everything."""
    return bool(value) and _VARIABLE.fullmatch(value) is None


def _term(name: str, value: str, names: Names) -> str:
    literal = _LITERAL.fullmatch(value)
    if literal is None:
        return _iri(name, value, names)
    text = string_text(literal["text"].encode("utf-8", "replace").decode())
    if literal["language"]:
        return f"{text}@{literal['language']}"
    return f"{text}^^{_iri(name, literal['datatype'], names)}" if literal["datatype"] else text


def _iri(name: str, value: str, names: Names) -> str:
    is_whole = value.startswith("<") and value.endswith(">")
    bare = value[1:-1] if is_whole else value
    prefixed = None if is_whole else _PREFIXED.fullmatch(bare)
    if prefixed is not None and prefixed["prefix"] in names.prefixes():
        bare = names.prefixes()[prefixed["prefix"]] + prefixed["local"]
    if not is_absolute_iri(bare):
        raise _wrong(name, value)
    return iri_text(bare)


def _wrong(name: str, value: str) -> BadRequest:
    texts = told("error.no-term", name=name, value=value)
    return BadRequest(texts["en"], extra={"parameter": name}, told=texts)
