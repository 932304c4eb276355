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
│   │                        Overloaded, QueryTimedOut, QueryAbandoned, QueryTooHeavy,
│   │                        EngineUnavailable, RemoteUnavailable
│   ├── ServiceFailed        502: another endpoint, asked by SERVICE; 504 ServiceTooSlow
│   └── NotOffered           501: not by this engine; 502 RemoteFailed
├── StoreError               the store directory is missing, locked or damaged
│   ├── ReleaseDamaged       a release is not as it was published: a build sets it aside
│   ├── CopyRefused          what another server offers as a release cannot be taken
│   └── CopyUnfinished       another server went away; the next `pull` goes on
└── UsageError               a setting or an argument is wrong
"""

from __future__ import annotations

from erqi_kg.errors.base import ErqiError, UsageError
from erqi_kg.errors.data import (
    CoverageIncomplete,
    DataError,
    DataErrors,
    EvidenceMissing,
    NumberMismatch,
    QuestionInvalid,
    QuoteNotFound,
    RecordInvalid,
    ShapeViolated,
    SourceMismatch,
    UnknownTerm,
)
from erqi_kg.errors.request import (
    BadRequest,
    Forbidden,
    Gone,
    Malformed,
    MalformedData,
    MalformedQuery,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    PreconditionFailed,
    RequestError,
    TooLarge,
    TooManyQueries,
    Unauthorized,
    UnsupportedMediaType,
)
from erqi_kg.errors.service import (
    EngineUnavailable,
    NotOffered,
    Overloaded,
    QueryAbandoned,
    QueryTimedOut,
    QueryTooHeavy,
    RemoteFailed,
    RemoteUnavailable,
    ServiceError,
    ServiceFailed,
    ServiceTooSlow,
)
from erqi_kg.errors.store import CopyRefused, CopyUnfinished, ReleaseDamaged, StoreError

__all__ = [
    "BadRequest",
    "CopyRefused",
    "CopyUnfinished",
    "CoverageIncomplete",
    "DataError",
    "DataErrors",
    "EngineUnavailable",
    "ErqiError",
    "EvidenceMissing",
    "Forbidden",
    "Gone",
    "Malformed",
    "MalformedData",
    "MalformedQuery",
    "MethodNotAllowed",
    "NotAcceptable",
    "NotFound",
    "NotOffered",
    "NumberMismatch",
    "Overloaded",
    "PreconditionFailed",
    "QueryAbandoned",
    "QueryTimedOut",
    "QueryTooHeavy",
    "QuestionInvalid",
    "QuoteNotFound",
    "RecordInvalid",
    "ReleaseDamaged",
    "RemoteFailed",
    "RemoteUnavailable",
    "RequestError",
    "ServiceError",
    "ServiceFailed",
    "ServiceTooSlow",
    "ShapeViolated",
    "SourceMismatch",
    "StoreError",
    "TooLarge",
    "TooManyQueries",
    "Unauthorized",
    "UnknownTerm",
    "UnsupportedMediaType",
    "UsageError",
]
