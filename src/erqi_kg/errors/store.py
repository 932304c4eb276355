"""Errors of the store directory."""

from __future__ import annotations

from erqi_kg.errors.base import ErqiError


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


class CopyRefused(StoreError):
    """What another server offers as a release is damaged, too large, or none."""


class CopyUnfinished(StoreError):
    """Another server could not be reached; what has come of its release is kept."""
