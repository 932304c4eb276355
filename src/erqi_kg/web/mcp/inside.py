"""Ask the application from inside, as whoever sent the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.test import EnvironBuilder, run_wsgi_app

from erqi_kg.mcp.asking import Reply, head_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_KEPT = (
    *("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "SERVER_PROTOCOL", "SERVER_NAME", "SERVER_PORT"),
    *("HTTP_HOST", "SCRIPT_NAME", "wsgi.url_scheme"),
)
"""Who asks and how the host is called: shares, limits and addresses are those of the sender."""


class InsideAsker:
    """Asks a WSGI application.

    Args:
        application: with all that stands before it.
        environ: of the request that is served.
    """

    def __init__(self, application: WSGIApplication, environ: Mapping[str, Any]) -> None:
        self._application = application
        self._kept: dict[str, Any] = {name: environ[name] for name in _KEPT if name in environ}

    def ask(
        self, path: str, fields: Mapping[str, str], accept: str, *, posts: bool = False
    ) -> Reply:
        """Send one request."""
        builder = EnvironBuilder(
            path,
            method="POST" if posts else "GET",
            query_string=None if posts else urlencode(fields),
            data=dict(fields) if posts else None,
            headers=[("Accept", accept)],
        )
        try:
            environ: dict[str, Any] = builder.get_environ()
            environ.update(self._kept)
            body, status, headers = run_wsgi_app(self._application, environ)
            try:
                found, is_whole = head_of(body)
            finally:
                if close := getattr(body, "close", None):
                    close()
        finally:
            builder.close()
        kind = headers.get("Content-Type", "").partition(";")[0].strip()
        return Reply(int(status[:3]), kind, found, is_whole)
