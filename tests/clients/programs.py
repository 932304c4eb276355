"""Clients in other languages, each installed once into a directory of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peers import FUSEKI

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Programs:
    node: Path
    comunica: Path
    jena: Path
    """Fuseki's archive, which holds Jena's commands."""

    def command(self, client: str, url: str, query: str) -> list[str]:
        """Return the command by which a client asks an endpoint for JSON."""
        if client == "comunica":
            return [str(self.node), str(self.comunica), f"sparql@{url}", "-q", query,
                    "-t", "application/sparql-results+json"]  # fmt: skip
        if client == "rsparql":
            return ["java", "-cp", str(self.jena), "arq.rsparql", "--service", url,
                    "--results=JSON", query]  # fmt: skip
        return ["curl", "-sS", "--fail-with-body", "-H", "Accept: application/sparql-results+json",
                url, "--data-urlencode", f"query={query}"]  # fmt: skip


def install(place: Path) -> Programs:
    """Install what is missing, from lock files and by version."""
    scripts = Path(sys.executable).parent
    modules = place / "node_modules"
    if not (modules / ".package-lock.json").is_file():
        place.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, place / name)
        _run([str(scripts / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], place)
    jena = place / f"jena-fuseki-server-{FUSEKI}.jar"
    if not jena.is_file():
        artifact = f"org.apache.jena:jena-fuseki-server:{FUSEKI}"
        options = [f"-Dartifact={artifact}", f"-DoutputDirectory={place}"]
        _run(["mvn", "-q", "-B", "dependency:copy", *options], place)
    comunica = modules / "@comunica" / "query-sparql" / "bin" / "query.js"
    return Programs(scripts / "node", comunica, jena)


def _run(command: Sequence[str], place: Path) -> None:
    done = subprocess.run(
        command, cwd=place, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-500:]}{done.stderr[-1000:]}"
