"""Run the service: the engine's keeper, and web processes over it."""

from __future__ import annotations

import signal
import socket
from contextlib import closing
from types import FrameType

from granian import Granian
from granian.constants import Interfaces

from erqi_kg.engine import start_keeper
from erqi_kg.errors import UsageError
from erqi_kg.settings import Settings, variable_name
from erqi_kg.storedir import StoreDirectory
from erqi_kg.web.ties import pass_to_workers

TARGET = "erqi_kg.web.worker:application"


def serve(settings: Settings) -> None:
    """Serve the current release until SIGTERM or SIGINT.

    Raises:
        StoreError: there is no release, or it cannot be loaded.
        UsageError: the port is in use, or the address is not of this machine.
    """
    StoreDirectory(settings.store_dir).current()
    check_address(settings.host, settings.port)
    _end_on_signals()
    with closing(start_keeper(settings)) as keeper:
        pass_to_workers(keeper.runtime.path)
        Granian(
            TARGET,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=settings.threads,
            backlog=1024,
            respawn_failed_workers=True,
            respawn_interval=1.0,
            log_access=False,
            websockets=False,
        ).serve()


def check_address(host: str, port: int) -> None:
    """Make sure that the service can listen there.

    Raises:
        UsageError: it cannot; says which setting to change.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"cannot listen on {host}, port {port}: {error.strerror}; "
                f"set {variable_name('port')} (PORT=... with make) to another port"
            ) from error


def _end_on_signals() -> None:
    """Let a signal that comes before the web server listens end the service in good order."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
