"""Ask what is to be cited, whole or not at all, and ask it again later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from erqi_kg.engine.interface import QueryRequest
from erqi_kg.errors import BadRequest, TooLarge
from erqi_kg.settings import variable_name
from erqi_kg.sparql.quick import LONGEST, scan_once
from erqi_kg.web.citing.citation import Citation, Comparison, compare
from erqi_kg.web.http.formats import JSON_RESULTS
from erqi_kg.web.service import Service
from erqi_kg.web.sparql.protocol import QueryOperation

_CITED_FORMS = ("SELECT", "ASK")


def check_citable(service: Service, text: str) -> None:
    """Make sure that a query can be asked again with the same outcome.

    Raises:
        BadRequest: says why not.
    """
    names = service.release.manifest.base_iri
    scan = scan_once(text, names, service.settings.query_nesting)
    if scan is None:
        raise BadRequest(f"Queries of more than {LONGEST} characters cannot be cited.")
    if scan.is_volatile or scan.service is not None:
        raise BadRequest(
            "This query answers otherwise when it is asked again (NOW, RAND, UUID, STRUUID, "
            "BNODE or SERVICE); what it answers cannot be cited."
        )
    if scan.form in ("CONSTRUCT", "DESCRIBE"):
        raise BadRequest("Answers of SELECT and ASK can be cited, not graphs; cite the graph.")


def cited_answer(
    service: Service,
    operation: QueryOperation,
    client: str,
    question: str = "",
    titles: Mapping[str, str] | None = None,
) -> Citation:
    """Return the citation of a query's answer, which is evaluated for it.

    Args:
        service: the parts of the service.
        operation: the query, its dataset and its release.
        client: whose query it is.
        question: id in the question library.
        titles: the question in words.

    Raises:
        RequestError, ServiceError: there is no answer.
        TooLarge: the answer is larger than what is cited.
    """
    check_citable(service, operation.query or "")
    answer = service.engine.answer(
        QueryRequest(
            operation.query or "",
            JSON_RESULTS,
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
            timeout_s=operation.timeout_s,
            release=operation.release,
            client=client,
        )
    )
    most_kb = service.settings.citation_kb
    if answer.size_bytes > most_kb * 1024:
        answer.close()
        raise TooLarge(
            f"The answer has more than {most_kb} KiB ({variable_name('citation_kb')}); cite one "
            "that is smaller, or the release."
        )
    return Citation(
        query=operation.query or "",
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        release=answer.release,
        release_built=service.release_of(answer.release).manifest.built,
        cited=datetime.now(UTC).isoformat(timespec="seconds"),
        answer=json.loads(answer.read()),
        question=question,
        titles=dict(titles or {}),
    )


def compared(service: Service, cited: Citation, client: str) -> Comparison:
    """Ask a cited query of the served release, and compare.

    Raises:
        RequestError, ServiceError: there is no answer now.
    """
    operation = QueryOperation(cited.query, cited.default_graphs, cited.named_graphs)
    return compare(cited, cited_answer(service, operation, client))
