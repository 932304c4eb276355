"""The engine: one query, one bounded process over the store of a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erqi_kg.engine.interface import Engine
    from erqi_kg.engine.local import LocalEngine
    from erqi_kg.engine.nursery import KeeperProcess
    from erqi_kg.settings import Settings

__all__ = ["connect_engine", "start_engine", "start_keeper"]


def start_engine(settings: Settings) -> LocalEngine:
    """Start an engine with a keeper of its own; `close()` ends all its processes.

    Raises:
        StoreError: there is no release, or it cannot be loaded.
    """
    from erqi_kg.engine.local import LocalEngine

    keeper = start_keeper(settings)
    return LocalEngine(settings, keeper.runtime, on_close=keeper.close)


def start_keeper(settings: Settings) -> KeeperProcess:
    """Start the keeper that several web processes connect to; its release is loaded on return.

    Raises:
        StoreError: there is no release, or it cannot be loaded.
    """
    from erqi_kg.engine.nursery import KeeperProcess
    from erqi_kg.storedir import StoreDirectory

    StoreDirectory(settings.served_dir).current()
    return KeeperProcess(settings)


def connect_engine(settings: Settings, runtime_dir: Path) -> Engine:
    """Return an engine for one web process: on the keeper of `runtime_dir`, or the remote one."""
    if settings.remote_query_url is not None:
        from erqi_kg.engine.remote.engine import RemoteEngine

        return RemoteEngine(settings)
    from erqi_kg.engine.local import LocalEngine
    from erqi_kg.engine.runtime import RuntimeDirectory

    return LocalEngine(settings, RuntimeDirectory(runtime_dir))
