"""Links between records: each leads to something that is described."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import pyoxigraph as ox

from erqi_kg.build.context import Context
from erqi_kg.build.ontology import RDF_TYPE, iri_of
from erqi_kg.errors import DataError, UnknownTerm
from erqi_kg.namespaces import Names

SHOWN = 5
"""Values of other records that a message names."""


def check_links(
    quads: Iterable[ox.Quad], context: Context, names: Names, files: Mapping[str, str]
) -> list[DataError]:
    """Return every link to a thing of ours that nothing describes.

    Args:
        context: says how a property is called in records.
        files: the file each record stands in, by id.
    """
    quads = list(quads)
    described = {iri_of(quad.subject) for quad in quads if quad.predicate == RDF_TYPE}
    missing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for quad in quads:
        target = iri_of(quad.object)
        if target.startswith(names.things) and target not in described:
            subject = iri_of(quad.subject).removeprefix(names.things)
            missing[quad.predicate.value, target].append(subject)
    if not missing:
        return []
    elsewhere = _values({predicate for predicate, _ in missing}, quads)
    return [
        UnknownTerm(
            f"{context.key_of(predicate)} points to {target.removeprefix(names.things)}, "
            "which nothing describes"
            + (f" ({len(subjects) - 1} other records do so too)" if len(subjects) > 1 else "")
            + _instead(target, described, elsewhere[predicate], context, names),
            files.get(min(subjects), ""),
            min(subjects),
        )
        for (predicate, target), subjects in sorted(missing.items())
    ]


def _values(predicates: set[str], quads: Iterable[ox.Quad]) -> dict[str, Counter[str]]:
    """Return how often each IRI is the value of each property."""
    found: dict[str, Counter[str]] = {predicate: Counter() for predicate in predicates}
    for quad in quads:
        if quad.predicate.value in found:
            found[quad.predicate.value][iri_of(quad.object)] += 1
    return found


def _instead(
    target: str, described: set[str], values: Counter[str], context: Context, names: Names
) -> str:
    """Return what may have been meant: the nearest id of the kind, or what others write."""
    kind, slash, _ = target.removeprefix(names.things).partition("/")
    same_kind = [iri for iri in described if iri.startswith(f"{names.things}{kind}/")]
    if slash and (near := get_close_matches(target, same_kind, n=1, cutoff=0.95)):
        return f"; did you mean {near[0].removeprefix(names.things)!r}?"
    usual = [
        iri
        for iri, _ in values.most_common()
        if iri in described or not iri.startswith(names.things)
    ][:SHOWN]
    written = [
        iri.removeprefix(names.things) if iri.startswith(names.things) else context.compact(iri)
        for iri in usual
        if iri
    ]
    return (
        f": describe it, or write another; elsewhere it is {', '.join(written)}" if written else ""
    )
