"""Make our exceptions of the errors a server answers (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from erqi_kg import errors
from erqi_kg.errors import RequestError, ServiceError

_STANDARD = frozenset(("type", "title", "status", "detail", "instance"))
_LONGEST = 2000
"""Characters that are kept of an answer that is no problem document."""


def problem(status: int, body: bytes, endpoint: str) -> RequestError | ServiceError:
    """Return the exception for an answer of status 400 or more.

    It has `status`, `title` and `detail`, the further members in `extra`, and for a malformed query
    `line` and `column`. The class is the one of this title or status, else `RequestError` or
    `ServiceError`.
    """
    document = _document(body)
    title = str(document.get("title") or f"HTTP status {status}")
    said = str(
        document.get("detail") or body[:_LONGEST].decode("utf-8", "replace").strip() or title
    )
    extra = {name: value for name, value in document.items() if name not in _STANDARD}
    detail = said if document else f"{endpoint} answered {status}: {said}"
    found = _class_of(status, title)
    if issubclass(found, errors.Malformed):
        error: RequestError | ServiceError = found(
            detail, _number(extra, "line"), _number(extra, "column")
        )
    elif found is errors.NotAcceptable:
        error = RequestError(detail, extra=extra)
    else:
        error = found(detail, extra=extra)
    error.__dict__.update(status=status, title=title)
    return error


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) and ("title" in read or "detail" in read) else {}


def _class_of(status: int, title: str) -> type[RequestError] | type[ServiceError]:
    known = [
        found
        for name in errors.__all__
        if isinstance(found := getattr(errors, name), type)
        and issubclass(found, RequestError | ServiceError)
        and found.status == status
    ]
    for found in known:
        if found.title == title:
            return found
    plain = [found for found in known if issubclass(found, RequestError)]
    if status == 400:
        return errors.BadRequest
    return plain[0] if plain else RequestError if status < 500 else ServiceError


def _number(extra: Mapping[str, Any], name: str) -> int | None:
    value = extra.get(name)
    return value if isinstance(value, int) else None
