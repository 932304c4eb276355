"""Run cases of the W3C suites against an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox
import requests

from tests.conformance.cases import SYNTAX, UPDATE, Case, Dataset, Files
from tests.conformance.endpoint import Endpoint, NotReady
from tests.conformance.results import (
    Result,
    Unreadable,
    difference,
    from_csv,
    from_graph,
    from_json,
    from_tsv,
    from_xml,
    graph_difference,
)

READERS: dict[str, tuple[str, Callable[[bytes], Result]]] = {
    "srx": ("application/sparql-results+xml", from_xml),
    "srj": ("application/sparql-results+json", from_json),
    "tsv": ("text/tab-separated-values", from_tsv),
    "csv": ("text/csv", from_csv),
}


@dataclass(frozen=True)
class Outcome:
    case: Case
    passed: bool
    why: str = ""


def run(endpoint: Endpoint, cases: Iterable[Case], files: Files) -> list[Outcome]:
    """Return what came of each case; a service that breaks down fails the case it broke at."""
    outcomes = []
    for case in cases:
        try:
            why = _why(endpoint, case, files)
        except (NotReady, Unreadable, requests.RequestException, ValueError, LookupError) as error:
            why = f"{type(error).__name__}: {error}"
        outcomes.append(Outcome(case, not why, why))
    return outcomes


def _why(endpoint: Endpoint, case: Case, files: Files) -> str:
    if case.is_syntax:
        return _syntax(endpoint, case, files)
    endpoint.hold(case.before, files)
    # The suites resolve relative IRIs against the file of the query.
    text = f"BASE <{case.action}> {files.text(case.action)}"
    if case.kind == UPDATE:
        return _update(endpoint, case, text, files)
    return _query(endpoint, case, text, files)


def _syntax(endpoint: Endpoint, case: Case, files: Files) -> str:
    right, is_update = SYNTAX[case.kind]
    endpoint.hold(Dataset(), files)
    text = files.text(case.action)
    if is_update:
        answer = endpoint.update(text)
    else:
        answer = endpoint.ask(text, "application/sparql-results+json, text/turtle;q=0.5")
    if right:
        return f"right, but answered {answer.text[:200]}" if _is_about_syntax(answer) else ""
    refused = 400 <= answer.status_code < 500
    return "" if refused else f"wrong, but answered {answer.status_code}"


def _is_about_syntax(answer: requests.Response) -> bool:
    """Return whether an answer says that the text is no SPARQL.

    A graph that is not there, a function that is unknown and a refused LOAD are something else; a
    service with problem documents tells them apart by type, others by status.
    """
    if answer.status_code != 400:
        return False
    is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
    return not is_problem or "malformed" in answer.json()["type"]


def _update(endpoint: Endpoint, case: Case, text: str, files: Files) -> str:
    answer = endpoint.update(text)
    if not answer.ok:
        return f"answered {answer.status_code}: {answer.text[:200]}"
    return graph_difference(_quads(case.after, files), endpoint.held())


def _quads(dataset: Dataset, files: Files) -> list[ox.Quad]:
    graphs = [(ox.DefaultGraph(), file) for file in dataset.default]
    graphs += [(ox.NamedNode(name), file) for name, file in dataset.named]
    return [
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for graph, file in graphs
        for triple in files.triples(file)
    ]


def _query(endpoint: Endpoint, case: Case, text: str, files: Files) -> str:
    kind = case.result.rpartition(".")[2]
    if kind in READERS:
        media_type, read = READERS[kind]
        answer = endpoint.ask(text, media_type)
        if problem := _problem(answer, media_type):
            return problem
        expected, got = read(files.path(case.result).read_bytes()), read(answer.content)
        return difference(expected, got, lax=case.lax)
    triples = files.triples(case.result)
    stated = from_graph(triples)
    if stated is not None:
        answer = endpoint.ask(text, "application/sparql-results+json")
        problem = _problem(answer, "application/sparql-results+json")
        return problem or difference(stated, from_json(answer.content), lax=case.lax)
    answer = endpoint.ask(text, "application/n-triples")
    if problem := _problem(answer, "application/n-triples"):
        return problem
    parsed = ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)
    return graph_difference([ox.Quad(*triple) for triple in triples], list(parsed))


def _problem(answer: requests.Response, media_type: str) -> str:
    if not answer.ok:
        return f"answered {answer.status_code}: {answer.text[:200]}"
    got = answer.headers.get("Content-Type", "").partition(";")[0]
    return "" if got == media_type else f"answered as {got}, not {media_type}"
