"""Answer plain queries before Flask, which would take longer than the query.

The work is done by the functions that Flask's route calls. Everything else goes to Flask: other
addresses and methods, pages, the service description, and errors, which Flask then tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from erqi_kg.engine.interface import Answer
from erqi_kg.web.http.bodies import HEADER
from erqi_kg.web.service import Service
from erqi_kg.web.sparql.answering import Asked, Reply, reply_to
from erqi_kg.web.sparql.protocol import Message, QueryOperation, read_operation

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/sparql"
METHODS = ("GET", "HEAD", "POST", "QUERY")
_OPERATION = "erqi_kg.operation"
_FAILED = "erqi_kg.failed"


def operation_of(environ: WSGIEnvironment) -> QueryOperation | None:
    """Return the operation that was read from a request already."""
    operation: QueryOperation | None = environ.get(_OPERATION)
    return operation


def raise_failure(environ: WSGIEnvironment) -> None:
    """Raise what came of a request before Flask, if it was an error."""
    failed = environ.get(_FAILED)
    if failed is not None:
        raise failed


class Front:
    """A WSGI application before another one.

    Args:
        behind: answers what is not answered here.
        service: the parts of the service.
        max_body_bytes: largest body that is read.
    """

    def __init__(self, behind: WSGIApplication, service: Service, max_body_bytes: int) -> None:
        self.behind = behind
        self._service = service
        self._max_body_bytes = max_body_bytes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        is_query = environ.get("PATH_INFO") == PATH and environ["REQUEST_METHOD"] in METHODS
        if is_query and HEADER not in environ:
            try:
                reply = self._reply(environ)
            except Exception as error:  # noqa: BLE001 - Flask's last handler tells and logs it
                environ[_FAILED] = error
                reply = None
            if reply is not None:
                return self._send(reply, environ["REQUEST_METHOD"], start_response)
        return self.behind(environ, start_response)

    def _reply(self, environ: WSGIEnvironment) -> Reply | None:
        operation = read_operation(self._message(environ), self._service.settings)
        environ[_OPERATION] = operation
        if operation.query is None or operation.explains:
            return None
        return reply_to(self._service, operation, Asked.from_environ(environ, self._service))

    def _message(self, environ: WSGIEnvironment) -> Message:
        method = environ["REQUEST_METHOD"]
        if method in ("GET", "HEAD"):
            return _Address(method, environ.get("QUERY_STRING", "").encode("latin-1"))
        request = Request(environ, populate_request=False)
        request.max_content_length = self._max_body_bytes
        return request

    def _send(self, reply: Reply, method: str, start_response: StartResponse) -> Iterable[bytes]:
        self._service.metrics.count_request(method, int(reply.status[:3]))
        start_response(reply.status, reply.headers)
        if isinstance(reply.body, bytes):
            return [] if method == "HEAD" else [reply.body]
        if method == "HEAD":
            reply.body.close()
            return []
        return _Parts(reply.body)


@dataclass(frozen=True)
class _Address:
    """A request without a body."""

    method: str
    query_string: bytes
    mimetype: str = ""
    mimetype_params: Mapping[str, str] = field(default_factory=dict)

    def get_data(self, cache: bool = False) -> bytes:
        return b""


class _Parts:
    """An answer in parts; closing frees it."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __iter__(self) -> Any:
        return self._answer.chunks()

    def close(self) -> None:
        self._answer.close()
