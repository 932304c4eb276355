"""What pages call the terms of other vocabularies, which this graph uses and does not define."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([\d.]+)/?.*"
)
_SPDX = re.compile(r"https?://spdx\.org/licenses/([\w.-]+?)(?:\.html)?")
FILE = Path(__file__).parent / "foreign_terms.toml"


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def foreign_labels(prefixes: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """Return labels by IRI and language."""
    labels = {}
    for name, texts in _names().items():
        prefix, _, local = name.partition(":")
        labels[prefixes[prefix] + local] = texts
    return labels


def license_name(iri: str) -> str:
    """Return the short name of a licence, such as CC BY 4.0; of another, its IRI."""
    found = _CREATIVE_COMMONS.fullmatch(iri)
    if found is None:
        listed = _SPDX.fullmatch(iri)
        return listed[1] if listed else iri
    name = "CC0" if found[1] == "zero" else f"CC {found[1].upper()}"
    return f"{name} {found[2]}"
