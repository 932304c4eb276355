"""Count what one web process does (Prometheus text format 0.0.4)."""

from __future__ import annotations

import os
import threading
from collections import Counter

from erqi_kg.engine.caching import CacheFigures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters of one process; thread-safe.

    Args:
        cache: the figures of its cache.
    """

    def __init__(self, cache: CacheFigures) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._queries: Counter[str] = Counter()
        self._query_seconds = 0.0

    def count_request(self, method: str, status: int) -> None:
        """Count an answered request."""
        known = method if method in _METHODS else "other"
        with self._lock:
            self._requests[known, status] += 1

    def count_query(self, outcome: str, seconds: float) -> None:
        """Count a query; `outcome` is `answered` or the name of the error."""
        with self._lock:
            self._queries[outcome] += 1
            self._query_seconds += seconds

    def to_text(self) -> str:
        """Return the counters in the text format; they are of this process alone."""
        worker = f'worker="{os.getpid()}"'
        with self._lock:
            requests = sorted(self._requests.items())
            queries = sorted(self._queries.items())
            seconds = self._query_seconds
        lines = [
            "# HELP erqi_requests_total Requests answered by this web process.",
            "# TYPE erqi_requests_total counter",
            *(
                f'erqi_requests_total{{{worker},method="{method}",status="{status}"}} {count}'
                for (method, status), count in requests
            ),
            "# HELP erqi_queries_total Queries of this web process, by outcome.",
            "# TYPE erqi_queries_total counter",
            *(
                f'erqi_queries_total{{{worker},outcome="{outcome}"}} {count}'
                for outcome, count in queries
            ),
            "# HELP erqi_query_seconds_total Seconds this web process waited for queries.",
            "# TYPE erqi_query_seconds_total counter",
            f"erqi_query_seconds_total{{{worker}}} {seconds:.6f}",
            "# HELP erqi_cache_requests_total Queries looked up among kept answers, by outcome.",
            "# TYPE erqi_cache_requests_total counter",
            *(
                f'erqi_cache_requests_total{{{worker},outcome="{outcome}"}} {count}'
                for outcome, count in (
                    ("hit", self._cache.hits),
                    ("miss", self._cache.misses - self._cache.shared),
                    ("shared", self._cache.shared),
                )
            ),
            "# HELP erqi_cache_bytes Bytes of the kept answers.",
            "# TYPE erqi_cache_bytes gauge",
            f"erqi_cache_bytes{{{worker}}} {self._cache.bytes}",
        ]
        return "\n".join(lines) + "\n"


_METHODS = frozenset(("GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH"))
