"""Ask a remote endpoint one query, and take its result whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from erqi_kg.engine.remote.connections import Broken, Connections, Exchange, Message
from erqi_kg.engine.remote.conversion import SOLUTIONS_TYPE, TRIPLES_TYPE
from erqi_kg.engine.remote.guard import NestingGuard
from erqi_kg.engine.remote.patience import Patience
from erqi_kg.engine.remote.refusals import refusal
from erqi_kg.engine.spool import AnswerTooLarge, Spool, spool_directory
from erqi_kg.errors import QueryTimedOut, QueryTooHeavy, RemoteFailed, RemoteUnavailable

FORM = "application/x-www-form-urlencoded"
_MIB = 1024 * 1024
_STOPPED_BY_VIRTUOSO = "S1TAT"
"""Its state for a result of what it had found when its time was over."""


@dataclass(frozen=True)
class Question:
    """What is asked of a remote endpoint."""

    text: str
    """As it is sent."""
    parameters: tuple[tuple[str, str], ...]
    graph: bool
    """Triples come back."""
    blamed: str | None = None
    """The client's text; None where the query is of the service itself."""


class Asker:
    """Asks one endpoint.

    Args:
        connections: to it.
        answer_mb: largest result.
    """

    def __init__(self, connections: Connections, answer_mb: int) -> None:
        self._connections = connections
        self._answer_mb = answer_mb

    @property
    def name(self) -> str:
        """Return the host and port of the endpoint."""
        return self._connections.address.name

    def ask(self, question: Question, patience: Patience) -> Spool:
        """Return a result, whole; close it.

        Raises:
            MalformedQuery, BadRequest: the endpoint does not take the client's query.
            QueryTimedOut, QueryTooHeavy, RemoteFailed, RemoteUnavailable: no result.
            QueryAbandoned: nobody waits any longer.
        """
        exchange = self.send(_message(self._connections, question), patience)
        try:
            if exchange.status != HTTPStatus.OK:
                raise refusal(self.name, exchange, question.blamed)
            self._check_head(exchange, graph=question.graph)
            return self._received(exchange, graph=question.graph)
        except BaseException as error:
            exchange.close()
            if isinstance(error, Broken):
                raise RemoteFailed(f"{self.name}: {error}.") from error
            if isinstance(error, TimeoutError):
                raise self._timed_out() from error
            raise

    def send(self, message: Message, patience: Patience) -> Exchange:
        """Send a request; raises as `ask` does for what has no answer at all."""
        try:
            return self._connections.send(message, patience)
        except Broken as error:
            raise RemoteFailed(f"{self.name}: {error}.") from error
        except TimeoutError as error:
            if patience.is_over:
                raise self._timed_out() from error
            raise RemoteUnavailable(f"{self.name} takes no connection in time.") from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RemoteUnavailable(f"{self.name} cannot be reached: {reason}.") from error

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def _timed_out(self) -> QueryTimedOut:
        return QueryTimedOut(
            f"{self.name} has not answered in time. Make the query more selective, add a LIMIT, "
            "or split it."
        )

    def _check_head(self, exchange: Exchange, *, graph: bool) -> None:
        """Refuse what says already that it is no result, or no whole one."""
        if exchange.headers.get("X-SQL-State") == _STOPPED_BY_VIRTUOSO:
            raise QueryTimedOut(f"{self.name} stopped the query at its own deadline.")
        if not exchange.says_its_end:
            raise RemoteFailed(f"{self.name} does not say where its answer ends.")
        found = exchange.headers.get_content_type()
        wanted = (TRIPLES_TYPE, "text/plain", "text/ntriples") if graph else (SOLUTIONS_TYPE,)
        if found not in (*wanted, "application/json"):
            raise RemoteFailed(f"{self.name} answered with {found} instead of {wanted[0]}.")

    def _received(self, exchange: Exchange, *, graph: bool) -> Spool:
        spool, guard = Spool(self._answer_mb * _MIB, spool_directory()), NestingGuard(graph=graph)
        try:
            for part in exchange.parts():
                if not guard.passes(part):
                    raise RemoteFailed(f"{self.name} sent terms nested in terms without end.")
                spool.write(part)
            spool.finish()
        except AnswerTooLarge as error:
            spool.close()
            raise QueryTooHeavy(
                f"The result of {self.name} is larger than {self._answer_mb} MiB; add a LIMIT."
            ) from error
        except BaseException:
            spool.close()
            raise
        return spool


def _message(connections: Connections, question: Question) -> Message:
    body = urlencode([("query", question.text), *question.parameters])
    accept = TRIPLES_TYPE if question.graph else SOLUTIONS_TYPE
    headers = {"Accept": accept, "Content-Type": FORM, "Accept-Encoding": "identity"}
    return Message("POST", connections.address.target(), body.encode(), headers)
