"""The sentences that tell of mistakes in queries, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "sentences.toml"
LANGUAGES = ("zh", "en")
_MOST_NAMED = 6

Told = Mapping[str, str]
"""The same sentence by language."""


def told(code: str, **values: str | Told) -> Told:
    """Return a sentence with its values filled in; a value may itself differ by language."""
    return {
        language: text.format(
            **{
                name: value if isinstance(value, str) else value[language]
                for name, value in values.items()
            }
        )
        for language, text in _texts()["mistake"][code].items()
    }


def named(expected: Iterable[str]) -> Told:
    """Return what could stand somewhere, in words; punctuation as it is written."""
    names = _texts()["name"]
    return {
        language: ", ".join(
            list(
                dict.fromkeys(
                    names[one][language].format() if one in names else f"`{one}`"
                    for one in sorted(expected, key=lambda one: (one not in names, one))
                )
            )[:_MOST_NAMED]
        )
        for language in LANGUAGES
    }


@cache
def _texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
