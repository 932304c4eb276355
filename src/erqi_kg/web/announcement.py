"""Say where the service is, once, as soon as it answers."""

from __future__ import annotations

import http.client
import sys
import threading
import time
from ipaddress import ip_address
from pathlib import Path

_POLL_S = 0.1
_MOST_S = 60.0
_MARK = "announced"


def announce_when_ready(address: str, port: int, runtime_dir: Path) -> None:
    """Write `open <address>` to standard error when the service answers; one process does it."""
    arguments = (_reachable(address), port, runtime_dir / _MARK)
    threading.Thread(target=_announce, args=arguments, name="announcement", daemon=True).start()


def site_address(host: str, port: int) -> str:
    """Return the address of the home page."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _announce(host: str, port: int, mark: Path) -> None:
    until = time.monotonic() + _MOST_S
    while time.monotonic() < until and not mark.exists():
        if _answers(host, port):
            try:
                mark.touch(exist_ok=False)
            except OSError:  # another process was first, or the service is ending
                return
            sys.stderr.write(f"open {site_address(host, port)}\n")
            sys.stderr.flush()
            return
        time.sleep(_POLL_S)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=_POLL_S * 20)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _reachable(address: str) -> str:
    """Return an address that leads to a listener; one on all addresses has none of its own."""
    if not ip_address(address).is_unspecified:
        return address
    return "::1" if ":" in address else "127.0.0.1"
