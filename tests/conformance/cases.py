"""Read the manifests of the W3C suites into cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

BASES = {
    "sparql11": "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/",
    "dawg-data-r2": "http://www.w3.org/2001/sw/DataAccess/tests/data-r2/",
}
MANIFESTS = {
    "sparql11": ["manifest-all.ttl"],
    "dawg-data-r2": ["manifest-evaluation.ttl", "manifest-syntax.ttl"],
}
NOT_RUN = {
    "entailment": "entailment regimes are no part of what the service announces",
    "service": "the cases name hosts that a test machine cannot be",
    "protocol": "the manifest has no requests; those of tests/conformance/protocol.toml are run",
    "service-description": "as for the protocol",
}
QUERY, CSV = "QueryEvaluationTest", "CSVResultFormatTest"
UPDATE = "UpdateEvaluationTest"
SYNTAX = {
    "PositiveSyntaxTest": (True, False),
    "PositiveSyntaxTest11": (True, False),
    "NegativeSyntaxTest": (False, False),
    "NegativeSyntaxTest11": (False, False),
    "PositiveUpdateSyntaxTest11": (True, True),
    "NegativeUpdateSyntaxTest11": (False, True),
}
"""For each kind of syntax test, whether the text is right and whether it is an update."""

_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)


@dataclass(frozen=True)
class Dataset:
    """Files by graph: None for the default graph; one file is one graph unless it is that."""

    default: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    """Name of the graph and IRI of the file, in the order of the names."""


@dataclass(frozen=True)
class Case:
    iri: str
    name: str
    kind: str
    suite: str
    group: str
    action: str
    """IRI of the file with the query or update."""
    before: Dataset = field(default_factory=Dataset)
    after: Dataset = field(default_factory=Dataset)
    """What the store holds after an update."""
    result: str = ""
    """IRI of the file with the expected result of a query."""
    lax: bool = False
    """How often a solution comes is free, up to the number in the result."""

    @property
    def is_syntax(self) -> bool:
        return self.kind in SYNTAX


@dataclass(frozen=True)
class Files:
    """The files of the suites by the IRIs they have at the W3C."""

    root: Path

    def path(self, iri: str) -> Path:
        for suite, base in BASES.items():
            if iri.startswith(base):
                return self.root / suite / iri.removeprefix(base)
        raise ValueError(f"{iri} is in no suite")

    def text(self, iri: str) -> str:
        return self.path(iri).read_bytes().decode("utf-8")

    def named_in(self, iri: str) -> list[str]:
        """Return the files of the suites that a query names by FROM and FROM NAMED."""
        names = (urljoin(iri, name) for name in _FROM.findall(self.text(iri)))
        return [name for name in names if name.startswith(iri.rpartition("/")[0] + "/")]

    def triples(self, iri: str) -> list[ox.Triple]:
        """Return the triples of a file, its own IRI as the base."""
        form = ox.RdfFormat.from_extension(self.path(iri).suffix.lstrip("."))
        parsed = ox.parse(self.path(iri).read_bytes(), format=form, base_iri=iri)
        return [quad.triple for quad in parsed]


class Manifest:
    """One manifest file."""

    def __init__(self, files: Files, suite: str, name: str) -> None:
        self._files = files
        self.suite = suite
        self.iri = BASES[suite] + name
        self._graph = ox.Dataset(
            ox.Quad(triple.subject, triple.predicate, triple.object)
            for triple in files.triples(self.iri)
        )

    def _all(self, subject: object, predicate: str) -> list[ox.NamedNode | ox.BlankNode]:
        return [
            quad.object
            for quad in self._graph.quads_for_subject(subject)
            if quad.predicate.value == predicate
        ]

    def _one(self, subject: object, predicate: str) -> str:
        found = self._all(subject, predicate)
        return found[0].value if found else ""

    def _list(self, predicate: str) -> Iterator[ox.NamedNode]:
        for node in self._all(ox.NamedNode(self.iri), MF + predicate):
            while node.value != RDF + "nil":
                yield from self._all(node, RDF + "first")
                node = self._all(node, RDF + "rest")[0]

    @cached_property
    def included(self) -> list[str]:
        """Return the names of the manifests this one includes, below the suite."""
        return [node.value.removeprefix(BASES[self.suite]) for node in self._list("include")]

    def cases(self) -> Iterator[Case]:
        group = self.iri.removeprefix(BASES[self.suite]).rpartition("/")[0]
        for entry in self._list("entries"):
            kind = self._one(entry, RDF + "type").removeprefix(MF).removeprefix(UT)
            yield self._case(entry, kind, group)

    def _case(self, entry: ox.NamedNode, kind: str, group: str) -> Case:
        action = self._all(entry, MF + "action")[0]
        result = (self._all(entry, MF + "result") or [None])[0]
        is_update = kind == UPDATE
        words = UT if is_update else QT
        if kind in SYNTAX:
            asked, before = action.value, Dataset()
        else:
            asked = self._one(action, words + ("request" if is_update else "query"))
            before = self._dataset(action, words)
        if kind == QUERY:
            before = self._with_named(before, asked)
        return Case(
            iri=entry.value,
            name=self._one(entry, MF + "name"),
            kind=kind,
            suite=self.suite,
            group=group,
            action=asked,
            before=before,
            after=self._dataset(result, UT) if is_update and result else Dataset(),
            result=result.value if isinstance(result, ox.NamedNode) else "",
            lax=bool(self._one(entry, MF + "resultCardinality")),
        )

    def _with_named(self, dataset: Dataset, query: str) -> Dataset:
        """Add the graphs a query names: the suites mean the files at those places."""
        named = {file: file for file in self._files.named_in(query)} | dict(dataset.named)
        return Dataset(dataset.default, tuple(sorted(named.items())))

    def _dataset(self, node: object, words: str) -> Dataset:
        named = []
        for graph in self._all(node, words + "graphData"):
            file = self._one(graph, words + "graph") or graph.value
            named.append((self._one(graph, LABEL) or file, file))
        default = [data.value for data in self._all(node, words + "data")]
        return Dataset(tuple(sorted(default)), tuple(sorted(named)))


def read_cases(root: Path) -> list[Case]:
    """Return the cases of both suites that can be run over HTTP, in the manifests' order."""
    files = Files(root)
    found = []
    for suite, names in MANIFESTS.items():
        for top in names:
            for name in Manifest(files, suite, top).included:
                if name.partition("/")[0] not in NOT_RUN:
                    found += Manifest(files, suite, name).cases()
    return found
