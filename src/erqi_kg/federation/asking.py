"""The asker's side of the broker: one request, one connection."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from erqi_kg.engine.frames import Frame, FrameError, receive_frame, send_frame
from erqi_kg.errors import QueryAbandoned, ServiceFailed, ServiceTooSlow
from erqi_kg.federation.caller import Wish

_LOOK_S = 0.2
_GRACE_S = 1.0
"""The broker tells of a late endpoint within that time."""
_PATIENCE_S = 3.0
_RETRY_S = 0.02
_UNREACHABLE = "the process that asks other endpoints does not answer; ask again shortly"


@dataclass(frozen=True)
class Told:
    """What the broker has of an endpoint."""

    lines: str
    rows: int
    date: str
    age_s: float
    cached: bool
    ms: int


def ask_broker(path: str, wish: Wish, is_wanted: Callable[[], bool] | None = None) -> Told:
    """Let the broker ask an endpoint.

    Args:
        path: of the broker's socket.
        wish: the request.
        is_wanted: says whether somebody still waits for the outcome.

    Raises:
        ServiceFailed, ServiceTooSlow: no solutions; names the endpoint.
        QueryAbandoned: nobody waits any more.
    """
    until = time.monotonic() + wish.seconds + _GRACE_S
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.settimeout(_GRACE_S)
            _connect(connection, path, min(until, time.monotonic() + _PATIENCE_S))
            send_frame(connection, asdict(wish))
            _wait(connection, until, is_wanted)
            frame = receive_frame(connection, until)
        except TimeoutError as error:
            raise _failed(wish.endpoint, "it did not answer in time", is_late=True) from error
        except (OSError, FrameError) as error:
            raise _failed(wish.endpoint, _UNREACHABLE) from error
    return _told(frame, wish)


def broker_answers(path: str) -> bool:
    """Say whether the broker takes connections."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        return connection.connect_ex(path) == 0


def _connect(connection: socket.socket, path: str, until: float) -> None:
    """Connect, if need be as soon as the broker was started again."""
    while True:
        try:
            return connection.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            if time.monotonic() >= until:
                raise
            time.sleep(_RETRY_S)


def _wait(connection: socket.socket, until: float, is_wanted: Callable[[], bool] | None) -> None:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    while (rest := until - time.monotonic()) > 0:
        if poll.poll(1000 * min(rest, _LOOK_S)):
            return
        if is_wanted is not None and not is_wanted():
            raise QueryAbandoned("The client has left.")


def _told(frame: Frame | None, wish: Wish) -> Told:
    if frame is None:
        raise _failed(wish.endpoint, _UNREACHABLE)
    if "detail" in frame.header:
        raise _failed(wish.endpoint, **frame.header)
    return Told(frame.body.decode(), **frame.header)


def _failed(
    endpoint: str, detail: str, is_late: bool = False, wait_s: float = 0.0
) -> ServiceFailed:
    told = f"SERVICE <{endpoint}> failed: {detail}. The rest of the query was not answered."
    extra: dict[str, object] = {"endpoint": endpoint}
    if wait_s:
        extra["wait_s"] = round(wait_s)
    return (ServiceTooSlow if is_late else ServiceFailed)(told, extra=extra)
