"""Every error this package raises on purpose.

ErqiError
├── DataError                our own data is wrong: the build stops, nothing is published:
│   │                        RecordInvalid, UnknownTerm, SourceMismatch, QuoteNotFound,
│   │                        NumberMismatch, EvidenceMissing, CoverageIncomplete, ShapeViolated,
│   └                        QuestionInvalid
├── DataErrors               several of them, found in one pass
├── RequestError             the client's request is wrong, refused or too heavy
│   ├── BadRequest           400; Malformed with line and column: MalformedQuery, MalformedData
│   ├── Unauthorized         401; 403 Forbidden
│   ├── NotFound             404; 410 Gone
│   ├── MethodNotAllowed     405; 406 NotAcceptable, with the offers; 415 UnsupportedMediaType
│   ├── PreconditionFailed   412
│   └── TooLarge             413; 429 TooManyQueries of one client at once
├── ServiceError             503: the service could not answer; the request may be right:
│   └                        Overloaded, QueryTimedOut, QueryAbandoned, QueryTooHeavy,
│                            EngineUnavailable
├── StoreError               the store directory is missing, locked or damaged
│   └── ReleaseDamaged       a release is not as it was published: a build sets it aside
└── UsageError               a setting or an argument is wrong
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

Told = Mapping[str, str] | None
"""The detail in the languages of the pages."""


class ErqiError(Exception):
    """Base of all errors raised on purpose; `str()` of it says what to do."""


@dataclass
class DataError(ErqiError):
    """Our own data is wrong.

    Args:
        message: what is wrong and what to do.
        file: the file, relative to the project, or "".
        record: the id of the record, or "".
    """

    message: str
    file: str = ""
    record: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, self.record) if part)
        return f"{place}: {self.message}" if place else self.message


class RecordInvalid(DataError):
    """A record cannot be read as the model says."""


class UnknownTerm(DataError):
    """A key, class or IRI is not in the context or the ontology."""


class SourceMismatch(DataError):
    """A source's text is not the text its record describes."""


class QuoteNotFound(DataError):
    """A quote does not occur in its source, or occurs more than once."""


class NumberMismatch(DataError):
    """A number is not what its quote says."""


class EvidenceMissing(DataError):
    """A stated value has no words, context or reason behind it."""


class CoverageIncomplete(DataError):
    """A number or name of the source is neither used nor excused."""


class ShapeViolated(DataError):
    """A SHACL shape or a check is violated."""


class QuestionInvalid(DataError):
    """A query file or its front matter is wrong."""


class DataErrors(ErqiError):
    """Several data errors found in one pass."""

    def __init__(self, errors: list[DataError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


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
    """What the client wants to change is not what it believes it is."""

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


class ServiceError(ErqiError):
    """The service could not answer; the request may be right."""

    status: ClassVar[int] = 503
    title: ClassVar[str] = "Service unavailable"
    retry_after_s: ClassVar[int] = 1

    def __init__(self, detail: str, *, extra: dict[str, object] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra or {}


class Overloaded(ServiceError):
    """The queue is full, or the wait in it was too long."""

    title = "Overloaded"


class QueryTimedOut(ServiceError):
    """The query was stopped at its deadline."""

    title = "Query timed out"
    retry_after_s = 10


class QueryAbandoned(ServiceError):
    """The query was stopped because its client has left."""

    title = "Query abandoned"


class QueryTooHeavy(ServiceError):
    """The query passed its memory or answer limit, or ended its process."""

    title = "Query too heavy"
    retry_after_s = 10


class EngineUnavailable(ServiceError):
    """No executor can be had at the moment."""

    title = "Engine unavailable"


class StoreError(ErqiError):
    """The store directory is missing, locked or damaged."""


class ReleaseDamaged(StoreError):
    """A release is not as it was published.

    Args:
        name: the release's id.
        reason: what is wrong with it.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"release {name} is damaged: {reason}; run `erqi-kg build`, which sets it aside "
            "and publishes anew"
        )
        self.reason = reason


class UsageError(ErqiError):
    """A setting or an argument is wrong."""
