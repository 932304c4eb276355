"""Measure the engine: `PYTHONPATH=src:. python bench/engine.py [QUADS ...]`, without a web server.

Each size is published as a release of its own in a temporary directory: divisions with labels,
levels and observations, every third quad in two graphs. Times are medians in milliseconds.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.releases import make_release

from erqi_kg.engine import start_engine
from erqi_kg.engine.handle import fork_executor
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.engine.local import LocalEngine
from erqi_kg.engine.memory import memory_of
from erqi_kg.engine.residence import load_into_memory
from erqi_kg.errors import ServiceError
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release

JSON = "application/sparql-results+json"
X = "http://x/"
XSD = "http://www.w3.org/2001/XMLSchema#"
QUERIES = {
    "join": f"SELECT ?d ?v {{ ?d <{X}level> 3 ; <{X}value> ?v . ?d <{X}label> ?l }} LIMIT 1000",
    "group by": f"SELECT ?l (COUNT(*) AS ?n) {{ ?d <{X}level> ?l ; <{X}value> ?v }} GROUP BY ?l",
    "10,000 rows": "SELECT * { ?s ?p ?o } LIMIT 10000",
    "full scan": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(STRLEN(STR(?o)) > 1) }",
}
ENDLESS = "SELECT (COUNT(*) AS ?c) { ?a ?b ?c1 . ?d ?e ?f . ?g ?h ?i }"


def quads(count: int) -> str:
    lines = []
    for number in range(count // 4):
        thing = f"<{X}d{number}>"
        lines.append(f'{thing} <{X}label> "division {number}"@en <{X}g1> .')
        lines.append(f'{thing} <{X}level> "{number % 7}"^^<{XSD}integer> <{X}g1> .')
        lines.append(f'{thing} <{X}value> "{number * 3 % 1009}"^^<{XSD}integer> <{X}g2> .')
        lines.append(f'{thing} <{X}value> "{number * 3 % 1009}"^^<{XSD}integer> <{X}g3> .')
    return "\n".join(lines) + "\n"


def milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def median(action: Callable[[], object], times: int) -> float:
    return statistics.median(milliseconds(action) for _ in range(times))


def ask(engine: LocalEngine, text: str) -> None:
    engine.answer(QueryRequest(text, JSON)).read()


def points(engine: LocalEngine, threads: int, each: int, things: int) -> tuple[float, float]:
    """Median latency of point queries, and queries a second."""
    latencies: list[float] = []

    def drive(seed: int) -> None:
        for number in range(each):
            thing = (seed * 7919 + number * 31) % things
            text = f"SELECT ?p ?o {{ <{X}d{thing}> ?p ?o }}"
            latencies.append(milliseconds(lambda text=text: ask(engine, text)))

    running = [threading.Thread(target=drive, args=(seed,)) for seed in range(threads)]
    started = time.perf_counter()
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return statistics.median(latencies), threads * each / (time.perf_counter() - started)


def runaway(engine: LocalEngine) -> None:
    try:
        engine.answer(QueryRequest(ENDLESS, JSON, timeout_s=1.0))
    except ServiceError:
        return


def measure(release: Release, store_dir: Path, resident_mb: int) -> None:
    started = time.perf_counter()
    engine = start_engine(Settings(store_dir=store_dir, resident_mb=resident_mb, executors=2))
    with engine:
        status = engine.status()
        print(f"  {status['residence']}: start {time.perf_counter() - started:.2f} s")
        served = engine._pool.served()
        forks = []

        def fork() -> None:
            forks.append(fork_executor(served, engine._limits))

        print(f"    fork an executor      {median(fork, 15):8.2f}")
        for executor in forks:
            executor.end()
        things = release.manifest.quads // 4
        points(engine, 1, 300, things)
        for threads in (1, 4):
            latency, rate = points(engine, threads, 2000 // threads, things)
            print(f"    point, {threads} thread(s)    {latency:8.2f}   {rate:6.0f}/s")
        for name, text in QUERIES.items():
            print(f"    {name:20} {median(lambda text=text: ask(engine, text), 7):9.2f}")
        print(f"    zygote {memory_of(served.pid)}")
        for executor in list(engine._pool._idle):
            print(f"    executor {memory_of(executor.pid)}")
        print(f"    runaway of 1 s ends at{median(lambda: runaway(engine), 5):9.1f}")


def main(sizes: list[int]) -> None:
    for size in sizes:
        with tempfile.TemporaryDirectory() as directory:
            release = make_release(Path(directory), quads(size))
            manifest = release.manifest
            print(f"{manifest.quads} quads, {manifest.triples} triples in the default graph")
            started = time.perf_counter()
            load_into_memory(release)
            print(f"  load into memory: {time.perf_counter() - started:.2f} s")
            for resident_mb in (4096, 0):
                measure(release, Path(directory), resident_mb)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [30_000, 300_000])
