"""The two languages of the pages, and the texts of the pages in them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from flask import Request

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
COOKIE = "lang"
TAGS: Mapping[str, str] = {"zh": "zh-Hans", "en": "en"}
"""BCP 47 tags for the `lang` attribute: all our Chinese is in simplified characters."""
CATALOGUE = Path(__file__).parent / "messages"


def chosen_language(request: Request) -> Language:
    """Return the language of a page: `?lang=`, else the cookie, else Accept-Language."""
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    preferred = request.accept_languages.best_match(LANGUAGES, default="zh")
    return "en" if preferred == "en" else "zh"


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """Return all texts of the pages: `section.name` to language to text."""
    return {
        f"{section}.{name}": texts
        for file in sorted(CATALOGUE.glob("*.toml"))
        for section, entries in tomllib.loads(file.read_text(encoding="utf-8")).items()
        for name, texts in entries.items()
    }


def message(key: str, language: str, **values: object) -> str:
    """Return a text of the pages with its values filled in.

    Args:
        key: `section.name`.
        language: of the text.
        values: for its places; of a text with two forms, `one|many`, `count` chooses.
    """
    text = messages()[key][language]
    if "count" in values and "|" in text:
        one, many = text.split("|")
        text = one if str(values["count"]) == "1" else many
    return text.format(**values) if values else text


def tag_of(language: str) -> str:
    """Return the tag for a `lang` attribute; a literal's own tag stays as it is."""
    return TAGS.get(language, language)
