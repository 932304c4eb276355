"""What a query may take."""

from __future__ import annotations

from dataclasses import dataclass, field

from erqi_kg.settings.definition import about


@dataclass(frozen=True)
class QueryingSettings:
    """What a query may take."""

    executors: int = field(
        default=2, metadata=about("queries evaluated at once, for each web process", least=1)
    )
    spare_executors: int = field(
        default=1, metadata=about("idle executors kept ready to replace a killed one", least=0)
    )
    queue: int = field(
        default=32, metadata=about("queries that may wait, for each web process", least=0)
    )
    queue_wait_s: float = field(
        default=5.0, metadata=about("longest wait in the queue, in seconds", least=0.0)
    )
    client_queries: int = field(
        default=16,
        metadata=about(
            "queries of one client, running and waiting, for each web process; more get 429",
            least=1,
        ),
    )
    query_timeout_s: float = field(
        default=10.0, metadata=about("longest evaluation of a query, in seconds", least=0.05)
    )
    query_memory_mb: int = field(
        default=1024, metadata=about("memory a query may add, in MiB", least=16)
    )
    query_nesting: int = field(
        default=200, metadata=about("deepest nesting of brackets in a query", least=8)
    )
    query_chain: int = field(
        default=2500,
        metadata=about(
            "longest chain of operators, patterns or groups in a query, in links", least=1000
        ),
    )
    max_query_bytes: int = field(
        default=1_000_000, metadata=about("largest query text, in bytes", least=1)
    )
    max_answer_mb: int = field(default=512, metadata=about("largest answer, in MiB", least=1))
    jsonld_triples: int = field(
        default=20_000,
        metadata=about(
            "triples of the largest JSON-LD answer written with short names; a larger one stays "
            "expanded",
            least=0,
        ),
    )
