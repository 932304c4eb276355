"""The servers that are compared: each installed, loaded and run in a directory of its own.

They listen on the loopback interface and are ended by process id.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import erqi_kg
from bench.driver import ServerError, fetch
from bench.releases import Loaded

FUSEKI = "5.6.0"
_READY_S = 90.0


class NotAvailable(Exception):
    """A peer that cannot be had here; says why."""


class Peer(ABC):
    """A SPARQL server with the generated data.

    Args:
        workdir: holds what is installed, shared by all runs.
        loaded: the data.
    """

    name: str
    about: str
    path = "/sparql"
    extra = ""
    """Parameters that make the default graph the merge of the named graphs."""
    most_quads = 10**9

    def __init__(self, workdir: Path, loaded: Loaded) -> None:
        self.workdir = workdir / "peers"
        self.loaded = loaded
        self.place = self.workdir / f"{self.name}-{loaded.size}"
        self.port = free_port()
        self.load_s: float | None = None
        """Seconds to load the data; None when it was loaded before."""
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Install the server and load the data, unless both were done.

        Raises:
            NotAvailable: it cannot be had.
        """
        self.workdir.mkdir(parents=True, exist_ok=True)
        self.install()
        done = self.place / "loaded"
        if not done.is_file():
            shutil.rmtree(self.place, ignore_errors=True)
            self.place.mkdir()
            started = time.perf_counter()
            self.load()
            self.load_s = round(time.perf_counter() - started, 2)
            done.touch()

    @abstractmethod
    def install(self) -> None:
        """Install the server below the working directory."""

    def load(self) -> None:  # noqa: B027 - most peers have something to do, some have not
        """Load the data before the server starts."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Return the command that serves the loaded data in the foreground."""

    def environment(self) -> Mapping[str, str]:
        """Return variables the command needs."""
        return {}

    def version(self) -> str:
        """Return the version of the server."""
        return ""

    def loaded_late(self) -> None:  # noqa: B027 - as above
        """Load the data into the running server, for one that keeps it in memory."""

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            NotAvailable: it does not.
        """
        log = self.place / "server.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.place,
                env=os.environ | dict(self.environment()),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                fetch(self.port, f"{self.path}?query=ASK%7B%7D")
                self.loaded_late()
                return
            except (OSError, ServerError, TimeoutError):
                time.sleep(0.1)
        self.stop()
        said = log.read_text(encoding="utf-8", errors="replace")[-500:]
        raise NotAvailable(f"does not start: {said}")

    def stop(self) -> None:
        """End the server."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @property
    def memory_mb(self) -> int:
        """Return the resident memory of the server and its children, shared pages once each."""
        return sum(_proportional_kb(pid) for pid in _family(self._process)) // 1024


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
    def processor_s(self) -> dict[str, float]:
        """Return the processor seconds of the service's processes by what they do."""
        found = {"web processes": 0.0, "executors": 0.0, "keeper, zygote, starter": 0.0}
        for pid in _family(self._process):
            parent, command = _parent(pid), _command(pid)
            if "zygote" in command and "zygote" in _command(parent):
                found["executors"] += _processor_s(pid)
            elif "serve" in command and "serve" in _command(parent):
                found["web processes"] += _processor_s(pid)
            else:
                found["keeper, zygote, starter"] += _processor_s(pid)
        return found


class OursOnDisk(Ours):
    """The service reading the store on disk."""

    name = "erqi-kg-disk"
    about = "this service, release on disk"
    resident_mb = 0


class _FromPyPI(Peer):
    package: str
    program: str

    @property
    def venv(self) -> Path:
        return self.workdir / f"venv-{self.program}"

    def install(self) -> None:
        if (self.venv / "bin" / self.program).exists():
            return
        _run([sys.executable, "-m", "venv", str(self.venv)])
        pip = str(self.venv / "bin" / "pip")
        _run([pip, "install", "--quiet", "--disable-pip-version-check", self.package])

    def version(self) -> str:
        pip = str(self.venv / "bin" / "pip")
        shown = _run([pip, "--disable-pip-version-check", "show", self.package.partition("[")[0]])
        return next(line.split()[1] for line in shown.splitlines() if line.startswith("Version:"))


class OxigraphOnDisk(_FromPyPI):
    """Oxigraph's server over its RocksDB store."""

    name = "oxigraph-disk"
    about = "Oxigraph server, store on disk"
    package = program = "oxigraph"
    path = "/query"

    @property
    def _oxigraph(self) -> str:
        return str(self.venv / "bin" / "oxigraph")

    def load(self) -> None:
        store = str(self.place / "store")
        for file in (self.loaded.named, self.loaded.merged):
            _run([self._oxigraph, "load", "--location", store, "--file", str(file)])
        _run([self._oxigraph, "optimize", "--location", store])

    def command(self) -> Sequence[str]:
        location = ["--location", str(self.place / "store")]
        return [self._oxigraph, "serve", *location, "--bind", f"127.0.0.1:{self.port}"]


class OxigraphInMemory(OxigraphOnDisk):
    """Oxigraph's server with the data sent to it."""

    name = "oxigraph-memory"
    about = "Oxigraph server, in memory"

    def load(self) -> None:
        """Nothing: the running server is loaded."""

    def command(self) -> Sequence[str]:
        return [self._oxigraph, "serve", "--bind", f"127.0.0.1:{self.port}"]

    def loaded_late(self) -> None:
        started = time.perf_counter()
        for target, media_type, file in (
            ("/store", "application/n-quads", self.loaded.named),
            ("/store?default", "application/n-triples", self.loaded.merged),
        ):
            _send(self.port, target, media_type, file)
        self.load_s = round(time.perf_counter() - started, 2)


class RdflibEndpoint(_FromPyPI):
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


class Virtuoso(Peer):
    """Virtuoso, from the packages of the Debian release this runs on."""

    name = "virtuoso"
    about = "Virtuoso open source 7"
    extra = "&default-graph-uri=urn%3Abench%3Amerged"
    _package = "virtuoso-opensource-7-bin"

    @property
    def _root(self) -> Path:
        return self.workdir / "virtuoso"

    @property
    def _program(self) -> str:
        return str(self._root / "usr/bin/virtuoso-t")

    def install(self) -> None:
        if not (self._root / "installed").is_file():
            if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
                raise NotAvailable("apt-get and dpkg-deb are needed to fetch it")
            self._root.mkdir(exist_ok=True)
            self._fetch([self._package, *self._libraries()])
            missing = re.findall(r"(\S+) => not found", self._linked())
            if missing:
                raise NotAvailable(f"libraries are missing: {', '.join(missing)}")
            (self._root / "installed").touch()

    def _libraries(self) -> list[str]:
        listed = _run(["apt-cache", "depends", self._package])
        return re.findall(r"^ +Depends: (lib(?:ldap|minizip|pcre|ssl)\S+)", listed, re.MULTILINE)

    def _fetch(self, packages: Sequence[str]) -> None:
        for package in packages:
            _run(["apt-get", "download", package], cwd=self._root)
        for archive in sorted(self._root.glob("*.deb")):
            _run(["dpkg-deb", "-x", str(archive), str(self._root)])

    def _linked(self) -> str:
        return _run(["ldd", self._program], environment=self.environment())

    def environment(self) -> Mapping[str, str]:
        folders = [str(path) for path in self._root.glob("**/*-linux-gnu")]
        return {"LD_LIBRARY_PATH": ":".join(sorted(folders))}

    def version(self) -> str:
        said = _run([self._program, "-?"], environment=self.environment(), fails=True)
        found = re.search(r"Version (\S+)", said)
        return found[1] if found else ""

    def load(self) -> None:
        """Load by SQL, as its manual says, then shut down so that a checkpoint is on disk."""
        self._sql_port = free_port()
        settings = _VIRTUOSO_SETTINGS.format(
            place=self.place,
            data=self.loaded.path,
            port=self.port,
            sql=self._sql_port,
        )
        (self.place / "virtuoso.ini").write_text(settings, encoding="utf-8")
        process = subprocess.Popen(
            [*self.command()],
            cwd=self.place,
            env=os.environ | dict(self.environment()),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._wait_for_sql(process)
            data = self.loaded
            self._sql(
                f"ld_dir('{data.path}', '{data.named.name}', 'urn:bench:none');"
                f"ld_dir('{data.path}', '{data.merged.name}', 'urn:bench:merged');"
                "rdf_loader_run();"
            )
            failed = self._sql("SELECT ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL;")
            if "0 Rows" not in failed:
                raise NotAvailable(f"does not load the data: {failed[-300:]}")
            self._sql("checkpoint;")
            self._sql("shutdown();", fails=True)
            process.wait(60)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def _wait_for_sql(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline and process.poll() is None:
            if "Connected" in self._sql("SELECT 1;", fails=True):
                return
            time.sleep(0.3)
        raise NotAvailable("does not start; see virtuoso.log")

    def _sql(self, statements: str, *, fails: bool = False) -> str:
        isql = str(self._root / "usr/bin/isql-vt")
        command = [isql, f"127.0.0.1:{self._sql_port}", "dba", "dba", f"exec={statements}"]
        return _run(command, environment=self.environment(), fails=fails)

    def command(self) -> Sequence[str]:
        # The port is of this run, the settings may be of an earlier one.
        file = self.place / "virtuoso.ini"
        text = file.read_text(encoding="utf-8")
        text = re.sub(
            r"(?m)^(\[HTTPServer\]\nServerPort = ).*", rf"\g<1>127.0.0.1:{self.port}", text
        )
        file.write_text(text, encoding="utf-8")
        return [self._program, "+foreground", "+configfile", str(file)]


_VIRTUOSO_SETTINGS = """\
[Database]
DatabaseFile = {place}/virtuoso.db
ErrorLogFile = {place}/virtuoso.log
LockFile = {place}/virtuoso.lck
TransactionFile = {place}/virtuoso.trx
xa_persistent_file = {place}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {place}/virtuoso-temp.db
TransactionFile = {place}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {place}, {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
MaxClientConnections = 20
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {place}
MaxClientConnections = 20
KeepAliveTimeout = 60
MaxKeepAlives = 20
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
"""


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
        _run(["mvn", "-q", "-B", "dependency:copy", *options])

    def version(self) -> str:
        return FUSEKI

    def load(self) -> None:
        place = f"--loc={self.place / 'tdb2'}"
        files = [str(self.loaded.named), str(self.loaded.merged)]
        _run(["java", "-cp", str(self._jar), "tdb2.tdbloader", place, *files])
        # Statistics for its optimiser, as its manual recommends.
        counted = _run(["java", "-cp", str(self._jar), "tdb2.tdbstats", place], only_output=True)
        (self.place / "tdb2" / "Data-0001" / "stats.opt").write_text(counted, encoding="utf-8")

    def command(self) -> Sequence[str]:
        where = ["--localhost", f"--port={self.port}", f"--loc={self.place / 'tdb2'}"]
        return ["java", "-Xmx4g", "-jar", str(self._jar), *where, "/data"]

    def environment(self) -> Mapping[str, str]:
        return {"FUSEKI_BASE": str(self.place / "base")}


PEERS: Mapping[str, type[Peer]] = {
    peer.name: peer
    for peer in (OxigraphOnDisk, OxigraphInMemory, RdflibEndpoint, Virtuoso, Fuseki, OursOnDisk)
}


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    fails: bool = False,
    only_output: bool = False,
) -> str:
    """Return what a command prints.

    Raises:
        NotAvailable: it fails, unless it may.
    """
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | dict(environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 and not fails:
        raise NotAvailable(f"{Path(command[0]).name} fails: {(done.stderr or done.stdout)[-400:]}")
    return done.stdout if only_output else done.stdout + done.stderr


def _send(port: int, target: str, media_type: str, file: Path) -> None:
    """POST a file, in parts."""
    head = (
        f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\n"
        f"Content-Length: {file.stat().st_size}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as connection, file.open("rb") as source:
        connection.sendall(head.encode())
        connection.sendfile(source)
        reply = connection.recv(65_536)
    if reply.split(b" ", 2)[1:2] not in ([b"201"], [b"204"]):
        raise NotAvailable(f"does not take the data: {reply[:300]!r}")


def _family(process: subprocess.Popen[bytes] | None) -> list[int]:
    found = [process.pid] if process else []
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def _proportional_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss: +(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _processor_s(pid: int) -> float:
    return sum(map(int, _stat(pid)[11:13])) / os.sysconf("SC_CLK_TCK")
