"""Bulk load of the named graphs beside `oxigraph load`, the same file, in alternating pairs."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from statistics import median

from bench.findings import Finding
from bench.peers.oxigraph import OxigraphOnDisk
from bench.peers.processes import run
from bench.releases import Loaded

_PAIRS = 3
_OURS = """
import sys
import pyoxigraph as ox
store = ox.Store(sys.argv[1])
store.bulk_load(path=sys.argv[2], format=ox.RdfFormat.from_extension(sys.argv[3]))
store.flush()
"""


def bulk_load(workdir: Path, loaded: Loaded, pairs: int = _PAIRS) -> list[Finding]:
    """Load the named graphs into a new store, each in a process of its own; then the merge."""
    peer = OxigraphOnDisk(workdir, loaded)
    peer.install()
    program = str(peer.venv / "bin" / peer.program)
    mine, theirs = workdir / "load-ours", workdir / "load-theirs"
    ratios, seconds, merges = [], [], []
    for _ in range(pairs):
        for place in (mine, theirs):
            shutil.rmtree(place, ignore_errors=True)
        ours_s = _seconds([sys.executable, "-c", _OURS, str(mine), str(loaded.named), "nq"])
        load = [program, "load", "--location", str(theirs), "--file", str(loaded.named)]
        ratios.append(_seconds(load) / ours_s)
        seconds.append(ours_s)
        merge = [sys.executable, "-c", _OURS, str(mine), str(loaded.merged), "nt"]
        merges.append(_seconds(merge))
    for place in (mine, theirs):
        shutil.rmtree(place)
    about = f"bulk load of {loaded.quads:,} quads into named graphs"
    ratio = round(median(ratios), 2)
    return [
        Finding(f"{about}, s", round(median(seconds), 1), "none", is_reached=True),
        Finding(f"{about}, ours / theirs", ratio, "≥ 0.9", ratio >= 0.9),
        Finding(
            f"bulk load of their merge, {loaded.triples:,} triples, s",
            round(median(merges), 1), "none", is_reached=True,
        ),
    ]  # fmt: skip


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    run(command)
    return time.perf_counter() - started
