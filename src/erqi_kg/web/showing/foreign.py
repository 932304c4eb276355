"""What pages call the terms of other vocabularies, which this graph uses and does not define."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

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
