"""Say many errors so that their cause stands first: alike ones once, consequences summed up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from erqi_kg.errors import CoverageIncomplete, DataError

SHOWN = 3
"""So many of errors with the same message are printed whole."""


def lines_of(errors: Sequence[DataError]) -> Iterator[str]:
    """Yield the lines that tell errors of the data, what is said most often first."""
    failed = {error.record for error in errors if error.record}
    followers = [error for error in errors if _follows(error, failed)]
    causes = [error for error in errors if error not in followers] or list(errors)
    alike: defaultdict[str, list[DataError]] = defaultdict(list)
    for cause in causes:
        alike[cause.message].append(cause)
    for group in sorted(alike.values(), key=len, reverse=True):
        yield from _group_lines(group)
    if len(causes) < len(errors):
        yield (
            f"{len(followers)} more follow from those, or show once they are repaired; "
            f"for example: {followers[0]}"
        )


def _group_lines(group: Sequence[DataError]) -> Iterator[str]:
    shown = group if len(group) <= SHOWN + 1 else group[:SHOWN]
    for error in shown:
        yield f"error: {error}"
    hidden = group[len(shown) :]
    if hidden:
        files = sorted({error.file.partition(":")[0] for error in hidden})
        yield f"       ... and {len(hidden)} more with the same message, in {', '.join(files)}"


def _follows(error: DataError, failed: set[str]) -> bool:
    """Say whether an error is likely to go when records that failed are repaired."""
    if isinstance(error, CoverageIncomplete):
        return True
    _, _, missing = error.message.partition(" points to ")
    return missing.partition(",")[0] in failed
