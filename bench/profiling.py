"""Say where the time of a request goes: `python -m bench.profiling [KIND ...]`.

First the processor time of each process under load, for one request. Then the application in
this process, called as the web server calls it, over a real engine: the web server itself and the
network are left out, and the executor's own work is told apart.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.driver import JSON_RESULTS, drive, numbering
from bench.mix import KINDS, Kind, targets, texts
from bench.peers import Ours
from bench.releases import Loaded, load
from erqi_kg.engine import start_engine
from erqi_kg.engine.evaluation import Task, evaluate
from erqi_kg.engine.interface import QueryRequest
from erqi_kg.engine.local import LocalEngine
from erqi_kg.engine.residence import load_into_memory
from erqi_kg.engine.spool import Spool
from erqi_kg.namespaces import DEFAULT_BASE_IRI, Names
from erqi_kg.settings import Settings
from erqi_kg.sparql.admission import admit_query
from erqi_kg.sparql.scan import scan_query
from erqi_kg.storedir import StoreDirectory
from erqi_kg.web.app import create_app

_PROJECT = Path(__file__).resolve().parents[1]
_TIMES = 400


def profile(loaded: Loaded, kind: str, resident_mb: int = 8192) -> str:
    """Return the median microseconds of each stage, and the costliest functions of the web part."""
    settings = Settings(store_dir=loaded.path, resident_mb=resident_mb, query_timeout_s=60.0)
    with start_engine(settings) as engine:
        stages = _stages(settings, engine, loaded, kind)
        lines = [f"{name:52}{_median_us(action):9.0f}" for name, action in stages.items()]
        return "\n".join([*lines, "", _functions(stages["whole request in the application"])])


def processor_us(loaded: Loaded, workdir: Path, kind: str) -> str:
    """Return the processor time of the service's processes and of the client, for one request."""
    ours = Ours(workdir, loaded)
    ours.prepare()
    try:
        ours.start()
        make = partial(_targets, KINDS[kind], loaded)
        drive(ours.port, make, numbering(), seconds=0.5)
        before, client = ours.processor_s, time.process_time()
        numbers = count(100_000)
        done = drive(ours.port, make, numbers, seconds=3.0)
        spent = {name: ours.processor_s[name] - value for name, value in before.items()}
        spent["client"] = time.process_time() - client
    finally:
        ours.stop()
    requests = len(done.latencies_s)
    shares = (f"{name:52}{value / requests * 1e6:9.0f}" for name, value in spent.items())
    return "\n".join([f"{kind}: {done.rate:.0f} requests/s; processor µs for each:", *shares])


def _targets(kind: Kind, loaded: Loaded, number: int) -> list[str]:
    return targets(kind, loaded.layout, number, "/sparql")


def _stages(
    settings: Settings, engine: LocalEngine, loaded: Loaded, kind: str
) -> dict[str, Callable[[int], object]]:
    layout = loaded.layout
    app = create_app(settings, engine)
    stores = load_into_memory(StoreDirectory(loaded.path).current())
    prefixes = Names().prefixes()

    def text(number: int) -> str:
        return texts(KINDS[kind], layout, number)[0]

    def request(number: int) -> None:
        path, _, query = targets(KINDS[kind], layout, number, "/sparql")[0].partition("?")
        builder = EnvironBuilder(path=path, query_string=query, headers={"Accept": JSON_RESULTS})
        app_iter, status, _ = run_wsgi_app(app, builder.get_environ())
        if not status.startswith("200"):
            raise RuntimeError(status)
        for _ in app_iter:
            pass

    def health(number: int) -> None:
        run_wsgi_app(app, EnvironBuilder(path="/healthz").get_environ())

    def ask(number: int) -> None:
        engine.answer(QueryRequest(text(number), JSON_RESULTS)).read()

    def evaluated(number: int) -> None:
        task = Task(text(number), JSON_RESULTS, 60.0)
        evaluate(stores, task, DEFAULT_BASE_IRI, prefixes, Spool(10**9, "/tmp"))

    def bare(number: int) -> None:
        from pyoxigraph import QueryResultsFormat

        results: Any = stores.default_graph.query(text(number), base_iri=DEFAULT_BASE_IRI)
        results.serialize(format=QueryResultsFormat.JSON)

    return {
        "the query engine alone, in one process": bare,
        "an executor's evaluation, in one process": evaluated,
        "  of it the scan and the admission": lambda number: admit_query(
            text(number), JSON_RESULTS, deepest=200, longest=2500, base_iri=DEFAULT_BASE_IRI
        ),
        "  of it the scan": lambda number: scan_query(text(number), DEFAULT_BASE_IRI),
        "the engine, with an executor in its own process": ask,
        "whole request in the application": request,
        "a request for /healthz in the application": health,
    }


def _median_us(action: Callable[[int], object]) -> float:
    for number in range(20):
        action(number)
    spent = []
    ends = time.perf_counter() + 2.0
    for number in range(_TIMES):
        started = time.perf_counter()
        action(number + 20)
        spent.append(time.perf_counter() - started)
        if time.perf_counter() > ends:
            break
    return median(spent) * 1e6


def _functions(action: Callable[[int], object]) -> str:
    profiler = cProfile.Profile()
    profiler.enable()
    for number in range(200):
        action(number + 1000)
    profiler.disable()
    output = io.StringIO()
    stats = pstats.Stats(profiler, stream=output).strip_dirs()
    stats.sort_stats("cumulative").print_stats(45)
    return output.getvalue()


if __name__ == "__main__":
    place = Settings.load().store_dir.resolve() / "bench"
    for chosen in sys.argv[1:] or ["point"]:
        generated = load(_PROJECT, place, 100_000, 1)
        print(processor_us(generated, place, chosen))
        print(profile(generated, chosen))
