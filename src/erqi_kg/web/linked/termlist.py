"""The terms of the ontology as its page lists them: by module, in the order of the modules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.linked.nodes import Fact, Node
from erqi_kg.web.showing.terms import Solution
from erqi_kg.web.showing.vocabulary import RDF_TYPE

_BLOCK = re.compile(r"^erqi:(\w+) a ", re.MULTILINE)
_HEAD = re.compile(r"#[^:\n]*:\s*([\w -]+?)\s*\((.+?)\)")
_CLASS = PREFIXES["owl"] + "Class"
OTHER = "other"


@dataclass(frozen=True)
class OntologyTerm:
    """A class, property or datatype of the ontology."""

    name: str
    node: Node
    uses: int

    @property
    def is_class(self) -> bool:
        """Say whether this is a class."""
        return any(value.value == _CLASS for value in self.node.values(RDF_TYPE))


@dataclass(frozen=True)
class Module:
    """Terms that one file of the ontology defines."""

    id: str
    titles: Mapping[str, str]
    """By language."""
    terms: list[OntologyTerm]


def terms_from(
    solutions: Iterable[Solution], prefix: str, uses: Mapping[str, int]
) -> dict[str, OntologyTerm]:
    """Read the solutions of `ontology.rq` into terms by local name."""
    nodes: dict[str, Node] = {}
    for solution in solutions:
        iri, name = solution["term"].value, solution["property"].value
        if iri.startswith(prefix):
            fact = nodes.setdefault(iri, Node(iri)).facts.setdefault(name, Fact(name))
            if solution["value"] not in fact.values:
                fact.values.append(solution["value"])
    return {
        iri.removeprefix(prefix): OntologyTerm(iri.removeprefix(prefix), node, uses.get(iri, 0))
        for iri, node in sorted(nodes.items())
    }


def modules_of(directory: Path, terms: Mapping[str, OntologyTerm]) -> list[Module]:
    """Return the terms by module, in the order of the files; those of no module come last."""
    modules: list[Module] = []
    placed: set[str] = set()
    for path in sorted((directory / "modules").glob("*.ttl")):
        text = path.read_text(encoding="utf-8")
        names = [name for name in _BLOCK.findall(text) if name in terms and name not in placed]
        placed.update(names)
        head = _HEAD.match(text)
        titles = {"en": head[1], "zh": head[2]} if head else {"en": path.stem, "zh": path.stem}
        if names:
            modules.append(Module(path.stem, titles, [terms[name] for name in names]))
    others = [term for name, term in terms.items() if name not in placed]
    if others:
        modules.append(Module(OTHER, {"en": "other", "zh": "其他"}, others))
    return modules
