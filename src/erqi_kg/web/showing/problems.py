"""One answer for everything that goes wrong (RFC 9457), in JSON or, for browsers, in HTML."""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed as WerkzeugMethodNotAllowed

from erqi_kg.errors import RequestError, ServiceError, StoreError
from erqi_kg.web.http.negotiation import prefers_html
from erqi_kg.web.showing.language import messages
from erqi_kg.web.showing.parameters import told

PROBLEM_JSON = "application/problem+json"
TYPES = "/problems"
"""Where the types of problems are told, one anchor each."""

log = logging.getLogger(__name__)


def install_handlers(app: Flask) -> None:
    """Make an application answer every error in the one way."""
    app.register_error_handler(RequestError, _request_error)
    app.register_error_handler(ServiceError, _service_error)
    app.register_error_handler(StoreError, _store_error)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Exception, _unexpected)


def problem_type(title: str) -> str:
    """Return the anchor of a type of problem."""
    return re.sub(r"[^a-z]+", "-", title.lower()).strip("-")


def _request_error(error: RequestError) -> Response:
    return _problem(
        error.status, error.title, error.detail, error.extra, error.headers, told=error.told
    )


def _service_error(error: ServiceError) -> Response:
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else {}
    return _problem(error.status, error.title, error.detail, error.extra, headers)


def _store_error(error: StoreError) -> Response:
    log.error("the store cannot be read: %s", error)
    detail = "The release cannot be read at the moment; the operator finds the reason in the log."
    return _problem(503, "Store unavailable", detail, {}, {"Retry-After": "10"})


def _http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # redirects of the router
        return Response(status=status, headers=error.get_headers())
    words = _own_words(status)
    detail = words.get("en") or error.description or ""
    headers: dict[str, str] = {}
    if isinstance(error, WerkzeugMethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    title = HTTPStatus(status).phrase.capitalize()
    return _problem(status, title, detail, {}, headers, told=words)


def _own_words(status: int) -> dict[str, str]:
    """Return what is said of an error of the web framework, by language."""
    key = f"error.http-{status}"
    return told(key, method=request.method) if key in messages() else {}


def _unexpected(error: Exception) -> Response:
    instance = _instance()
    log.error("%s: %s %s", instance, request.method, request.path, exc_info=error)
    detail = "This is a mistake of the service, not of the request; it was written to the log."
    return _problem(500, "Internal error", detail, {}, {}, instance)


def _instance() -> str:
    return uuid.uuid4().urn


def _problem(
    status: int,
    title: str,
    detail: str,
    extra: Mapping[str, object],
    headers: Mapping[str, str],
    instance: str = "",
    *,
    told: Mapping[str, str] | None = None,
) -> Response:
    members = {
        "type": f"{TYPES}#{problem_type(title)}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance or _instance(),
        **extra,
    }
    if prefers_html(request.accept_mimetypes, PROBLEM_JSON):
        body = render_template(
            "problem.html",
            problem=members,
            kind=problem_type(title),
            told=told or {"en": detail},
            operation=g.get("operation"),
        )
        response = Response(body, status=status, mimetype="text/html")
    else:
        if told and len(told) > 1:
            members["message"] = dict(told)
        body = json.dumps(members, ensure_ascii=False, default=str) + "\n"
        response = Response(body, status=status)
        response.headers["Content-Type"] = PROBLEM_JSON
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend(headers)
    return response
