"""What all errors raised on purpose have in common."""

from __future__ import annotations


class ErqiError(Exception):
    """Base of all errors raised on purpose; `str()` of it says what to do."""


class UsageError(ErqiError):
    """A setting or an argument is wrong."""
