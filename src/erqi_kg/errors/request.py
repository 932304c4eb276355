"""Errors of a client's request, each with its status (RFC 9110, section 15.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from erqi_kg.errors.base import ErqiError

Told = Mapping[str, str] | None
"""The detail in the languages of the pages."""


class RequestError(ErqiError):
    """The client's request is wrong, refused or too heavy.

    Args:
        detail: what is wrong and what to do, for the client to read.
        extra: further members of the problem document (RFC 9457, section 3.2).
        headers: header fields the answer must carry.
        told: the detail by language, for pages; English is the detail itself.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"

    def __init__(
        self,
        detail: str,
        *,
        extra: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        told: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra or {}
        self.headers = headers or {}
        self.told = dict(told or {})


class BadRequest(RequestError):
    """The request cannot be understood."""


class Malformed(BadRequest):
    """Something sent does not follow its grammar; line and column count from 1."""

    def __init__(
        self, detail: str, line: int | None = None, column: int | None = None, *, told: Told = None
    ) -> None:
        place = {"line": line, "column": column} if line is not None else {}
        super().__init__(detail, extra=dict(place), told=told)
        self.line = line
        self.column = column


class MalformedQuery(Malformed):
    """The query or update is not SPARQL."""

    title = "Malformed query"


class MalformedData(Malformed):
    """The document is not RDF in the format it says."""

    title = "Malformed data"


class Unauthorized(RequestError):
    """The request needs a token, or its token is wrong."""

    status = 401
    title = "Unauthorized"


class Forbidden(RequestError):
    """The service refuses to do this."""

    status = 403
    title = "Forbidden"


class NotFound(RequestError):
    """There is nothing at this address."""

    status = 404
    title = "Not found"


class MethodNotAllowed(RequestError):
    """This resource does not know the method."""

    status = 405
    title = "Method not allowed"


class NotAcceptable(RequestError):
    """None of the offered media types is acceptable to the client."""

    status = 406
    title = "Not acceptable"

    def __init__(self, offers: list[str]) -> None:
        super().__init__(
            "None of the representations this resource has is acceptable to the client; "
            "ask for one of: " + ", ".join(offers),
            extra={"offers": offers},
        )


class Gone(RequestError):
    """There was something at this address; it was retired."""

    status = 410
    title = "Gone"


class PreconditionFailed(RequestError):
    """What the client wants to change, or to have a part of, is not what it believes it is."""

    status = 412
    title = "Precondition failed"


class TooLarge(RequestError):
    """The request body or query is larger than the limit."""

    status = 413
    title = "Content too large"


class UnsupportedMediaType(RequestError):
    """The request body is of a type this resource does not read."""

    status = 415
    title = "Unsupported media type"


class TooManyQueries(RequestError):
    """The client asks more at once than is its share."""

    status = 429
    title = "Too many queries"
