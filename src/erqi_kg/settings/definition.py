"""What is said of a setting where it is defined."""

from __future__ import annotations

from collections.abc import Callable


def about(
    text: str, *, least: float | None = None, check: Callable[[str], str | None] | None = None
) -> dict[str, object]:
    """Return the metadata of a setting.

    Args:
        text: its meaning, for the docs and `--help`.
        least: the least number it may be, in the setting's unit.
        check: given the text of the value, says what is wrong with it, or None.
    """
    return {"help": text, "least": least, "check": check}
