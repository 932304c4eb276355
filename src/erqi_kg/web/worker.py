"""The application of one web process, on the engine that the server started."""

from __future__ import annotations

import logging

from erqi_kg.engine import connect_engine
from erqi_kg.engine.runtime import RuntimeDirectory
from erqi_kg.federation import with_federation
from erqi_kg.settings import Settings
from erqi_kg.web.announcement import announce_when_ready
from erqi_kg.web.app import create_app
from erqi_kg.web.ties import end_with_server, listening_address, runtime_directory

logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
end_with_server()
_settings = Settings.load()
_runtime = RuntimeDirectory(runtime_directory())
_engine = connect_engine(_settings, _runtime.path)
if _settings.remote_query_url is None:  # SERVICE is not passed on to a remote engine
    _engine = with_federation(_engine, _settings, _runtime.broker_socket)
application = create_app(_settings, _engine)
announce_when_ready(listening_address(), _settings.port, runtime_directory())
