"""Ask again when a server says after what time (RFC 9110, 10.2.3), a bounded number of times."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from erqi_kg.errors import QueryTimedOut, QueryTooHeavy, RequestError, ServiceError

T = TypeVar("T")


class AskAgain(Exception):
    """The server named a time after which to ask again."""

    def __init__(self, error: RequestError | ServiceError, after_s: float) -> None:
        super().__init__(str(error))
        self.error = error
        self.after_s = after_s


def wait_s(retry_after: str) -> float | None:
    """Return the seconds a `Retry-After` names, or None when it has neither form."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    # A date has whole seconds: the one it names is over when the next begins.
    return max(0.0, math.ceil((when - datetime.now(UTC)).total_seconds()))


def patiently(once: Callable[[], T], retries: int, longest_wait_s: float) -> T:
    """Return what `once` does, asked again when it raises `AskAgain`.

    A query that was stopped for its own weight is not sent again: it would be stopped again.

    Args:
        once: asks.
        retries: how often it is asked again.
        longest_wait_s: seconds waited in all; a longer wait is not begun.
    """
    waited = 0.0
    for left in range(retries, -1, -1):
        try:
            return once()
        except AskAgain as again:
            waited += again.after_s
            is_heavy = isinstance(again.error, QueryTimedOut | QueryTooHeavy)
            if not left or is_heavy or waited > longest_wait_s:
                raise again.error from None
            time.sleep(again.after_s)
    raise AssertionError("the last try returns or raises")
