"""The application of one web process, on the engine that the server started."""

from __future__ import annotations

import gc
import logging

from erqi_kg.engine import connect_engine
from erqi_kg.engine.runtime import RuntimeDirectory
from erqi_kg.federation import with_federation
from erqi_kg.settings import Settings
from erqi_kg.web.announcement import announce_when_ready
from erqi_kg.web.app import create_app
from erqi_kg.web.http.clients import trusted_networks
from erqi_kg.web.http.intake import Intake
from erqi_kg.web.ties import end_with_server, listening_address, runtime_directory

_NEW_OBJECTS = 50_000
"""A page makes 100,000 objects; looking for cycles after every 700 takes a tenth of its time."""

logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
end_with_server()
_settings = Settings.load()
_runtime = RuntimeDirectory(runtime_directory())
_engine = connect_engine(_settings, _runtime.path)
if _settings.remote_query_url is None:  # SERVICE is not passed on to a remote engine
    _engine = with_federation(_engine, _settings, _runtime.broker_socket)
application = Intake(
    create_app(_settings, _engine), _settings.threads, trusted_networks(_settings.trusted_proxy)
)
gc.collect()
gc.freeze()
gc.set_threshold(_NEW_OBJECTS, 20, 20)
announce_when_ready(listening_address(), _settings.port, runtime_directory())
