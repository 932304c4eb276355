"""Ask any SPARQL service over HTTP: its query and update URLs, and a token if it wants one."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox
import requests

from tests.conformance.cases import Dataset, Files
from tests.conformance.results import Solutions, from_json

JSON = "application/sparql-results+json"
_TIMEOUT_S = 30
_EVERYTHING = "SELECT * WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


class NotReady(Exception):
    """The store could not be filled, or not read."""


@dataclass
class Endpoint:
    name: str
    query_url: str
    update_url: str
    store_url: str = ""
    token: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        if self.token:
            self.session.headers["Authorization"] = f"Bearer {self.token}"
        self._holds: Dataset | None = None

    def ask(self, query: str, accept: str) -> requests.Response:
        return self.session.post(
            self.query_url, data={"query": query}, headers={"Accept": accept}, timeout=_TIMEOUT_S
        )

    def update(self, update: str) -> requests.Response:
        self._holds = None
        return self.session.post(self.update_url, data={"update": update}, timeout=_TIMEOUT_S)

    def hold(self, dataset: Dataset, files: Files) -> None:
        """Make the store hold a dataset and nothing else.

        Raises:
            NotReady: it refuses.
        """
        if self._holds == dataset:
            return
        answer = self.update(f"DROP ALL ;\n{insertion(dataset, files)}")
        if not answer.ok:
            raise NotReady(f"loading is answered {answer.status_code}: {answer.text[:300]}")
        self._holds = dataset

    def held(self) -> list[ox.Quad]:
        """Return all quads of the store.

        Raises:
            NotReady: the store cannot be read.
        """
        answer = self.ask(_EVERYTHING, JSON)
        if not answer.ok:
            raise NotReady(f"reading is answered {answer.status_code}: {answer.text[:300]}")
        result = from_json(answer.content)
        assert isinstance(result, Solutions)
        return [
            ox.Quad(found["s"], found["p"], found["o"], found.get("g", ox.DefaultGraph()))
            for found in result.solutions
        ]


def insertion(dataset: Dataset, files: Files) -> str:
    """Return the update that states a dataset, each file parsed with its own IRI as base."""
    parts = []
    for file in dataset.default:
        parts.append(_statements(file, files))
    for name, file in dataset.named:
        parts.append(f"GRAPH <{name}> {{\n{_statements(file, files)}}}\n")
    return f"INSERT DATA {{\n{''.join(parts)}}}"


def _statements(file: str, files: Files) -> str:
    # Blank nodes of two files are never the same.
    renamed: dict[str, ox.BlankNode] = {}

    def own(term: object) -> object:
        if isinstance(term, ox.BlankNode):
            return renamed.setdefault(term.value, ox.BlankNode())
        return term

    return "".join(
        f"{own(triple.subject)} {triple.predicate} {own(triple.object)} .\n"
        for triple in files.triples(file)
    )
