"""Send a release to a remote, graph by graph; what is there already is not sent again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from erqi_kg.build.publishing.graphs import PublishedGraph, graphs_of
from erqi_kg.build.publishing.record import UNFINISHED, Record
from erqi_kg.build.publishing.target import Target, authentication
from erqi_kg.errors import RemoteFailed, UsageError
from erqi_kg.namespaces import Names
from erqi_kg.settings import Settings, variable_name
from erqi_kg.storedir import Release

Told = Callable[[str, int], None]


@dataclass
class Outcome:
    """What publishing did."""

    release: str
    sent: int = 0
    """Graphs."""
    kept: int = 0
    removed: int = 0
    triples: int = 0
    """Triples sent."""


def target_of(settings: Settings) -> Target:
    """Return where the settings say that releases are published to.

    Raises:
        UsageError: they do not say.
    """
    for name in ("remote_store_url", "remote_query_url"):
        if getattr(settings, name) is None:
            raise UsageError(f"set {variable_name(name)}: it says where to publish to")
    return Target(
        settings.remote_store_url or "", settings.remote_query_url or "", authentication(settings)
    )


def publish_to(
    target: Target, release: Release, told: Told = lambda _name, _triples: None, *, again: bool
) -> Outcome:
    """Make a remote hold the graphs of a release, and their merge.

    Graphs that an earlier release of ours left there and this one has not are removed; graphs of
    others are never touched.

    Args:
        target: the remote.
        release: what is published.
        told: called with the IRI and the triples of each graph that is done.
        again: send graphs anew that the record says are there.

    Raises:
        RemoteFailed, RemoteUnavailable: it did not take everything; what it took is recorded, and
            the next attempt goes on from there.
        ReleaseDamaged: a file of the release cannot be read.
    """
    names = Names(release.manifest.base_iri)
    wanted = graphs_of(release)
    before = Record.read(target, names)
    record = Record(before.iri, None, dict(before.digests))
    for graph in wanted:
        if again or record.digests.get(graph.iri) != graph.digest:
            record.digests[graph.iri] = UNFINISHED
    _begin(target, record)
    outcome = Outcome(release.manifest.release)
    for graph in wanted:
        if _is_there(target, record, graph):
            outcome.kept += 1
        else:
            _send(target, graph)
            outcome.sent += 1
            outcome.triples += graph.triples
            record.digests[graph.iri] = graph.digest
            record.write(target)
        told(graph.iri, graph.triples)
    for iri in sorted(record.digests.keys() - {graph.iri for graph in wanted}):
        target.remove(iri)
        del record.digests[iri]
        outcome.removed += 1
    record.release = release.manifest.release
    record.write(target)
    return outcome


def _begin(target: Target, record: Record) -> None:
    """Write the record, and learn by it whether the remote takes gzip.

    Raises:
        RemoteFailed: what is written is not what is there afterwards.
    """
    target.takes_gzip = True
    try:
        record.write(target)
        if target.count(record.iri) == record.triples:
            return
    except RemoteFailed:
        pass  # it does not take gzip, or nothing at all: the next attempt tells which
    target.takes_gzip = False
    record.write(target)
    found = target.count(record.iri)
    if found != record.triples:
        raise RemoteFailed(
            f"{target.name} took {record.triples} triples into <{record.iri}> and shows {found} "
            "of them: are the store and the query endpoint over the same data?"
        )


def _is_there(target: Target, record: Record, graph: PublishedGraph) -> bool:
    if record.digests.get(graph.iri) != graph.digest:
        return False
    return target.count(graph.iri) == graph.triples


def _send(target: Target, graph: PublishedGraph) -> None:
    for number, part in enumerate(graph.parts()):
        if number == 0:
            target.replace(graph.iri, part)
        else:
            target.add(graph.iri, part)
    found = target.count(graph.iri)
    if found != graph.triples:
        raise RemoteFailed(
            f"{target.name} shows {found} triples in <{graph.iri}>, and {graph.triples} were "
            "sent: it may bound what it takes, or change values; nothing else was sent"
        )
