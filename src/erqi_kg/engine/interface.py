"""What every page and API of the service asks an engine for.

The site knows this interface only, so it also runs on a remote SPARQL 1.1 endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from erqi_kg.sparql.scan import Scan
from erqi_kg.storedir import Release

ChangeKind = Literal["update", "replace", "merge", "drop", "undo"]
IsWanted: TypeAlias = Callable[[], bool]


@dataclass(frozen=True)
class QueryRequest:
    """One SPARQL query with everything its answer depends on."""

    text: str
    media_type: str
    """Media type of the answer, chosen before evaluation."""
    default_graphs: tuple[str, ...] | None = None
    """IRIs that make the default graph (SPARQL 1.1 Protocol, 2.1.4); None: as the text says."""
    named_graphs: tuple[str, ...] | None = None
    """IRIs of the named graphs; None: as the text says."""
    substitutions: Mapping[str, str] = field(default_factory=dict)
    """Variable (without `?`) to RDF term in N-Triples syntax, bound before evaluation."""
    timeout_s: float | None = None
    """A shorter deadline than the server's, in seconds."""
    release: str | None = None
    """Id of an older release; None: the current one."""
    is_own: bool = False
    """Of the service itself: the limit of clients' texts does not hold."""
    is_whole_store: bool = False
    """Instead of a query: all quads, in a media type of datasets."""
    scan: Scan | None = None
    """The scan of the text, by whoever made it already; never of another text, save for IRIs among
    its VALUES, which no scan tells."""
    client: str = ""
    """Whose query it is, for fair shares; "": nobody's."""
    is_wanted: IsWanted | None = field(default=None, compare=False)
    """Says whether somebody still waits for the answer; asked every 0.2 s."""


class Answer(Protocol):
    """A whole answer: nothing is sent before its last byte is known."""

    @property
    def media_type(self) -> str:
        """Media type of the bytes."""

    @property
    def size_bytes(self) -> int:
        """Length of the answer in bytes."""

    @property
    def release(self) -> str:
        """Id of the release that was asked."""

    @property
    def elapsed_s(self) -> float:
        """Time of the evaluation in seconds."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes once, then free them."""

    def read(self) -> bytes:
        """Return all bytes, then free them."""

    def close(self) -> None:
        """Free the answer unread."""


@dataclass(frozen=True)
class ChangeRequest:
    """One change of the stored graphs."""

    kind: ChangeKind
    body: bytes = b""
    """The update, or the RDF document."""
    graph: str = ""
    """Of the graph store's operations: an IRI, or `updates.DEFAULT_GRAPH`, `ANY_GRAPH`."""
    media_type: str = ""
    """Of the document."""
    using: tuple[str, ...] | None = None
    """IRIs of `using-graph-uri` (SPARQL 1.1 Protocol, 2.2.3)."""
    using_named: tuple[str, ...] | None = None
    unchanged_since: int | None = None
    """Refuse when a later commit than this has changed the graph."""
    commit: int = 0
    """Of `undo`: the commit that is undone."""


@dataclass(frozen=True)
class Committed:
    """The outcome of a change."""

    release: str
    """Id of the release that shows it."""
    added: int | None
    """Quads; None: the engine does not tell."""
    removed: int | None
    created: tuple[str, ...]
    """IRIs of named graphs that exist since."""
    dropped: tuple[str, ...]
    existed: bool
    """The graph of a graph store operation was there before."""


class Engine(Protocol):
    """Evaluates queries under a deadline and limits."""

    def answer(self, request: QueryRequest) -> Answer:
        """Evaluate one query.

        Raises:
            MalformedQuery: not SPARQL, with line and column (400).
            Forbidden: it holds SERVICE, LOAD or an update (403, 400).
            NotFound: the asked release is not here (404).
            TooManyQueries: the client asks too many at once (429).
            Overloaded, QueryTimedOut, QueryTooHeavy, EngineUnavailable: 503.
            NotOffered, RemoteFailed, RemoteUnavailable: of a remote engine (501, 502, 503).
        """

    def change(self, request: ChangeRequest) -> Committed:
        """Change the stored graphs; on return every query sees it, and the disk has it.

        Raises:
            MalformedQuery, MalformedData: the body, with line and column (400).
            Forbidden: writing is off, or it would write where it may not (403).
            NotFound: there is no such commit (404).
            PreconditionFailed: the graph was changed since (412).
            TooLarge: past a limit of the workspace (413).
            Overloaded, QueryTimedOut, QueryTooHeavy, EngineUnavailable: 503.
            NotOffered, RemoteFailed, RemoteUnavailable: of a remote engine (501, 502, 503).
        """

    def current(self) -> Release:
        """Return the release that is served now."""

    def status(self) -> Mapping[str, object]:
        """Return figures for the status page: residence, executors, queue, memory."""

    def close(self) -> None:
        """End the engine's processes."""
