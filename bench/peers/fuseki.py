"""Fuseki over TDB2, from Maven Central."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.peers.peer import Peer
from bench.peers.processes import NotAvailable, run

FUSEKI = "5.6.0"


class Fuseki(Peer):
    """Fuseki over TDB2, from Maven Central."""

    name = "fuseki"
    about = "Fuseki, TDB2 on disk"
    path = "/data"

    @property
    def _jar(self) -> Path:
        return self.workdir / "fuseki" / f"jena-fuseki-server-{FUSEKI}.jar"

    def install(self) -> None:
        if shutil.which("java") is None:
            raise NotAvailable("java is needed")
        if self._jar.is_file():
            return
        if shutil.which("mvn") is None:
            raise NotAvailable("mvn is needed to fetch it")
        artifact = f"org.apache.jena:jena-fuseki-server:{FUSEKI}"
        options = [f"-Dartifact={artifact}", f"-DoutputDirectory={self._jar.parent}"]
        run(["mvn", "-q", "-B", "dependency:copy", *options])

    def version(self) -> str:
        return FUSEKI

    def load(self) -> None:
        place = f"--loc={self.place / 'tdb2'}"
        files = [str(self.loaded.named), str(self.loaded.merged)]
        run(["java", "-cp", str(self._jar), "tdb2.tdbloader", place, *files])
        # Statistics for its optimiser, as its manual recommends.
        counted = run(["java", "-cp", str(self._jar), "tdb2.tdbstats", place], only_output=True)
        (self.place / "tdb2" / "Data-0001" / "stats.opt").write_text(counted, encoding="utf-8")

    def command(self) -> Sequence[str]:
        where = ["--localhost", f"--port={self.port}", f"--loc={self.place / 'tdb2'}"]
        return ["java", "-Xmx4g", "-jar", str(self._jar), *where, "/data"]

    def environment(self) -> Mapping[str, str]:
        return {"FUSEKI_BASE": str(self.place / "base")}
