"""The page that shows the answer of a query to a person."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, render_template

from erqi_kg.engine.interface import Answer
from erqi_kg.federation.report import FederatedAnswer
from erqi_kg.web.showing.pages import display
from erqi_kg.web.showing.terms import Solutions, iris_in, read_solutions
from erqi_kg.web.sparql.doctor import diagnose, doctor_values
from erqi_kg.web.sparql.protocol import QueryOperation

MOST_SHOWN = 1000
"""Solutions shown on a page; the downloads hold all of them."""
_MOST_BYTES = 8_000_000
_MOST_TEXT = 500_000
_RESULT_LINKS = (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"), ("XML", "xml"))
_GRAPH_LINKS = (
    ("Turtle", "ttl"),
    ("N-Triples", "nt"),
    ("JSON-LD", "jsonld"),
    ("RDF/XML", "rdf"),
    ("TriG", "trig"),
    ("N-Quads", "nq"),
)


def result_page(
    operation: QueryOperation, answer: Answer, *, graph: bool, is_volatile: bool = False
) -> Response:
    """Return the page of an answer: a table, yes or no, or the graph as Turtle.

    Args:
        operation: the query.
        answer: what came of it.
        graph: the answer is one.
        is_volatile: the query answers otherwise when asked again, so nobody can cite it.
    """
    values: dict[str, object] = {
        "operation": operation,
        "elapsed_ms": round(answer.elapsed_s * 1000, 1),
        "size_bytes": answer.size_bytes,
        "release_id": answer.release,
        "formats": format_links(operation, graph=graph),
        "cite_fields": _shared(operation),
        "is_citable": not graph and not is_volatile,
        "display": display(),
    }
    if isinstance(answer, FederatedAnswer):
        values["asked"] = answer.asked
    if answer.size_bytes > _MOST_BYTES:
        answer.close()
        values["too_large"] = True
    elif graph:
        text = answer.read().decode("utf-8")
        values |= {"turtle": text[:_MOST_TEXT], "is_cut": len(text) > _MOST_TEXT}
    else:
        found = read_solutions(answer.read())
        values |= _solution_values(found)
        if not found and not isinstance(found, bool):
            values |= doctor_values(diagnose(operation))
    return Response(render_template("results.html", **values), mimetype="text/html")


def format_links(operation: QueryOperation, *, graph: bool) -> list[tuple[str, str]]:
    """Return (name, address) of the same answer in every other format."""
    shared = _shared(operation)
    if operation.timeout_s is not None:
        shared.append(("timeout", f"{operation.timeout_s:g}"))
    return [
        (name, "/sparql?" + urlencode([*shared, ("format", short)]))
        for name, short in (_GRAPH_LINKS if graph else _RESULT_LINKS)
    ]


def _shared(operation: QueryOperation) -> list[tuple[str, str]]:
    """Return the parameters that the answer depends on."""
    shared = [("query", operation.query or "")]
    shared += [("default-graph-uri", iri) for iri in operation.default_graphs or ()]
    shared += [("named-graph-uri", iri) for iri in operation.named_graphs or ()]
    if operation.release is not None:
        shared.append(("release", operation.release))
    return shared


def _solution_values(found: Solutions | bool) -> dict[str, object]:
    if isinstance(found, bool):
        return {"boolean": found}
    shown = found.solutions[:MOST_SHOWN]
    display().learn(iris_in(shown))
    return {
        "variables": found.variables,
        "solutions": shown,
        "count": len(found),
        "is_cut": len(found) > len(shown),
    }
