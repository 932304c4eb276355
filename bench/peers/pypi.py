"""Servers that are installed with pip."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.peers.peer import Peer
from bench.peers.processes import run


class FromPyPI(Peer):
    package: str
    program: str

    @property
    def venv(self) -> Path:
        return self.workdir / f"venv-{self.program}"

    def install(self) -> None:
        if (self.venv / "bin" / self.program).exists():
            return
        run([sys.executable, "-m", "venv", str(self.venv)])
        pip = str(self.venv / "bin" / "pip")
        run([pip, "install", "--quiet", "--disable-pip-version-check", self.package])

    def version(self) -> str:
        pip = str(self.venv / "bin" / "pip")
        shown = run([pip, "--disable-pip-version-check", "show", self.package.partition("[")[0]])
        return next(line.split()[1] for line in shown.splitlines() if line.startswith("Version:"))


class RdflibEndpoint(FromPyPI):
    """rdflib-endpoint, which keeps rdflib's dataset in memory."""

    name = "rdflib-endpoint"
    about = "rdflib-endpoint, in memory"
    package = "rdflib-endpoint[cli]"
    program = "rdflib-endpoint"
    path = "/"
    most_quads = 300_000
    """Beyond, its joins and scans take minutes."""

    def command(self) -> Sequence[str]:
        # Its default graph is the union of all, so the merge is enough, and faster for it.
        program = str(self.venv / "bin" / self.program)
        where = ["--host", "127.0.0.1", "--port", str(self.port)]
        return [program, "serve", *where, str(self.loaded.merged)]
