"""Find the term somebody meant: by edit distance, and by how IRIs are commonly miswritten."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LONGEST = 80
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_OUR_PATH = re.compile(
    r"^https?://[^/]+(?:/[^/]+)?/(id|doc)/(.+?)(?:\.(?:ttl|nt|html|jsonld|rdf))?$"
)


def distance(one: str, other: str) -> int:
    """Return the Levenshtein distance of two texts, of which the beginnings count."""
    one, other = one[:_LONGEST], other[:_LONGEST]
    above = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (char != against)))
        above = line
    return above[-1]


def nearest(iri: str, counts: Mapping[str, int], most: int = 3) -> list[str]:
    """Return the IRIs whose last part is nearest; then those of the same namespace."""
    name = _local(iri).lower()
    ranked = []
    for other, count in counts.items():
        steps = distance(name, _local(other).lower())
        if steps <= max(2, len(name) // 2):
            elsewhere = iri.removesuffix(_local(iri)) != other.removesuffix(_local(other))
            ranked.append((steps, elsewhere, -count, other))
    return [other for *_, other in sorted(ranked)[:most]]


def other_spellings(iri: str, base_iri: str) -> list[str]:
    """Return how else an IRI may be written: scheme, slash at the end, document for thing, case."""
    spelled = [iri.rstrip("/"), iri + "/", iri.lower()]
    for old, new in (("http://", "https://"), ("https://", "http://")):
        if iri.startswith(old):
            spelled.append(new + iri.removeprefix(old))
    ours = _OUR_PATH.match(iri)
    if ours is not None:
        spelled.append(f"{base_iri}id/{ours[2].rstrip('/')}")
    head, _, last = iri.rpartition("/")
    spelled.append(f"{head}#{last}")
    return [one for one in dict.fromkeys(spelled) if one != iri]


def is_iri(iri: str) -> bool:
    """Say whether a text can stand as an IRI in a query."""
    return _NOT_IN_IRI.search(iri) is None and ":" in iri


def _local(iri: str) -> str:
    return re.split(r"[#/]", iri.rstrip("#/"))[-1]
