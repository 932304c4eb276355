"""What a tool returns: members for programs, and a sentence in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """The result of a tool."""

    members: Mapping[str, Any]
    """Structured content; it says itself whether it is all there is."""
    said: str
    """In short, Chinese and English."""


def extent(shown: int, total: int | None, offset: int = 0) -> dict[str, Any]:
    """Return members that say how much of an answer is here."""
    return {"shown": shown, "offset": offset, "total": total, "complete": shown == total}


def extent_said(shown: int, total: int | None) -> str:
    """Say how much of an answer is here."""
    if total is None:
        return (
            f"只有前 {shown} 行，总数不明。The first {shown} rows; how many there are is not known."
        )
    if shown == total:
        return f"共 {total} 行，全部在此。{total} rows, all of them here."
    return f"共 {total} 行，这里只有 {shown} 行。{total} rows, {shown} of them here."
