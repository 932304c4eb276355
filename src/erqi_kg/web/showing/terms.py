"""RDF terms as pages handle them, read from SPARQL 1.1 JSON results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = frozenset(
    XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger")
)
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')

_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_TRUTHS = {"1": "true", "0": "false"}


@dataclass(frozen=True)
class Term:
    """An IRI, a literal, a blank node or a triple term."""

    kind: str
    """`iri`, `literal`, `bnode` or `triple`."""
    value: str
    language: str = ""
    datatype: str = ""

    @property
    def is_iri(self) -> bool:
        """Say whether this is an IRI."""
        return self.kind == "iri"

    @property
    def is_number(self) -> bool:
        """Say whether this is a literal that states a number."""
        return self.datatype in NUMBERS


Solution = Mapping[str, Term]


@dataclass(frozen=True)
class Solutions:
    """The solutions of a query, with its variables in the order of SELECT."""

    variables: tuple[str, ...]
    solutions: tuple[Solution, ...]

    def __iter__(self) -> Any:
        return iter(self.solutions)

    def __len__(self) -> int:
        return len(self.solutions)


def read_solutions(results_json: bytes) -> Solutions | bool:
    """Read SPARQL JSON results; those of ASK are true or false."""
    results = json.loads(results_json)
    if "boolean" in results:
        return bool(results["boolean"])
    iris: dict[str, Term] = {}
    return Solutions(
        tuple(results["head"]["vars"]),
        tuple(
            {name: _met_term(member, iris) for name, member in solution.items()}
            for solution in results["results"]["bindings"]
        ),
    )


def iri_text(iri: str) -> str:
    """Return an IRI in N-Triples syntax.

    Raises:
        ValueError: it holds a character that no IRI holds.
    """
    if _NOT_IN_IRI.search(iri):
        raise ValueError(f"{iri!r} is no IRI")
    return f"<{iri}>"


def string_text(text: str) -> str:
    """Return a plain string literal in N-Triples syntax."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'


def iris_in(solutions: Iterable[Solution]) -> set[str]:
    """Return all IRIs of some solutions."""
    return {term.value for solution in solutions for term in solution.values() if term.is_iri}


def _met_term(member: Mapping[str, Any], iris: dict[str, Term]) -> Term:
    """Return a term; an IRI that was met before is the same object, as most are met often."""
    if member["type"] != "uri":
        return _term(member)
    value = member["value"]
    found = iris.get(value)
    if found is None:
        found = iris[value] = Term("iri", value)
    return found


def _term(member: Mapping[str, Any]) -> Term:
    if member["type"] == "uri":
        return Term("iri", member["value"])
    if member["type"] == "bnode":
        return Term("bnode", member["value"])
    if member["type"] == "triple":
        parts = (member["value"][part] for part in ("subject", "predicate", "object"))
        return Term("triple", " ".join(_term(part).value for part in parts))
    value, datatype = member["value"], member.get("datatype", "")
    if datatype == _BOOLEAN:
        value = _TRUTHS.get(value, value)  # an engine may write the other lexical form
    return Term("literal", value, member.get("xml:lang", ""), datatype)
