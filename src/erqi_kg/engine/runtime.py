"""The runtime directory: where the keeper tells the web processes which zygote serves.

<runtime>/current       what is served now (JSON, replaced atomically)
<runtime>/turn          counts how often that changed; mapped into the web processes
<runtime>/failed        why the newest release is not served (JSON), else absent
<runtime>/writer        which process writes (JSON), where writing is on
<runtime>/keeper.sock   for older releases, asked for on demand, and news of commits
<runtime>/writer.sock   for changes, where writing is on
<runtime>/broker.sock   for what other endpoints are asked, where SERVICE is allowed
"""

from __future__ import annotations

import json
import mmap
import shutil
import socket
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from erqi_kg.engine.residence import Residence
from erqi_kg.storedir import release_id

_LONGEST_SOCKET_DIRECTORY = 80
_TURN = struct.Struct("=Q")


@dataclass(frozen=True)
class Served:
    """A zygote that serves a release."""

    release: str
    """Id of the release as it was built."""
    path: str
    """The release's directory."""
    socket: str
    pid: int
    residence: Residence
    has_network: bool
    """The kernel offers no filter that takes the network from executors."""
    commit: int = 0
    """The last commit that answers show."""
    committed: str = ""
    """UTC time of that commit."""
    restarts: int = 0
    """Zygotes that had to be replaced since the keeper started."""

    @property
    def release_id(self) -> str:
        """Return the release's id after the commit."""
        return release_id(self.release, self.commit)


@dataclass(frozen=True)
class Failed:
    """A release that could not be loaded."""

    release: str
    detail: str


@dataclass(frozen=True)
class RuntimeDirectory:
    """The files of a runtime directory."""

    path: Path

    @classmethod
    def make(cls) -> RuntimeDirectory:
        """Make a private directory whose path is short enough for sockets."""
        parent = tempfile.gettempdir()
        if len(parent) > _LONGEST_SOCKET_DIRECTORY:
            parent = "/tmp"
        path = Path(tempfile.mkdtemp(prefix="erqi-", dir=parent))
        (path / "turn").write_bytes(bytes(_TURN.size))
        return cls(path)

    @property
    def keeper_socket(self) -> str:
        """Return the path of the keeper's socket."""
        return str(self.path / "keeper.sock")

    @property
    def writer_socket(self) -> str:
        """Return the path of the writer's socket."""
        return str(self.path / "writer.sock")

    @property
    def broker_socket(self) -> str:
        """Return the path of the broker's socket."""
        return str(self.path / "broker.sock")

    def keeper_answers(self) -> bool:
        """Say whether the keeper takes connections."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            return connection.connect_ex(self.keeper_socket) == 0

    def writer_pid(self) -> int | None:
        """Return the process id of the writer, where writing is on."""
        found = self._read("writer")
        return None if found is None else int(found["pid"])

    def announce_writer(self, pid: int) -> None:
        """Say which process writes."""
        self._write("writer", {"pid": pid})

    def turn(self) -> mmap.mmap:
        """Return bytes that change after `current` has; reading them is no call to the kernel."""
        with (self.path / "turn").open("rb") as file:
            return mmap.mmap(file.fileno(), _TURN.size, access=mmap.ACCESS_READ)

    @property
    def is_serving(self) -> bool:
        """Say whether a zygote serves."""
        return (self.path / "current").exists()

    def current(self) -> Served | None:
        """Return what is served now."""
        found = self._read("current")
        return None if found is None else Served(**found)

    def failed(self) -> Failed | None:
        """Return why the newest release is not served."""
        found = self._read("failed")
        return None if found is None else Failed(**found)

    def announce(self, served: Served) -> None:
        """Make a zygote the one that serves."""
        self._write("current", asdict(served))
        with (self.path / "turn").open("r+b", buffering=0) as file:
            turn = _TURN.unpack(file.read(_TURN.size))[0] + 1
            file.seek(0)
            file.write(_TURN.pack(turn))
        self.forget_failure()

    def announce_failure(self, failed: Failed) -> None:
        """Say why the newest release is not served."""
        self._write("failed", asdict(failed))

    def forget_failure(self) -> None:
        """Take back what `announce_failure` said."""
        (self.path / "failed").unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the directory."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            loaded: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return loaded

    def _write(self, name: str, members: Mapping[str, object]) -> None:
        temporary = self.path / f"{name}.new"
        temporary.write_text(json.dumps(members), encoding="utf-8")
        temporary.replace(self.path / name)
