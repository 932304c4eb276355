"""Answer a query from what a request says, the same for Flask's route and the way before it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from werkzeug.http import http_date, quote_etag

from erqi_kg.engine.caching import KeptAnswer
from erqi_kg.engine.interface import Answer, IsWanted, QueryRequest
from erqi_kg.errors import ErqiError
from erqi_kg.federation.report import FederatedAnswer, report_field
from erqi_kg.sparql.quick import scan_once
from erqi_kg.sparql.scan import Scan, form_of, may_be_volatile
from erqi_kg.sparql.words import GRAPH_FORMS, QUERY_FORMS
from erqi_kg.storedir import Release
from erqi_kg.web.headers import ORIGINS, SECURITY, VARY
from erqi_kg.web.http.clients import client_of
from erqi_kg.web.http.codings import coding_for, encoded, mark_of
from erqi_kg.web.http.conditional import ALWAYS_ASK, PINNED, built_at, entity_tag, held_tag
from erqi_kg.web.http.formats import content_type, named_format, offers_of
from erqi_kg.web.http.negotiation import HTML, preferred_of
from erqi_kg.web.http.presence import Presence
from erqi_kg.web.service import Service
from erqi_kg.web.sparql.doctor import doctor_link
from erqi_kg.web.sparql.protocol import QueryOperation

READ_AT_ONCE_BYTES = 4_000_000
"""Larger answers are sent in parts; their length is known all the same."""
_COMMON = (*ORIGINS.items(), *SECURITY.items(), ("Vary", ", ".join(VARY)))
_OFFERS = {graph: offers_of(graph=graph) for graph in (False, True)}
_NAMES = {graph: tuple(offers) for graph, offers in _OFFERS.items()}
SERVICE_REPORT = "Service-Report"
"""What was asked of other endpoints (docs/federation.md)."""
_ONE_REQUEST_A_TIME = ("HTTP/1.0", "HTTP/1.1")


@dataclass(frozen=True)
class Asked:
    """What of a request, beside its operation, an answer depends on."""

    method: str
    accept: str
    accept_encoding: str
    if_none_match: str
    client: str
    is_wanted: IsWanted | None

    @classmethod
    def from_environ(cls, environ: Mapping[str, Any], service: Service) -> Asked:
        """Read a WSGI environment."""
        remote = environ.get("REMOTE_ADDR", "")
        watched = remote and environ.get("SERVER_PROTOCOL") in _ONE_REQUEST_A_TIME
        return cls(
            method=environ["REQUEST_METHOD"],
            accept=environ.get("HTTP_ACCEPT", ""),
            accept_encoding=environ.get("HTTP_ACCEPT_ENCODING", ""),
            if_none_match=environ.get("HTTP_IF_NONE_MATCH", ""),
            client=client_of(
                remote, environ.get("HTTP_X_FORWARDED_FOR", ""), service.trusted_proxies
            ),
            is_wanted=Presence(remote).is_there if watched else None,
        )


@dataclass(frozen=True)
class Reply:
    """A whole response, with all its headers and its coding."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes | Answer = b""


@dataclass(frozen=True)
class Query:
    """A query, and what is known of its answer before it is evaluated."""

    operation: QueryOperation
    text: str
    scan: Scan | None
    form: str
    media_type: str
    release: Release
    """The one that is served."""

    @property
    def is_graph(self) -> bool:
        """Say whether the answer holds triples."""
        return self.form in GRAPH_FORMS

    @property
    def is_volatile(self) -> bool:
        """Say whether the query answers otherwise when asked again."""
        return may_be_volatile(self.text) if self.scan is None else self.scan.is_volatile

    @property
    def freshness(self) -> str:
        """Return the Cache-Control of its answer."""
        return PINNED if self.operation.release else ALWAYS_ASK

    def tag(self, release_id: str, language: str = "") -> str:
        """Return the entity tag of its answer on a release."""
        asked = self.operation.release or release_id
        return entity_tag(asked, self.text, self.operation.dataset, self.media_type, language)


def read_query(service: Service, operation: QueryOperation, accept: str) -> Query:
    """Choose the media type of a query's answer.

    Raises:
        NotAcceptable, BadRequest: there is none.
    """
    text = operation.query or ""
    release = service.release
    scan = scan_once(text, release.manifest.base_iri, service.settings.query_nesting)
    form = form_of(text) if scan is None else scan.form
    graph = form in GRAPH_FORMS
    if operation.format is not None:
        media_type = named_format(operation.format, graph=graph)
    elif form not in QUERY_FORMS:
        media_type = _NAMES[graph][0]  # the engine says what is wrong with it
    else:
        media_type = preferred_of(accept, _NAMES[graph])
    return Query(operation, text, scan, form, media_type, release)


def evaluate(service: Service, query: Query, asked: Asked) -> Answer:
    """Ask the engine and count the outcome."""
    started = time.monotonic()
    outcome = "answered"
    operation = query.operation
    try:
        return service.engine.answer(
            QueryRequest(
                text=query.text,
                media_type=_OFFERS[query.is_graph].get(query.media_type, query.media_type),
                default_graphs=operation.default_graphs,
                named_graphs=operation.named_graphs,
                timeout_s=operation.timeout_s,
                release=operation.release,
                scan=query.scan,
                client=asked.client,
                is_wanted=asked.is_wanted,
            )
        )
    except ErqiError as error:
        outcome = type(error).__name__
        raise
    finally:
        service.metrics.count_query(outcome, time.monotonic() - started)


def reply_to(service: Service, operation: QueryOperation, asked: Asked) -> Reply | None:
    """Return the response to a query; None when a page is wanted.

    Raises:
        RequestError, ServiceError, StoreError: there is no answer.
    """
    query = read_query(service, operation, asked.accept)
    if query.media_type == HTML:
        return None
    if query.is_volatile:
        return _reply(query, evaluate(service, query, asked), asked, ("Cache-Control", "no-store"))
    tag = query.tag(query.release.id)
    held = held_tag(asked.method, asked.if_none_match, tag)
    if held is not None:
        fields = (("ETag", held), ("Cache-Control", query.freshness))
        return Reply("304 NOT MODIFIED", [*fields, *_COMMON])
    answer = evaluate(service, query, asked)
    release = query.release
    if answer.release != release.id:
        release = service.release_of(answer.release)
        tag = query.tag(release.id)
    return _reply(query, answer, asked, *_validators(tag, release, query.freshness))


def _validators(tag: str, release: Release, freshness: str) -> tuple[tuple[str, str], ...]:
    return (
        ("ETag", tag),
        ("Last-Modified", _date(built_at(release))),
        ("Cache-Control", freshness),
    )


@lru_cache(maxsize=16)
def _date(moment: datetime) -> str:
    return http_date(moment)


def _reply(query: Query, answer: Answer, asked: Asked, *fields: tuple[str, str]) -> Reply:
    """Return an answer as a response; the tag among the fields is not quoted yet."""
    is_kept = isinstance(answer, KeptAnswer)
    mark = f"-{answer.digest}" if isinstance(answer, KeptAnswer) else ""
    headers = [("Content-Type", content_type(query.media_type))]
    if isinstance(answer, FederatedAnswer):
        headers.append((SERVICE_REPORT, report_field(answer.asked)))
    size_bytes = answer.size_bytes
    body: bytes | Answer = answer
    media_type = query.media_type
    coding = coding_for(media_type, size_bytes, asked.accept_encoding)
    if coding is not None:
        body = _encoded(answer, coding)
        size_bytes = len(body)
        mark += mark_of(coding)
        headers.append(("Content-Encoding", coding))
    elif size_bytes <= READ_AT_ONCE_BYTES:
        body = answer.read()
        link = doctor_link(query.operation, body, media_type) if query.form == "SELECT" else None
        if link is not None:
            headers.append(("Link", link))
    headers.append(("Content-Length", str(size_bytes)))
    for name, value in fields:
        text = quote_etag(value + mark, weak=not is_kept) if name == "ETag" else value
        headers.append((name, text))
    return Reply("200 OK", [*headers, *_COMMON], body)


def _encoded(answer: Answer, coding: str) -> bytes:
    if not isinstance(answer, KeptAnswer):
        return encoded(answer.read(), coding)
    held = answer.coded
    if held is None or held[0] != coding:
        held = answer.coded = (coding, encoded(answer.body, coding))
    return held[1]
