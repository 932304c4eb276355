"""Run the service: the engine's keeper, and web processes over it."""

from __future__ import annotations

import errno
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from types import FrameType

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from erqi_kg.engine import start_keeper
from erqi_kg.engine.runtime import RuntimeDirectory
from erqi_kg.errors import UsageError
from erqi_kg.settings import Settings, variable_name
from erqi_kg.storedir import StoreDirectory
from erqi_kg.web.ties import pass_to_workers

TARGET = "erqi_kg.web.worker:application"
_WORKERS_END_S = 2
"""A web process that a signal reached before it listens to signals is killed after so long."""


def serve(settings: Settings) -> None:
    """Serve the current release until SIGTERM or SIGINT.

    Raises:
        StoreError: there is no release, it cannot be loaded, or another service writes to it.
        UsageError: the port is in use, or the address is not of this machine.
    """
    if settings.plain and settings.remote_query_url is not None:
        raise UsageError(
            f"plain mode has a store of its own: unset {variable_name('remote_query_url')} or "
            f"{variable_name('plain')}"
        )
    StoreDirectory(settings.served_dir).current()
    address = check_address(settings.host, settings.port)
    ending = _Ending()
    with _only_writer(settings), _started_engine(settings) as runtime_dir:
        pass_to_workers(runtime_dir, address)
        server = Granian(
            TARGET,
            address=address,
            port=settings.port,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=settings.threads,
            backlog=1024,
            respawn_failed_workers=True,
            respawn_interval=1.0,
            workers_kill_timeout=_WORKERS_END_S,
            log_access=False,
            log_level=LogLevels.warning,
            websockets=False,
        )
        logging.getLogger("_granian").addFilter(_is_no_advice_on_threads)
        ending.check()
        server.serve()


@contextmanager
def _started_engine(settings: Settings) -> Iterator[Path]:
    """Yield the runtime directory: of the keeper, or, for a remote engine, of nobody else."""
    if settings.remote_query_url is None:
        with closing(start_keeper(settings)) as keeper:
            yield keeper.runtime.path
        return
    runtime = RuntimeDirectory.make()
    try:
        yield runtime.path
    finally:
        runtime.remove()


def _only_writer(settings: Settings) -> AbstractContextManager[None]:
    """Make sure that no other service writes to the same store directory."""
    if settings.update_token is None:
        return nullcontext()
    return StoreDirectory(settings.served_dir).lock("serve")


def check_address(host: str, port: int) -> str:
    """Make sure that the service can listen there, and return the numeric address.

    Raises:
        UsageError: it cannot; says which setting to change.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    family, _, _, _, place = found[0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            raise _cannot_listen(host, port, error) from error
    return str(place[0])


def _cannot_listen(host: str, port: int, error: OSError) -> UsageError:
    remedy = f"set {variable_name('host')} to an address of this machine"
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        remedy = f"set {variable_name('port')} (PORT=... with make) to another port"
    return UsageError(f"cannot listen on {host}, port {port}: {error.strerror}; {remedy}")


def _is_no_advice_on_threads(record: logging.LogRecord) -> bool:
    """Drop granian's advice to have few threads: ours wait for executors, not to run Python."""
    return not record.getMessage().startswith("Configuration allows spawning")


class _Ending:
    """Lets a signal that comes before the web server listens end the service in good order."""

    def __init__(self) -> None:
        self._wanted = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def check(self) -> None:
        """End if a signal came where its exception could not be raised."""
        if self._wanted:
            raise SystemExit(0)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if not self._wanted:  # a second signal must not interrupt the ending
            self._wanted = True
            raise SystemExit(0)
