"""What `erqi-kg publish` has left on a remote endpoint: which release, which graphs.

<base>graph/remote/record       what was published: release, graphs, triples and digest of each
<base>graph/remote/merge        the RDF merge of the built graphs: the default graph
<base>graph/remote/workspaces   the workspace graphs that were written through this service
<base>graph/remote/nothing      never there: names an empty graph
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from erqi_kg.namespaces import PREFIXES, REMOTE_MERGE, REMOTE_RECORD, Names
from erqi_kg.storedir import Release

IDENTIFIER = PREFIXES["dcterms"] + "identifier"
_FRESH_S = 10.0
"""So long what was read of the record holds."""


@dataclass(frozen=True)
class Published:
    """What stands on the remote endpoint."""

    release: str | None
    """Id of the release that was published whole; None: none by us, or not to its end."""
    graphs: tuple[str, ...]
    """IRIs of the built graphs."""
    merge: str | None
    """IRI of their merge; None: it is not there, so the graphs are named one by one."""

    @property
    def default_graphs(self) -> tuple[str, ...]:
        """Return the graphs that make the default graph."""
        return self.graphs if self.merge is None else (self.merge,)


def published_of(pairs: list[tuple[str, str]], release: Release) -> Published:
    """Return what a record says.

    Args:
        pairs: subject and value of `dcterms:identifier` in the record.
        release: the local one, which names the graphs where there is no record.
    """
    names = Names(release.manifest.base_iri)
    found = dict(pairs)
    whole = found.pop(names.remote(REMOTE_RECORD), None)
    has_merge = found.pop(names.remote(REMOTE_MERGE), None) is not None
    graphs = tuple(sorted(found)) or tuple(release.manifest.graphs)
    return Published(whole, graphs, names.remote(REMOTE_MERGE) if has_merge else None)


class PublishedCache:
    """Holds what was read of the record for some seconds; thread-safe.

    Args:
        read: asks the endpoint.
    """

    def __init__(self, read: Callable[[], Published]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._held: Published | None = None
        self._until = 0.0

    def get(self) -> Published:
        """Return what stands on the endpoint; raises what `read` raises."""
        held = self._held
        if held is not None and time.monotonic() < self._until:
            return held
        with self._lock:
            if self._held is None or time.monotonic() >= self._until:
                self._held = self._read()
                self._until = time.monotonic() + _FRESH_S
            return self._held
