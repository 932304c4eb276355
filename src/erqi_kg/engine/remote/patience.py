"""Read from a connection until a deadline, and only while somebody waits for it."""

from __future__ import annotations

import io
import select
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from erqi_kg.engine.interface import IsWanted
from erqi_kg.errors import QueryAbandoned

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LOOK_S = 0.2
"""So often it is asked whether somebody still waits."""


@dataclass(frozen=True)
class Patience:
    """How long somebody waits for an exchange."""

    deadline: float
    """On the monotonic clock."""
    is_wanted: IsWanted | None = None

    @property
    def is_over(self) -> bool:
        """Say whether the deadline has passed."""
        return time.monotonic() >= self.deadline

    def rest_s(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: none are.
        """
        rest = self.deadline - time.monotonic()
        if rest <= 0:
            raise TimeoutError("the deadline has passed")
        return rest

    def wait_for(self, connection: socket.socket) -> None:
        """Wait until there is something to read.

        Raises:
            TimeoutError: the deadline has passed.
            QueryAbandoned: nobody waits any more.
        """
        if isinstance(connection, ssl.SSLSocket) and connection.pending():
            return
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        while not poll.poll(min(self.rest_s(), _LOOK_S) * 1000):
            if self.is_wanted is not None and not self.is_wanted():
                raise QueryAbandoned("The client has left.")


class PatientSocket:
    """A connection that `http.client` reads an answer from, no longer than somebody waits."""

    def __init__(self, connection: socket.socket, patience: Patience) -> None:
        self._connection = connection
        self._patience = patience

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a file of what comes; it does not close the connection."""
        return io.BufferedReader(_PatientReader(self._connection, self._patience))


class _PatientReader(io.RawIOBase):
    def __init__(self, connection: socket.socket, patience: Patience) -> None:
        self._connection = connection
        self._patience = patience

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        self._patience.wait_for(self._connection)
        self._connection.settimeout(self._patience.rest_s())
        return self._connection.recv_into(buffer)
