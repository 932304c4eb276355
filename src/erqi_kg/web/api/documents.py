"""A page of an answer as JSON, as CSV, and as JSON-LD."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from erqi_kg.namespaces import PREFIXES
from erqi_kg.questions import Question
from erqi_kg.web.api.paging import Address, Page
from erqi_kg.web.api.rows import plain_row, types_of
from erqi_kg.web.showing.terms import Solution, Solutions, Term

HYDRA = "http://www.w3.org/ns/hydra/core#"
Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class PageOfAnswer:
    """What the documents are made of."""

    question: Question
    release: str
    parameters: Mapping[str, str | int]
    """The values that were bound, IRIs whole."""
    solutions: Solutions
    """All of them."""
    page: Page
    address: Address

    @property
    def links(self) -> Mapping[str, str]:
        """Return the addresses of this page and of others, by relation."""
        return self.address.links(self.page)

    @property
    def shown(self) -> tuple[Solution, ...]:
        """Return the solutions of this page."""
        return tuple(self.page.of(self.solutions.solutions))


def json_document(answer: PageOfAnswer, labels: Labels) -> bytes:
    """Return the page as JSON: what was asked, the columns, the rows, what the IRIs are called."""
    variables = answer.solutions.variables
    types = types_of(variables, answer.solutions)
    return _encoded(
        {
            "question": {"id": answer.question.id, **answer.question.question},
            "note": answer.question.note,
            "release": answer.release,
            "parameters": answer.parameters,
            "columns": [{"name": name, "types": types[name]} for name in variables],
            "total": answer.page.total,
            "offset": answer.page.offset,
            "limit": answer.page.limit,
            "rows": [plain_row(variables, solution) for solution in answer.shown],
            "labels": labels,
            "links": answer.links,
        }
    )


def csv_document(answer: PageOfAnswer) -> bytes:
    """Return the page as SPARQL 1.1 CSV: terms bare, lines that end as RFC 4180 has it."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(answer.solutions.variables)
    for solution in answer.shown:
        lines.writerow(_bare(solution.get(name)) for name in answer.solutions.variables)
    return written.getvalue().encode("utf-8")


def json_ld_document(
    answer: PageOfAnswer, labels: Labels, context: Mapping[str, Any], vocabulary: str
) -> bytes:
    """Return the page as JSON-LD: each row a node, its columns properties of the question's own.

    Args:
        answer: the page.
        labels: of the IRIs on it.
        context: of the release; its `label` names things here too.
        vocabulary: namespace of the columns.
    """
    # Scoped to the type, so that a column may be called `label`, `id` or `rows`.
    columns = {name: vocabulary + name for name in answer.solutions.variables}
    own = {
        "hydra": HYDRA,
        "rdfs": PREFIXES["rdfs"],
        "label": context.get("label", _LABEL),
        "rows": "hydra:member",
        "Row": {"@id": f"{vocabulary}Row", "@context": columns},
    }
    links, whole = answer.links, answer.address.whole
    view = {f"hydra:{name}": {"@id": links[rel]} for rel, name in _OF_VIEWS if rel in links}
    rows = [
        {"@id": f"{whole}#row-{place}", "@type": "Row", **_properties(solution, labels)}
        for place, solution in enumerate(answer.shown, answer.page.offset + 1)
    ]
    return _encoded(
        {
            "@context": own,
            "@id": whole,
            "@type": "hydra:Collection",
            "hydra:totalItems": answer.page.total,
            "hydra:view": {"@id": links["self"], "@type": "hydra:PartialCollectionView", **view},
            "rows": rows,
        }
    )


_LABEL = {"@id": "rdfs:label", "@container": "@language"}
_OF_VIEWS = (("first", "first"), ("prev", "previous"), ("next", "next"), ("last", "last"))


def _properties(solution: Solution, labels: Labels) -> dict[str, Any]:
    return {name: _object(term, labels) for name, term in solution.items()}


def _object(term: Term, labels: Labels) -> dict[str, Any]:
    if term.kind != "literal":
        name = term.value if term.is_iri else f"_:{term.value}"
        return {"@id": name} | ({"label": labels[name]} if name in labels else {})
    if term.language:
        return {"@value": term.value, "@language": term.language}
    return {"@value": term.value} | ({"@type": term.datatype} if term.datatype else {})


def _bare(term: Term | None) -> str:
    if term is None:
        return ""
    return f"_:{term.value}" if term.kind == "bnode" else term.value


def _encoded(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"
