"""`/healthz` and `/metrics`: for whoever runs the service."""

from __future__ import annotations

from flask import Blueprint, Response

from erqi_kg.web.http.metrics import CONTENT_TYPE
from erqi_kg.web.http.operations import answers
from erqi_kg.web.service import service

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@answers("text/plain", has_tag=False)
def healthz() -> Response:
    """Say that this web process answers and knows the served release."""
    response = Response(f"ok {service().release.id}\n", mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
@answers(CONTENT_TYPE, has_tag=False)
def metrics() -> Response:
    """Return the counters of the web process that answers; each has its own."""
    response = Response(service().metrics.to_text())
    response.headers["Content-Type"] = CONTENT_TYPE
    response.headers["Cache-Control"] = "no-store"
    return response
