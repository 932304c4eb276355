"""Refuse parameters that an address does not know, and say which it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from flask import request

from erqi_kg.errors import BadRequest
from erqi_kg.web.showing.language import LANGUAGES, message

SHARED = ("lang",)
"""Parameters of every page."""


def told(key: str, **values: object) -> dict[str, str]:
    """Return a text of the pages in all languages, for an error to carry."""
    return {language: message(key, language, **values) for language in LANGUAGES}


def check_parameters(known: Iterable[str]) -> None:
    """Make sure that the request gives known parameters only, each once.

    Raises:
        BadRequest: says which parameter, and which there are.
    """
    names = [*known, *SHARED]
    for name, times in Counter(name for name, _ in request.args.items(multi=True)).items():
        if name not in names:
            texts = told("error.unknown-parameter", name=name, known=", ".join(names))
            raise BadRequest(texts["en"], extra={"parameter": name, "known": names}, told=texts)
        if times > 1:
            texts = told("error.repeated-parameter", name=name, count=times)
            raise BadRequest(texts["en"], extra={"parameter": name}, told=texts)
