"""An engine that answers SERVICE: it asks others first, and the engine behind it at last.

What the engine behind is asked holds no SERVICE; it refuses any that were overlooked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from erqi_kg.engine.interface import Answer, ChangeRequest, Committed, Engine, QueryRequest
from erqi_kg.engine.turnstile import Turnstile
from erqi_kg.errors import BadRequest, QueryTooHeavy, ServiceFailed, ServiceTooSlow, TooLarge
from erqi_kg.federation.asking import Told, ask_broker, broker_answers
from erqi_kg.federation.caller import Wish
from erqi_kg.federation.groups import Element
from erqi_kg.federation.planning import Plan, Service, plan_of
from erqi_kg.federation.report import Asked, FederatedAnswer
from erqi_kg.federation.rewriting import (
    Rows,
    emptied_query,
    local_query,
    remote_query,
    whole_query,
)
from erqi_kg.settings import Settings
from erqi_kg.settings.federating import allowed_endpoints
from erqi_kg.sparql.admission import admit
from erqi_kg.sparql.media_types import RESULT_MEDIA_TYPES
from erqi_kg.sparql.scan import Scan, scan_query
from erqi_kg.storedir import Release

_JSON = RESULT_MEDIA_TYPES[0]
_LEAST_S = 0.05
_RESERVED_PART = 4
"""Such a part more may run for clients that have none running."""


class FederatingEngine:
    """Answers queries with SERVICE over another engine; thread-safe.

    Args:
        engine: evaluates everything else.
        settings: which endpoints, how much of them.
        broker: path of the broker's socket.
    """

    def __init__(self, engine: Engine, settings: Settings, broker: str) -> None:
        self._engine = engine
        self._settings = settings
        self._broker = broker
        self._allowed = frozenset(one.iri for one in allowed_endpoints(settings.service_allow))
        self._turnstile = Turnstile(
            settings.service_queries,
            settings.queue,
            settings.queue_wait_s,
            reserved=max(1, settings.service_queries // _RESERVED_PART),
            of_one=settings.client_queries,
        )

    def answer(self, request: QueryRequest) -> Answer:
        """Evaluate one query; see `interface.Engine.answer`.

        Raises:
            ServiceFailed: another endpoint gave no solutions (502); ServiceTooSlow (504).
        """
        if request.is_whole_store or "SERVICE" not in request.text.upper():
            return self._engine.answer(request)
        if not request.is_own:
            self._check_size(request.text)
        base_iri = self.current().manifest.base_iri
        scan = request.scan or scan_query(request.text, base_iri)
        if scan.service is None or scan.is_update or not self._allowed:
            return self._engine.answer(replace(request, scan=scan))
        self._admit(replace(scan, service=None), request)
        plan = plan_of(request.text, base_iri, self._allowed)
        with self._turnstile.entered(request.client, request.is_wanted):
            return self._federated(request, plan, base_iri)

    def change(self, request: ChangeRequest) -> Committed:
        """Change the stored graphs; updates with SERVICE are refused."""
        return self._engine.change(request)

    def current(self) -> Release:
        """Return the release that is served now."""
        return self._engine.current()

    def status(self) -> Mapping[str, object]:
        """Return the figures of the engine, and which endpoints may be asked."""
        return {
            **self._engine.status(),
            "service_allow": ", ".join(sorted(self._allowed)) or None,
            "broker_alive": broker_answers(self._broker),
            "service_queries": self._turnstile.inside,
        }

    def close(self) -> None:
        """End the engine's processes."""
        self._engine.close()

    def _check_size(self, text: str) -> None:
        most = self._settings.max_query_bytes
        if len(text.encode("utf-8", "surrogatepass")) > most:
            raise TooLarge(f"The query has more than {most} bytes, which are accepted.")

    def _admit(self, scan: Scan, request: QueryRequest) -> None:
        admit(
            scan,
            request.text,
            request.media_type,
            deepest=self._settings.query_nesting,
            longest=self._settings.query_chain,
        )

    def _federated(self, request: QueryRequest, plan: Plan, base_iri: str) -> Answer:
        until = time.monotonic() + request.timeout_s if request.timeout_s else None
        # Every part is asked of one release, whatever is committed meanwhile.
        pinned = replace(request, release=request.release or self.current().id, scan=None)
        emptied = emptied_query(plan)
        self._engine.answer(replace(pinned, text=emptied, is_own=True)).close()
        run = _Run(self._engine, self._settings, self._broker, pinned, plan, until)
        run.ask_all(scan_query(emptied, base_iri))
        whole = replace(
            run.in_time(),
            text=whole_query(plan, run.known),
            scan=scan_query(whole_query(plan, run.known, lines=False), base_iri),
            is_own=True,  # it is longer than what the client sent
        )
        return FederatedAnswer(self._engine.answer(whole), run.asked)


@dataclass
class _Run:
    """The evaluation of one plan."""

    engine: Engine
    settings: Settings
    broker: str
    request: QueryRequest
    plan: Plan
    until: float | None
    """When the client will have waited as long as it said."""
    known: dict[Element, Rows] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    left_s: float = 0.0
    size: int = 0
    """Characters of all solutions of others."""

    def in_time(self) -> QueryRequest:
        """Return the request with the time that is left of the client's."""
        if self.until is None:
            return self.request
        return replace(self.request, timeout_s=max(_LEAST_S, self.until - time.monotonic()))

    def ask_all(self, scan: Scan) -> None:
        """Ask for each SERVICE group, in the order of the text."""
        limit_s = self.settings.service_timeout_s
        self.left_s = min(limit_s, self.request.timeout_s or limit_s)
        for service in self.plan.services:
            values, reason = self._values(service, scan)
            report = Asked(
                service.endpoint,
                values=None if values is None else len(values),
                reason=reason,
            )
            try:
                rows, report = self._rows(service, values, report)
            except ServiceFailed as error:
                if not service.element.is_silent:
                    raise
                # One solution that binds nothing (SPARQL 1.1 Federated Query, 2.3).
                gap = f"({' '.join('UNDEF' for _ in service.variables)})\n"
                rows = Rows(service.variables, gap, 1)
                report = replace(report, failure=error.detail)
            self.known[service.element] = rows
            self.asked.append(report)

    def _values(self, service: Service, scan: Scan) -> tuple[list[str] | None, str]:
        """Return the values to send along; None with the reason why there are none."""
        most = self.settings.service_values
        if not service.sent:
            return None, service.reason
        if not most:
            return None, "the operator sends none along"
        local = replace(
            self.in_time(),
            text=local_query(self.plan, service, self.known, most),
            media_type=_JSON,
            default_graphs=self.request.default_graphs or scan.default_graphs or None,
            named_graphs=self.request.named_graphs or scan.named_graphs or None,
            is_own=True,
        )
        try:
            found = _lines(self.engine.answer(local).read(), service.sent)
        except (BadRequest, QueryTooHeavy) as error:
            return None, f"what is joined with it cannot be asked by itself: {error.detail}"
        if found is None:
            return None, "a variable that it is joined on may be unbound"
        if len(found) > most:
            return None, f"there are more than {most} values"
        return [line for line in found if line], ""

    def _rows(
        self, service: Service, values: list[str] | None, report: Asked
    ) -> tuple[Rows, Asked]:
        """Return the solutions of a SERVICE group and what was asked for them."""
        lines, count = [], 0
        for batch in self._batches(values):
            told = self._ask(service, batch, self.settings.service_rows - count)
            lines.append(told.lines)
            count += told.rows
            self._check_size(service, told)
            report = replace(
                report,
                requests=report.requests + 1,
                rows=count,
                ms=report.ms + told.ms,
                cached=report.cached + told.cached,
                date=report.date if report.age_s >= told.age_s and report.date else told.date,
                age_s=max(report.age_s, round(told.age_s)),
            )
        return Rows(service.variables, "".join(lines), count), report

    def _check_size(self, service: Service, told: Told) -> None:
        self.size += len(told.lines)
        most = self.settings.service_mb
        if self.size > most * 1024 * 1024:
            raise ServiceFailed(
                f"SERVICE <{service.endpoint}> was not asked to its end: what the endpoints of one "
                f"query bring may have {most} MiB together.",
                extra={"endpoint": service.endpoint},
            )

    def _batches(self, values: list[str] | None) -> Iterator[Sequence[str]]:
        if values is None:
            yield ()
            return
        step = self.settings.service_batch
        for start in range(0, len(values), step):
            yield values[start : start + step]

    def _ask(self, service: Service, batch: Sequence[str], most: int) -> Told:
        if self.left_s <= 0:
            raise ServiceTooSlow(
                f"SERVICE <{service.endpoint}> was not asked to its end: the endpoints of one "
                f"query may take {self.settings.service_timeout_s:g} s.",
                extra={"endpoint": service.endpoint},
            )
        query = remote_query(self.plan, service, batch)
        wish = Wish(service.endpoint, query, service.variables, self.left_s, most)
        started = time.monotonic()
        try:
            return ask_broker(self.broker, wish, self.request.is_wanted)
        finally:
            self.left_s -= time.monotonic() - started


def _lines(body: bytes, variables: Sequence[str]) -> list[str] | None:
    """Return solutions as lines of VALUES, "" for one with a blank node; None: one has a gap."""
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    lines: list[str] = []
    if isinstance(found, ox.QueryBoolean):
        return None
    for solution in found:
        terms = [solution[name] for name in variables]
        if any(term is None for term in terms):
            return None
        # Another endpoint has no blank node of ours.
        has_blank = any(isinstance(term, ox.BlankNode) for term in terms)
        lines.append("" if has_blank else f"({' '.join(str(term) for term in terms)})")
    return lines
