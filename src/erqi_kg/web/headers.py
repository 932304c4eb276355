"""The headers every answer has: CORS, Vary, security; and compression."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request

from erqi_kg.web.http.codings import coding_for, encoded, mark_of
from erqi_kg.web.http.conditional import revalidated
from erqi_kg.web.service import service

EXPOSED = (
    "Accept-Post",
    "Allow",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Location",
    "Content-Range",
    "ETag",
    "Last-Modified",
    "Link",
    "Location",
    "Memento-Datetime",
    "Retry-After",
    "Service-Report",
    "WWW-Authenticate",
    "X-Total-Count",
)
"""Headers that a script of another origin may read (Fetch Standard, CORS)."""

SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
ORIGINS: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ", ".join(EXPOSED),
}
VARY = ("Accept", "Accept-Language", "Accept-Encoding")


class FinishedResponse(Response):
    """A response that has all its headers and its coding already."""


def install_headers(app: Flask) -> None:
    """Make an application set the common headers on all its answers."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    if isinstance(response, FinishedResponse):
        service().metrics.count_request(request.method, response.status_code)
        return response
    _allow_other_origins(response)
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    response.vary.update(VARY)
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    response = revalidated(request, response)
    _compress(response)
    service().metrics.count_request(request.method, response.status_code)
    return response


def _allow_other_origins(response: Response) -> None:
    headers = response.headers
    headers.update(ORIGINS)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        asked = request.headers.get("Access-Control-Request-Headers", "")
        headers["Access-Control-Allow-Headers"] = asked or "Accept, Content-Type"
        headers["Access-Control-Max-Age"] = "86400"


def _compress(response: Response) -> None:
    size = response.calculate_content_length() or response.content_length or 0
    coding = coding_for(response.mimetype or "", size, request.headers.get("Accept-Encoding", ""))
    if (
        coding is None
        or response.status_code in (206, 304)
        or "Content-Encoding" in response.headers
        or "Content-Range" in response.headers
    ):
        return
    response.direct_passthrough = False
    response.set_data(encoded(response.get_data(), coding))
    response.headers["Content-Encoding"] = coding
    response.headers.pop("Accept-Ranges", None)
    tag, weak = response.get_etag()
    if tag:
        response.set_etag(tag + mark_of(coding), weak=bool(weak))
