"""The service of this project."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import erqi_kg
from bench.peers.peer import Peer
from bench.peers.processes import command_of, family, parent_of, processor_s


class Ours(Peer):
    """The service of this project, with its defaults save a longer deadline."""

    name = "erqi-kg"
    about = "this service, release in memory"
    resident_mb = 8192

    def install(self) -> None:
        """Nothing: it runs from the checkout."""

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "erqi_kg", "serve"]

    def environment(self) -> Mapping[str, str]:
        return {
            "ERQI_STORE_DIR": self.loaded.directory,
            "ERQI_PORT": str(self.port),
            "ERQI_RESIDENT_MB": str(self.resident_mb),
            "ERQI_QUERY_TIMEOUT_S": "60",
            "PYTHONPATH": str(Path(erqi_kg.__file__).parents[1]),
        }

    @property
    def web_processes(self) -> list[int]:
        """Return the ids of the processes that speak HTTP."""
        return [pid for pid in family(self._process) if "serve" in command_of(parent_of(pid))]

    @property
    def processor_s(self) -> dict[str, float]:
        """Return the processor seconds of the service's processes by what they do."""
        found = {"web processes": 0.0, "executors": 0.0, "keeper, zygote, starter": 0.0}
        for pid in family(self._process):
            parent, command = parent_of(pid), command_of(pid)
            if "zygote" in command and "zygote" in command_of(parent):
                found["executors"] += processor_s(pid)
            elif "serve" in command and "serve" in command_of(parent):
                found["web processes"] += processor_s(pid)
            else:
                found["keeper, zygote, starter"] += processor_s(pid)
        return found


class OursOnDisk(Ours):
    """The service reading the store on disk."""

    name = "erqi-kg-disk"
    about = "this service, release on disk"
    resident_mb = 0
