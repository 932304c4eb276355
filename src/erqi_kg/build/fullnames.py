"""Names of places together with the places they are in: 郑州市二七区, Erqi District, Zhengzhou."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_DEEPEST = 5
"""From a street to its country."""
_DROPPED = "省市"
"""郑州二七区 is said too."""

Labels = Mapping[str, Mapping[str, str]]
"""Of things by IRI, of each by language."""


def full_names(labels: Labels, containers: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield IRI, full name and language, in Chinese with each number of containers.

    The outermost container, the country, is in no name.

    Args:
        labels: of the places and their containers.
        containers: by what they contain.
    """
    for iri in containers:
        around = [labels[one] for one in _containers_of(iri, containers) if one in labels]
        own = labels.get(iri, {})
        if "zh" in own:
            for prefix in _prefixes([one["zh"] for one in around if "zh" in one]):
                yield iri, prefix + own["zh"], "zh"
        if "en" in own and around and "en" in around[0]:
            yield iri, f"{own['en']}, {around[0]['en']}", "en"


def _containers_of(iri: str, containers: Mapping[str, str]) -> list[str]:
    """Return the containers that have one themselves, from the inside to the outside."""
    found: list[str] = []
    while (iri := containers.get(iri, "")) in containers and len(found) < _DEEPEST:
        found.append(iri)
    return found


def _prefixes(around: list[str]) -> set[str]:
    whole = ["".join(reversed(around[: count + 1])) for count in range(len(around))]
    short = [one[:-1] if len(one) > 2 and one[-1] in _DROPPED else one for one in around]
    return {*whole, *("".join(reversed(short[: count + 1])) for count in range(len(short)))}
