"""Tell whether the client of a long query is still there, from the kernel's own account.

A WSGI server does not say which connection a request came on. The connections of this process
are known, though, and the kernel says of each whose it is, whether it stands, and when bytes
last came in: the request's is one that had them just before the request began. When several
are like that the client is taken to be there as long as one of them stands.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

_STATE = struct.Struct("B")
_LAST_RECEIVED = struct.Struct("52xI")  # tcp_info.tcpi_last_data_recv, linux/tcp.h
_INFO_BYTES = 104
_ESTABLISHED = 1
_BEFORE_MS = 100
"""A request begins so much later than its last byte came, at most; else it is not found."""
_AFTER_MS = 10
"""The kernel counts in ticks."""


@dataclass(frozen=True)
class Connection:
    """A connection of a client to this process."""

    inode: int
    idle_ms: int
    """Since the last byte came in."""


class Presence:
    """Whether the client of one request is still there.

    Args:
        address: the other end of the connection, as the web server tells it.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._began = time.monotonic()
        self._inodes: frozenset[int] | None = None

    def is_there(self) -> bool:
        """Say whether the client waits; true when nobody knows."""
        age_ms = (time.monotonic() - self._began) * 1000
        standing = list(connections_from(self._address))
        if self._inodes is None:
            self._inodes = frozenset(
                one.inode for one in standing if -_AFTER_MS <= one.idle_ms - age_ms <= _BEFORE_MS
            )
        if not self._inodes:
            return bool(standing)
        return any(one.inode in self._inodes for one in standing)


def connections_from(address: str) -> Iterator[Connection]:
    """Yield the connections between an address and this process that the client has not closed."""
    for link in Path("/proc/self/fd").iterdir():
        try:
            descriptor = os.dup(int(link.name))
        except OSError:  # closed meanwhile
            continue
        try:
            found = _connection(descriptor, address)
        except OSError:  # no socket, or one that is not connected
            found = None
        finally:
            os.close(descriptor)
        if found is not None:
            yield found


def _connection(descriptor: int, address: str) -> Connection | None:
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return None
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        if connection.family not in (socket.AF_INET, socket.AF_INET6):
            return None
        peer = connection.getpeername()[0]
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    if _plain(peer) != _plain(address) or _STATE.unpack_from(info)[0] != _ESTABLISHED:
        return None
    return Connection(os.fstat(descriptor).st_ino, _LAST_RECEIVED.unpack_from(info)[0])


def _plain(address: str) -> str:
    """Return an address without the forms an IPv6 socket gives it."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
