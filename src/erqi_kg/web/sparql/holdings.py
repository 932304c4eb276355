"""What the dataset holds now: the built graphs and those that clients wrote, with their sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from erqi_kg.commitlog import state_of
from erqi_kg.storedir import Release

_DEFAULT = ""
"""The default graph in the counts of a commit log."""


@dataclass(frozen=True)
class Holdings:
    """The graphs of the dataset that a query without a dataset of its own is asked of."""

    default_triples: int
    graphs: Mapping[str, int]
    """Triples of each named graph, by IRI; empty graphs too."""
    is_union: bool
    """The default graph is the merge of all named graphs."""


def holdings_of(release: Release, *, plain: bool) -> Holdings:
    """Return what a release holds after its commits.

    Args:
        release: the served release.
        plain: the default graph is a graph of its own (plain mode).

    Raises:
        StoreError: its commit log is damaged.
    """
    added, graphs = _written(release.path, release.commit)
    built = release.manifest.graphs
    return Holdings(
        default_triples=release.manifest.triples + added.get(_DEFAULT, 0),
        graphs={
            iri: built.get(iri, 0) + added.get(iri, 0)
            for iri in (*built, *sorted(graphs.difference(built)))
        },
        is_union=not plain and not graphs,
    )


@lru_cache(maxsize=2)
def _written(path: Path, commit: int) -> tuple[Mapping[str, int], frozenset[str]]:
    """Return the triples added by graph and the graphs made, in all commits until one."""
    state = state_of(path, commit)
    return state.quads, frozenset(state.graphs)
