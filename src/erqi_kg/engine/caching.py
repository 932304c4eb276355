"""Keep answers for those who ask again: one evaluation for equal queries on one release."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from erqi_kg.engine.interface import Answer, ChangeRequest, Committed, Engine, QueryRequest
from erqi_kg.errors import (
    BadRequest,
    Forbidden,
    NotAcceptable,
    NotFound,
    QueryTimedOut,
    QueryTooHeavy,
    TooLarge,
)
from erqi_kg.settings import Settings
from erqi_kg.sparql.quick import scan_once
from erqi_kg.storedir import Release

_LARGEST_PART = 8
"""An answer is kept when it fills at most such a part of the cache."""
_SMALL_BYTES = 262_144
"""A larger answer is kept from the second time on: keeping costs more than asking once."""
_REMEMBERED = 4_096
"""So many keys of larger answers that were not kept are remembered."""
_OVERHEAD_BYTES = 1_000
"""Of a kept answer, beside its bytes and its query."""
_SAME_FOR_ALL = (
    *(BadRequest, Forbidden, NotAcceptable, NotFound, TooLarge),
    *(QueryTimedOut, QueryTooHeavy),
)
"""What an equal query would meet too."""


@dataclass(eq=False)
class KeptAnswer:
    """An answer that is read as often as one likes."""

    media_type: str
    release: str
    elapsed_s: float
    body: bytes
    digest: str
    coded: tuple[str, bytes] | None = None
    """The content coding that somebody wanted last, and the body in it."""

    @property
    def size_bytes(self) -> int:
        """Length of the answer in bytes."""
        return len(self.body)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes."""
        yield self.body

    def read(self) -> bytes:
        """Return all bytes."""
        return self.body

    def close(self) -> None:
        """Do nothing: others may read it."""


@dataclass
class CacheFigures:
    """What the cache of one web process did."""

    hits: int = 0
    misses: int = 0
    shared: int = 0
    """Queries that waited for the answer of an equal one instead of being evaluated."""
    answers: int = 0
    bytes: int = 0
    most_bytes: int = 0


@dataclass(eq=False)
class _Flight:
    """A query that is being evaluated, for those who ask the same meanwhile."""

    landing: threading.Lock = field(default_factory=threading.Lock)
    """Held until it has landed."""
    answer: KeptAnswer | None = None
    error: Exception | None = None


class AnswerCache:
    """Answers by what they depend on, the one used least recently goes first; thread-safe."""

    def __init__(self, most_bytes: int) -> None:
        self.figures = CacheFigures(most_bytes=most_bytes)
        self.largest_bytes = most_bytes // _LARGEST_PART
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[KeptAnswer, int]] = OrderedDict()
        self._asked: OrderedDict[int, None] = OrderedDict()

    def find(self, key: Hashable) -> KeptAnswer | None:
        """Return a kept answer."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                self.figures.misses += 1
                return None
            self._kept.move_to_end(key)
            self.figures.hits += 1
            return found[0]

    def takes(self, key: Hashable, size_bytes: int) -> bool:
        """Say whether an answer of this size is kept this time."""
        if size_bytes > self.largest_bytes:
            return False
        if size_bytes <= _SMALL_BYTES:
            return True
        return self.want(key)

    def want(self, key: Hashable) -> bool:
        """Remember that an answer was asked for; say whether it was before."""
        digest = hash(key)
        with self._lock:
            if digest in self._asked:
                return True
            self._asked[digest] = None
            if len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
            return False

    def count_shared(self) -> None:
        """Count a query that was answered with the answer of an equal one."""
        with self._lock:
            self.figures.shared += 1

    def keep(self, key: Hashable, answer: KeptAnswer, text_bytes: int) -> None:
        """Keep an answer, with room for a coded form."""
        size_bytes = 2 * len(answer.body) + 2 * text_bytes + _OVERHEAD_BYTES
        with self._lock:
            if key in self._kept:
                self.figures.bytes -= self._kept.pop(key)[1]
            self._kept[key] = (answer, size_bytes)
            self.figures.bytes += size_bytes
            while self.figures.bytes > self.figures.most_bytes:
                _, (_, freed) = self._kept.popitem(last=False)
                self.figures.bytes -= freed
            self.figures.answers = len(self._kept)


class CachingEngine:
    """An engine that keeps the answers of another one; never those that change by themselves.

    Args:
        engine: evaluates.
        settings: `cache_mb` bounds what is kept; 0 keeps nothing.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._nesting = settings.query_nesting
        self.cache = AnswerCache(settings.cache_mb * 1024 * 1024)
        self._lock = threading.Lock()
        self._flights: dict[Hashable, _Flight] = {}

    def answer(self, request: QueryRequest) -> Answer:
        """Return a kept answer, or evaluate; see `interface.Engine.answer`."""
        if request.is_whole_store:
            return self._engine.answer(request)
        release = self._engine.current()
        if request.scan is None:
            base_iri = release.manifest.base_iri
            request = replace(request, scan=scan_once(request.text, base_iri, self._nesting))
        if not self.cache.largest_bytes or request.scan is None or request.scan.is_volatile:
            return self._engine.answer(request)
        key = _key(request, request.release or release.id)
        return self.cache.find(key) or self._fly(key, request)

    def change(self, request: ChangeRequest) -> Committed:
        """Change the stored graphs; kept answers are of the release they show."""
        return self._engine.change(request)

    def current(self) -> Release:
        """Return the release that is served now."""
        return self._engine.current()

    def status(self) -> Mapping[str, object]:
        """Return the figures of the engine and of the cache."""
        return {**self._engine.status(), "cache": vars(self.cache.figures)}

    def close(self) -> None:
        """End the engine's processes."""
        self._engine.close()

    def _fly(self, key: Hashable, request: QueryRequest) -> Answer:
        """Evaluate, or wait for who evaluates the same under the same deadline."""
        flight_key = (key, request.timeout_s)
        with self._lock:
            flight = self._flights.get(flight_key)
            if flight is None:
                mine = self._flights[flight_key] = _Flight()
                mine.landing.acquire()
        if flight is not None:
            self.cache.want(key)
            with flight.landing:
                pass
            if flight.answer is not None:
                self.cache.count_shared()
                return flight.answer
            if flight.error is not None:
                raise flight.error
            return self._engine.answer(request)
        try:
            answer = self._engine.answer(request)
            kept = mine.answer = self._kept(key, request, answer)
        except _SAME_FOR_ALL as error:
            mine.error = error
            raise
        finally:
            with self._lock:
                del self._flights[flight_key]
            mine.landing.release()
        return kept or answer

    def _kept(self, key: Hashable, request: QueryRequest, answer: Answer) -> KeptAnswer | None:
        if request.release is None:
            key = _key(request, answer.release)
        if not self.cache.takes(key, answer.size_bytes):
            return None
        body = answer.read()
        kept = KeptAnswer(
            answer.media_type,
            answer.release,
            answer.elapsed_s,
            body,
            blake2b(body, digest_size=8).hexdigest(),
        )
        self.cache.keep(key, kept, len(request.text))
        return kept


def _key(request: QueryRequest, release: str) -> Hashable:
    """Return everything an answer depends on."""
    return (
        release,
        request.text,
        request.media_type,
        request.default_graphs,
        request.named_graphs,
        tuple(sorted(request.substitutions.items())),
    )
