"""Ask other endpoints for a client's SERVICE: what is allowed, how it is planned, who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erqi_kg.engine.interface import Engine
    from erqi_kg.settings import Settings

__all__ = ["with_federation"]


def with_federation(engine: Engine, settings: Settings, broker: str) -> Engine:
    """Return an engine that answers SERVICE where the settings allow an endpoint; else the same.

    Args:
        engine: evaluates everything else.
        settings: which endpoints, how much of them.
        broker: path of the broker's socket.
    """
    if not settings.service_allow:
        return engine
    from erqi_kg.federation.engine import FederatingEngine

    return FederatingEngine(engine, settings, broker)
