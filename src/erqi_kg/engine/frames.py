"""Frames between the engine's processes: a JSON header, bytes, and file descriptors."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

_LENGTHS = struct.Struct("!IQ")
_READ_BYTES = 65_536  # less than what the C library maps anew for each call
_MOST_DESCRIPTORS = 4

Part = tuple[bytes, Sequence[int]]
"""Bytes received, none when the other side has ended, and the descriptors with them."""


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
    """Send one frame, within the connection's own timeout.

    Raises:
        FrameError: the other side is gone or does not read.
    """
    head = orjson.dumps(dict(header))
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
        deadline: on the monotonic clock; None leaves the connection's own timeout.

    Raises:
        TimeoutError: the deadline has passed.
        FrameError: the other side ended inside a frame.
    """

    def receive() -> Part:
        if deadline is not None:
            connection.settimeout(_rest_s(deadline))
        return receive_part(connection)

    return assembled(receive)


def receive_part(connection: socket.socket) -> Part:
    """Return what has come in, waiting as long as the connection's timeout says."""
    part, descriptors, _, _ = socket.recv_fds(
        connection, _READ_BYTES, _MOST_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
    )
    return part, descriptors


def assembled(receive: Callable[[], Part]) -> Frame | None:
    """Return the frame that some parts make; None when the other side has ended.

    Raises:
        FrameError: the other side ended inside a frame.
    """
    received = bytearray()
    descriptors: list[int] = []
    try:
        while len(received) < _length_of(received):
            part, more = receive()
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
    view = memoryview(received)
    header = orjson.loads(view[_LENGTHS.size : body_start])
    return Frame(header, bytes(view[body_start : body_start + body_length]), (*descriptors,))


def _length_of(received: bytearray) -> int:
    if len(received) < _LENGTHS.size:
        return _LENGTHS.size
    head_length, body_length = _LENGTHS.unpack_from(received)
    return _LENGTHS.size + int(head_length) + int(body_length)


def _rest_s(deadline: float) -> float:
    rest_s = deadline - time.monotonic()
    if rest_s <= 0:
        raise TimeoutError
    return rest_s


def _close_all(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
