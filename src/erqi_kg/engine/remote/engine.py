"""The engine over a SPARQL 1.1 endpoint elsewhere (see docs/scaling.md)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from erqi_kg.engine.answers import AnswerFacts, WholeAnswer
from erqi_kg.engine.evaluation import Task, term_of
from erqi_kg.engine.frames import Frame
from erqi_kg.engine.interface import ChangeRequest, Committed, QueryRequest
from erqi_kg.engine.remote.asking import Asker, Question
from erqi_kg.engine.remote.connections import Address, Connections
from erqi_kg.engine.remote.conversion import Wanted, convert, rows_of
from erqi_kg.engine.remote.credentials import Credentials
from erqi_kg.engine.remote.datasets import dataset_parameters
from erqi_kg.engine.remote.local_release import LocalRelease
from erqi_kg.engine.remote.offers import NOT_OFFERED
from erqi_kg.engine.remote.patience import Patience
from erqi_kg.engine.remote.published import (
    IDENTIFIER,
    Published,
    PublishedCache,
    published_of,
)
from erqi_kg.engine.remote.texts import query_for_remote
from erqi_kg.engine.remote.writing import RemoteWriter
from erqi_kg.engine.spool import AnswerTooLarge, Spool, spool_directory
from erqi_kg.engine.tasks import task_of
from erqi_kg.engine.turnstile import Turnstile
from erqi_kg.errors import BadRequest, ErqiError, NotOffered, QueryTooHeavy
from erqi_kg.namespaces import REMOTE_RECORD, REMOTE_WORKSPACES, Names
from erqi_kg.settings import Settings
from erqi_kg.sparql.scan import scan_query
from erqi_kg.sparql.words import GRAPH_FORMS
from erqi_kg.storedir import Release

_MIB = 1024 * 1024
_OWN_S = 5.0
"""Longest wait for what is asked for the service itself."""


class RemoteEngine:
    """Asks a remote endpoint; thread-safe.

    Args:
        settings: where it is, and limits.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        credentials = Credentials.of(settings)
        self._asker = Asker(
            Connections(
                Address(settings.remote_query_url or ""),
                credentials,
                settings.remote_connections,
                settings.remote_connect_s,
            ),
            settings.max_answer_mb,
        )
        self._writer = RemoteWriter(settings, credentials)
        self._release = LocalRelease(settings.served_dir)
        self._published = PublishedCache(self._read_published)
        self._turnstile = Turnstile(
            settings.remote_connections,
            settings.queue,
            settings.queue_wait_s,
            of_one=settings.client_queries,
        )

    def answer(self, request: QueryRequest) -> WholeAnswer:
        """Evaluate one query; see `interface.Engine.answer`.

        Raises:
            NotOffered: an older release or the whole store is asked for (501).
            RemoteFailed, RemoteUnavailable: the endpoint gives no whole answer (502, 503).
        """
        if request.release is not None:
            raise NotOffered("A remote engine has no releases: leave `release` out.")
        if request.is_whole_store:
            raise NotOffered("A remote engine is not dumped from here; see /dump.nq.gz.")
        release = self.current()
        task = task_of(request, self.settings, release.manifest.base_iri)
        patience = Patience(time.monotonic() + task.seconds, request.is_wanted)
        with self._turnstile.entered(request.client, request.is_wanted):
            return self._ask(request, task, release, patience)

    def change(self, request: ChangeRequest) -> Committed:
        """Pass a change on; see `interface.Engine.change`."""
        release = self.current()
        published = self._published.get()
        workspaces = self._workspaces(Names(release.manifest.base_iri))
        return self._writer.change(request, release, published, workspaces)

    def current(self) -> Release:
        """Return the local release, which search, VoID and the questions are of."""
        return self._release.get()

    def status(self) -> Mapping[str, object]:
        """Return figures for the status page."""
        started = time.monotonic()
        try:
            published, fault = self._published.get(), None
        except ErqiError as error:
            published, fault = None, str(error)
        local = self.current().manifest.release
        return {
            "residence": "remote",
            "remote": self._asker.name,
            "remote_answers": fault is None,
            "remote_fault": fault,
            "remote_answers_ms": round((time.monotonic() - started) * 1000, 1),
            "release": local,
            "remote_release": published.release if published else None,
            "same_release": published.release == local if published else None,
            "has_merge": published.merge is not None if published else None,
            "executors_busy": self._turnstile.inside,
            "executors_most": self.settings.remote_connections,
            "queue_length": self._turnstile.waiting,
            "queue_most": self.settings.queue,
            "writing": self._writer.is_on,
            "not_offered": dict(NOT_OFFERED),
            "limits": {
                "query_timeout_s": self.settings.query_timeout_s,
                "max_query_bytes": self.settings.max_query_bytes,
                "max_answer_mb": self.settings.max_answer_mb,
                "queue_wait_s": self.settings.queue_wait_s,
            },
        }

    def close(self) -> None:
        """Close the connections."""
        self._asker.close()
        self._writer.close()

    def __enter__(self) -> RemoteEngine:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def _ask(
        self, request: QueryRequest, task: Task, release: Release, patience: Patience
    ) -> WholeAnswer:
        started = time.perf_counter()
        names = Names(release.manifest.base_iri)
        scan = request.scan or scan_query(request.text, names.base_iri)
        dataset = dataset_parameters(
            request, scan, self._published.get(), names, lambda: self._workspaces(names)
        )
        try:
            bound = {name: str(term_of(text)) for name, text in task.substitutions.items()}
        except ValueError as error:
            raise BadRequest(f"Not an RDF term: {error}") from error
        question = Question(
            query_for_remote(request.text, scan, names.base_iri, bound),
            tuple(dataset),
            scan.form in GRAPH_FORMS,
            None if request.is_own else request.text,
        )
        received = self._asker.ask(question, patience)
        output = Spool(self.settings.max_answer_mb * _MIB, spool_directory())
        wanted = Wanted(request.media_type, names.prefixes(), self.settings.jsonld_triples)
        self._release.hold_context(release)
        try:
            convert(self._asker.name, received, wanted, output, graph=question.graph)
            output.finish()
        except AnswerTooLarge as error:
            output.close()
            raise QueryTooHeavy(
                f"The answer is larger than {self.settings.max_answer_mb} MiB; add a LIMIT."
            ) from error
        except BaseException:
            output.close()
            raise
        finally:
            received.close()
        header = {"size": output.size_bytes, "elapsed_s": time.perf_counter() - started}
        descriptors = () if output.descriptor is None else (output.descriptor,)
        frame = Frame(header, output.inline, descriptors)
        return WholeAnswer(AnswerFacts(request.media_type, release.id), frame)

    def _read_published(self) -> Published:
        release = self.current()
        names = Names(release.manifest.base_iri)
        text = f"SELECT ?subject ?value {{ ?subject <{IDENTIFIER}> ?value }}"
        rows = self._own(text, names.remote(REMOTE_RECORD))
        return published_of([(row["subject"], row["value"]) for row in rows], release)

    def _workspaces(self, names: Names) -> tuple[str, ...]:
        """Return the workspace graphs that were written; they may be empty by now."""
        if not self._writer.is_on:
            return ()
        rows = self._own(
            "SELECT ?subject { ?subject ?property ?value }", names.remote(REMOTE_WORKSPACES)
        )
        return tuple(sorted({row["subject"] for row in rows}))

    def _own(self, text: str, graph: str) -> list[dict[str, str]]:
        """Return the solutions of a query of the engine's own, on one graph."""
        question = Question(text, (("default-graph-uri", graph),), graph=False)
        received = self._asker.ask(question, Patience(time.monotonic() + _OWN_S))
        try:
            return rows_of(self._asker.name, received)
        finally:
            received.close()
