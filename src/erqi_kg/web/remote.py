"""The service over a remote engine: what that cannot give is answered 501, nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from erqi_kg.engine.remote.offers import NOT_OFFERED
from erqi_kg.errors import NotOffered

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NOT_SERVED = {
    **dict.fromkeys(("releases", "timemap", "changes"), "releases"),
    **dict.fromkeys(("cite",), "citations"),
    **dict.fromkeys(("commits",), "commits"),
}
"""First segments of paths, and what they belong to."""
_OF_FILES = frozenset(("static", "dump", "dump.nq.gz", "favicon.ico"))
"""First segments of what is served from files of this machine, whatever the engine."""
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_RANGE")
_VALIDATORS = frozenset(("etag", "last-modified", "cache-control"))
_WRITING = ("PUT", "POST", "DELETE")


def install_remote_mode(app: Flask) -> None:
    """Make an application answer 501 for what a remote engine cannot give."""
    app.before_request(_only_what_is_offered)


def _only_what_is_offered() -> None:
    missing = _NOT_SERVED.get(_first_segment(request.path))
    if missing is None and "release" in request.args:
        missing = "releases"
    writes = request.method in _WRITING
    if missing is None and writes and ("If-Match" in request.headers or request.if_none_match):
        missing = "conditions"
    if missing is not None:
        raise NotOffered(
            f"This service asks a remote engine, which does not offer this. {NOT_OFFERED[missing]}."
        )


class Unconditional:
    """A WSGI application whose answers nobody is to keep: the data may change unseen.

    Args:
        behind: answers.
    """

    def __init__(self, behind: WSGIApplication) -> None:
        self._behind = behind

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if _first_segment(environ.get("PATH_INFO", "")) in _OF_FILES:
            return self._behind(environ, start_response)
        if environ["REQUEST_METHOD"] not in _WRITING:
            for name in _CONDITIONS:
                environ.pop(name, None)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() not in _VALIDATORS]
            return start_response(status, [*kept, ("Cache-Control", "no-store")], *error)

        return self._behind(environ, start)


def _first_segment(path: str) -> str:
    return path.strip("/").partition("/")[0]
