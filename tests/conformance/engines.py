"""Start the services that the suites are run against, each on a port of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import requests

from tests.conformance.endpoint import Endpoint
from tests.conformance.suites import CACHE
from tests.servers import clean_environment, free_port

TOKEN = "conformance"
OXIGRAPH, RDFLIB_ENDPOINT = "0.5.13", "0.6.3"
_READY_S = 60


@contextmanager
def ours(place: Path) -> Iterator[Endpoint]:
    """Run this service in plain mode."""
    port = free_port()
    settings = {"ERQI_PLAIN": 1, "ERQI_UPDATE_TOKEN": TOKEN, "ERQI_STORE_DIR": place / "store",
                "ERQI_PORT": port, "ERQI_WORKERS": 1}  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    endpoint = Endpoint("erqi-kg", f"{url}/sparql", f"{url}/update", f"{url}/store", TOKEN)
    command = [sys.executable, "-m", "erqi_kg", "serve"]
    with _running(command, endpoint, place, clean_environment(**settings)):
        yield endpoint


@contextmanager
def oxigraph(place: Path) -> Iterator[Endpoint]:
    """Run Oxigraph's server, from the environment of the tests."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    endpoint = Endpoint("oxigraph", f"{url}/query", f"{url}/update", f"{url}/store")
    program = Path(sys.executable).with_name("oxigraph")
    command = [str(program), "serve", "--location", str(place / "oxigraph"),
               "--bind", f"127.0.0.1:{port}"]  # fmt: skip
    with _running(command, endpoint, place, clean_environment()):
        yield endpoint


@contextmanager
def rdflib_endpoint(place: Path) -> Iterator[Endpoint]:
    """Run rdflib-endpoint over a dataset whose default graph is the default graph only."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    endpoint = Endpoint("rdflib-endpoint", url, url)
    script = (
        "import rdflib.plugins.sparql, uvicorn, rdflib\n"
        "from rdflib_endpoint import SparqlEndpoint\n"
        "rdflib.plugins.sparql.SPARQL_DEFAULT_GRAPH_UNION = False\n"
        "app = SparqlEndpoint(graph=rdflib.Dataset(), enable_update=True)\n"
        f"uvicorn.run(app, host='127.0.0.1', port={port}, log_level='critical')\n"
    )
    command = [str(_rdflib_endpoint_python()), "-c", script]
    with _running(command, endpoint, place, clean_environment()):
        yield endpoint


ENGINES: Mapping[str, Callable[[Path], AbstractContextManager[Endpoint]]] = {
    "erqi-kg": ours,
    "oxigraph": oxigraph,
    "rdflib-endpoint": rdflib_endpoint,
}


def _rdflib_endpoint_python() -> Path:
    """Return the interpreter of an environment of its own, made once."""
    place = CACHE / f"rdflib-endpoint-{RDFLIB_ENDPOINT}"
    python = place / "bin" / "python"
    if not (place / "installed").is_file():
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        package = f"rdflib-endpoint[cli]=={RDFLIB_ENDPOINT}"
        options = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([str(python), "-m", "pip", "install", *options, package], check=True)
        (place / "installed").touch()
    return python


@contextmanager
def _running(
    command: Sequence[str], endpoint: Endpoint, place: Path, environment: Mapping[str, str]
) -> Iterator[None]:
    log = place / f"{endpoint.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(endpoint, process, log)
            yield
        finally:
            endpoint.session.close()
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(endpoint: Endpoint, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if endpoint.ask("ASK {}", "application/sparql-results+json").ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError(f"{endpoint.name} does not start:\n{log.read_text(encoding='utf-8')}")
