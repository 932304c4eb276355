"""One address for each resource: superfluous slashes lead to it (RFC 9110, 15.4.2)."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Flask, Response, request

_SLASHES = re.compile(r"/{2,}")
_NAMES = ("/graph/", "/store/", "/timemap/")
"""Below these the path is a part of an IRI that clients choose: each slash counts."""
_IN_PATH = "/:@!$&'()*,;=+~"
_IN_QUERY = f"{_IN_PATH}?%[]"


def install_canonical_addresses(app: Flask) -> None:
    """Make an application answer 301 to reading by another form of an address."""
    app.before_request(_to_canonical)


def canonical_path(path: str) -> str:
    """Return a path without empty segments, and without a slash at its end."""
    return f"/{_SLASHES.sub('/', path).strip('/')}"


def _to_canonical() -> Response | None:
    asked = str(request.environ.get("PATH_INFO", "/"))
    path = canonical_path(request.path)
    # Flask's own path has lost all slashes at the beginning but one.
    if path == request.path and not asked.startswith("//"):
        return None
    if request.method not in ("GET", "HEAD") or f"{path}/".startswith(_NAMES):
        return None
    response = Response(status=301)
    del response.headers["Content-Type"]
    sent = quote(request.query_string, safe=_IN_QUERY)
    response.headers["Location"] = quote(path, safe=_IN_PATH) + (f"?{sent}" if sent else "")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
