"""Make the task of an executor from a request, and scan the query's text, once."""

from __future__ import annotations

from erqi_kg.engine.evaluation import Dumped, Task
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.errors import BadRequest, TooLarge
from erqi_kg.settings import Settings
from erqi_kg.sparql.admission import admit
from erqi_kg.sparql.quick import scan_once


def task_of(request: QueryRequest, settings: Settings, base_iri: str) -> Task:
    """Return what an executor is asked to do for a request.

    Args:
        request: the request; its scan is trusted, so only a scan of its text may be there.
        settings: limits.
        base_iri: of the current release; an executor of a release with another one scans anew.

    Raises:
        BadRequest, TooLarge: the text or the timeout.
        Forbidden, BadRequest, MalformedQuery, NotAcceptable: as `admit` says.
    """
    if request.is_whole_store:
        seconds = _seconds(request, settings)
        dumps: Dumped = "all" if settings.plain else "named"
        return Task("", request.media_type, seconds, dumps=dumps)
    if not request.is_own:
        _check_size(request.text, settings.max_query_bytes)
    scan = request.scan or scan_once(request.text, base_iri, settings.query_nesting)
    task = Task(
        text=request.text,
        media_type=request.media_type,
        seconds=_seconds(request, settings),
        nesting=settings.query_nesting,
        chain=settings.query_chain,
        jsonld_triples=settings.jsonld_triples,
        default_graphs=request.default_graphs,
        named_graphs=request.named_graphs,
        substitutions=dict(request.substitutions),
    )
    if scan is None:
        return task
    admit(
        scan,
        request.text,
        request.media_type,
        deepest=settings.query_nesting,
        longest=settings.query_chain,
    )
    return task.admitted(base_iri, scan)


def _check_size(text: str, most_bytes: int) -> None:
    try:
        size_bytes = len(text.encode())
    except UnicodeEncodeError as error:
        raise BadRequest(f"The query is not Unicode text: {error.reason}.") from error
    if size_bytes > most_bytes:
        raise TooLarge(f"The query has {size_bytes} bytes; at most {most_bytes} are accepted.")


def _seconds(request: QueryRequest, settings: Settings) -> float:
    if request.timeout_s is None:
        return settings.query_timeout_s
    if request.timeout_s <= 0:
        raise BadRequest("The timeout must be more than 0 seconds.")
    return min(settings.query_timeout_s, request.timeout_s)
