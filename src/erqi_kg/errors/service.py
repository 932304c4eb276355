"""Errors of the service: it could not answer a request that may be right (RFC 9110, 15.6)."""

from __future__ import annotations

from typing import ClassVar

from erqi_kg.errors.base import ErqiError


class ServiceError(ErqiError):
    """The service could not answer; the request may be right."""

    status: ClassVar[int] = 503
    title: ClassVar[str] = "Service unavailable"
    retry_after_s: ClassVar[int] = 1
    """0: asking again will not help."""

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


class ServiceFailed(ServiceError):
    """Another endpoint, named by SERVICE, gave no solutions."""

    status = 502
    title = "Remote endpoint failed"
    retry_after_s = 10


class ServiceTooSlow(ServiceFailed):
    """Another endpoint, named by SERVICE, did not answer in time."""

    status = 504
    title = "Remote endpoint too slow"


class NotOffered(ServiceError):
    """The engine that this service is set to cannot do this."""

    status = 501
    title = "Not offered"
    retry_after_s = 0


class RemoteFailed(ServiceError):
    """The remote engine refused, or sent an answer that is broken or not whole."""

    status = 502
    title = "Remote engine failed"
    retry_after_s = 10


class RemoteUnavailable(ServiceError):
    """The remote engine cannot be reached, or is overloaded."""

    title = "Remote engine unavailable"
    retry_after_s = 10
