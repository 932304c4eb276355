"""Frames between the engine's processes: a JSON header, bytes, and file descriptors."""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LENGTHS = struct.Struct("!IQ")
_READ_BYTES = 65_536  # less than what the C library maps anew for each call
_MOST_DESCRIPTORS = 4


class FrameError(Exception):
    """The other side ended, or sent what is no frame."""


@dataclass(frozen=True)
class Frame:
    """One message; its receiver owns the descriptors."""

    header: dict[str, Any]
    body: bytes = b""
    descriptors: tuple[int, ...] = ()

    def close(self) -> None:
        """Close the descriptors."""
        for descriptor in self.descriptors:
            os.close(descriptor)


def send_frame(
    connection: socket.socket,
    header: Mapping[str, Any],
    body: bytes = b"",
    descriptors: Sequence[int] = (),
) -> None:
    """Send one frame.

    Raises:
        FrameError: the other side is gone or does not read.
    """
    head = json.dumps(header, ensure_ascii=False).encode()
    packet = _LENGTHS.pack(len(head), len(body)) + head + body
    try:
        # Descriptors travel with the first byte only.
        sent = socket.send_fds(connection, [packet], descriptors) if descriptors else 0
        connection.sendall(memoryview(packet)[sent:])
    except OSError as error:
        raise FrameError(f"cannot send: {error}") from error


def receive_frame(connection: socket.socket, deadline: float | None = None) -> Frame | None:
    """Receive one frame; None when the other side has ended.

    Args:
        connection: a Unix stream socket.
        deadline: on the monotonic clock; None waits for ever.

    Raises:
        TimeoutError: the deadline has passed.
        FrameError: the other side ended inside a frame.
    """
    received = bytearray()
    descriptors: list[int] = []
    try:
        while len(received) < _LENGTHS.size or len(received) < _length_of(received):
            _set_timeout(connection, deadline)
            part, more, _, _ = socket.recv_fds(
                connection, _READ_BYTES, _MOST_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
            )
            descriptors.extend(more)
            if not part:
                if not received:
                    return None
                raise FrameError("the other side ended inside a frame")
            received += part
    except ConnectionError as error:
        _close_all(descriptors)
        raise FrameError(str(error)) from error
    except BaseException:
        _close_all(descriptors)
        raise
    head_length, body_length = _LENGTHS.unpack_from(received)
    body_start = _LENGTHS.size + head_length
    header = json.loads(received[_LENGTHS.size : body_start])
    return Frame(header, bytes(received[body_start : body_start + body_length]), (*descriptors,))


def _length_of(received: bytearray) -> int:
    head_length, body_length = _LENGTHS.unpack_from(received)
    return _LENGTHS.size + int(head_length) + int(body_length)


def _set_timeout(connection: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        connection.settimeout(None)
        return
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    connection.settimeout(remaining)


def _close_all(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
