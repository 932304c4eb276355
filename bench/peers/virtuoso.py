"""Virtuoso, from the packages of the Debian release this runs on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.peers.peer import Peer
from bench.peers.processes import NotAvailable, free_port, run

_READY_S = 90.0


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
        listed = run(["apt-cache", "depends", self._package])
        return re.findall(r"^ +Depends: (lib(?:ldap|minizip|pcre|ssl)\S+)", listed, re.MULTILINE)

    def _fetch(self, packages: Sequence[str]) -> None:
        for package in packages:
            run(["apt-get", "download", package], cwd=self._root)
        for archive in sorted(self._root.glob("*.deb")):
            run(["dpkg-deb", "-x", str(archive), str(self._root)])

    def _linked(self) -> str:
        return run(["ldd", self._program], environment=self.environment())

    def environment(self) -> Mapping[str, str]:
        folders = [str(path) for path in self._root.glob("**/*-linux-gnu")]
        return {"LD_LIBRARY_PATH": ":".join(sorted(folders))}

    def version(self) -> str:
        said = run([self._program, "-?"], environment=self.environment(), fails=True)
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
            failed = self._sql(
                "SELECT ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL OR ll_state <> 2;"
            )
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
        return run(command, environment=self.environment(), fails=fails)

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
