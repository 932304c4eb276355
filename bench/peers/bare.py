"""The parts the service is made of and nothing else: what these can give on a machine."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.bare import DATA
from bench.peers.peer import Peer

_PROJECT = Path(__file__).resolve().parents[2]


class Bare(Peer):
    """Flask on granian, two web processes with one forked store each; see `bench.bare`."""

    name = "bare"
    about = "the service's parts alone, no limits, in memory"

    def install(self) -> None:
        """Nothing: what it needs, the service needs too."""

    def command(self) -> Sequence[str]:
        program = str(Path(sys.executable).parent / "granian")
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--interface", "wsgi"]
        return [program, *where, "--workers", "2", "--blocking-threads", "4", "bench.bare:app"]

    def environment(self) -> Mapping[str, str]:
        # Like rdflib-endpoint it holds the merge only.
        return {
            DATA: str(self.loaded.merged),
            "PYTHONPATH": str(_PROJECT),
            "GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000",
        }
