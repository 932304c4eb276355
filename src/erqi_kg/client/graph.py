"""A knowledge graph behind a SPARQL 1.1 endpoint, as data frames."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from erqi_kg.client import questions, site
from erqi_kg.client.bodies import CLOSED_TRIPLES, TRIPLES, UntoldEndError, check_not_limited
from erqi_kg.client.frames import frame_of, library
from erqi_kg.client.results import columns, truth
from erqi_kg.client.transport import Transport
from erqi_kg.errors import UsageError

if TYPE_CHECKING:
    import rdflib

_JSON = "application/sparql-results+json"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")
_EVIDENCE = """PREFIX erqi: <https://w3id.org/erqi/def#>
PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT ?property ?value ?basis ?quote ?source ?reasonZh ?reasonEn WHERE {
  ?support erqi:supports <%s> ; erqi:property ?property ; erqi:basis ?basis .
  OPTIONAL { <%s> ?property ?value }
  OPTIONAL { ?support erqi:quote ?target .
    ?target oa:hasSelector/oa:exact ?quote . OPTIONAL { ?target oa:hasSource ?source } }
  OPTIONAL { ?support erqi:reason ?reasonZh FILTER(LANG(?reasonZh) = "zh") }
  OPTIONAL { ?support erqi:reason ?reasonEn FILTER(LANG(?reasonEn) = "en") }
} ORDER BY ?property ?value ?quote"""


class Graph:
    """A graph that is asked over HTTP.

    Every method raises `RequestError` or `ServiceError` (with `status`, `title`, `detail`) when the
    server answers an error, `RemoteUnavailable` when it cannot be reached, and `RemoteFailed` when
    its answer is broken off: a frame is never silently short.
    """

    def __init__(self, url: str, **limits: Any) -> None:
        """Name the endpoint; nothing is asked yet.

        Args:
            url: address of the endpoint, such as `http://127.0.0.1:7878/sparql`.
            limits: `timeout_s` (30), `retries` (2), `longest_wait_s` (30), `most_bytes`
                (256 MiB) and `agent`, as `Transport` says.

        Raises:
            UsageError: one of them is wrong.
        """
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"an endpoint is an http or https address, unlike {url!r}")
        try:
            self._transport = Transport(url, **limits)
        except TypeError as error:
            known = ", ".join(one.name for one in fields(Transport)[1:])
            raise UsageError(f"the limits are {known}; given: {', '.join(limits)}") from error

    @property
    def endpoint(self) -> str:
        """Return the address of the endpoint."""
        return self._transport.endpoint

    @property
    def release(self) -> str | None:
        """Return the release that is asked; None for the newest."""
        return self._transport.parameters.get("release")

    def newest_release(self) -> str:
        """Return the id of the release that the service answers from now."""
        return site.newest_release(self._transport)

    def at(self, release: str) -> Graph:
        """Return this graph as it was in a release of the service, for all that is asked."""
        found = Graph(self.endpoint)
        parameters = {**self._transport.parameters, "release": release}
        found._transport = replace(self._transport, parameters=parameters)
        return found

    def select(self, query: str, *, to: str = "pandas", languages: bool = False) -> Any:
        """Return the solutions, a row each; columns as the query names them, also when empty.

        `attrs` of a pandas frame has `endpoint`, `query`, `release` (None: the newest), `asked`
        (UTC), `etag` and `last_modified`.

        Args:
            query: a SELECT query.
            to: `pandas` or `polars`.
            languages: after a column with texts in some language comes one with their tags, whose
                name ends with `@`.
        """
        library(to)
        asked = _now()
        got = self._transport.query(query, _JSON)
        attrs = {
            "endpoint": self.endpoint,
            "query": query,
            "release": self.release,
            "asked": asked,
            "etag": got.headers.get("ETag"),
            "last_modified": got.headers.get("Last-Modified"),
        }
        found = columns(got.body)
        if not found:
            raise UsageError("the query selects no variable; `ask` says whether it has solutions")
        check_not_limited(got.headers, len(found[0].values))
        if languages:
            found = [one for column in found for one in (column, column.languages()) if one]
        return frame_of(found, to, attrs)

    def ask(self, query: str) -> bool:
        """Return whether an ASK query has a solution."""
        return truth(self._transport.query(query, _JSON).body)

    def construct(self, query: str) -> rdflib.Graph:
        """Return the triples of a CONSTRUCT or DESCRIBE query."""
        from erqi_kg.client.triples import graph_of

        try:
            got = self._transport.query(query, *TRIPLES)
        except UntoldEndError:  # Fuseki ends such answers by closing the connection
            got = self._transport.query(query, *CLOSED_TRIPLES)
        found = graph_of(got.body, got.media_type)
        check_not_limited(got.headers, len(found))
        return found

    def describe(self, iri: str) -> rdflib.Graph:
        """Return what the endpoint tells of a thing."""
        return self.construct(f"DESCRIBE <{_checked(iri)}>")

    def evidence(self, iri: str, *, to: str = "pandas") -> Any:
        """Return the words behind each value of a record.

        Columns: `property`, `value`, `basis`, `quote`, `source`, and for what is inferred
        `reasonZh` and `reasonEn`.
        """
        name = _checked(iri)
        return self.select(_EVIDENCE % (name, name), to=to)

    def questions(self, *, to: str = "pandas") -> Any:
        """Return the library: `id`, `zh`, `en`, and the names of parameters with spaces between."""
        library(to)
        made = questions.listed(self._transport)
        return frame_of(made, to, {"endpoint": self.endpoint, "asked": _now()})

    def question(self, question_id: str, /, *, to: str = "pandas", **parameters: object) -> Any:
        """Return all rows of the answer to a question of the library.

        `attrs` has `endpoint`, `question`, `parameters`, `release` and `asked`.

        Raises:
            BadRequest: a parameter is unknown or of another type; `extra` says which.
        """
        library(to)
        asked = _now()
        found = questions.answered(self._transport, question_id, parameters)
        about = {"endpoint": self.endpoint, **found.about, "asked": asked}
        return frame_of(found.columns, to, about)

    def cite(self, query: str) -> site.Citation:
        """Have the service keep a query with its answer under an address that stays."""
        return site.cited(self._transport, query)


def _checked(iri: str) -> str:
    if not _ABSOLUTE.fullmatch(iri):
        raise UsageError(f"{iri!r} is not an absolute IRI")
    return iri


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
