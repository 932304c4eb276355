from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from erqi_kg.engine import start_engine
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release
from erqi_kg.web.app import create_app
from tests.web import conftest

release = conftest.release


@pytest.fixture(scope="session")
def service(release: Release) -> Iterator[Flask]:
    """The application over a small release, with a limit of texts that is soon reached."""
    settings = Settings(
        store_dir=release.path.parent.parent, executors=1, query_timeout_s=5,
        max_query_bytes=2_000,
    )  # fmt: skip
    with start_engine(settings) as engine:
        app = create_app(settings, engine)
        app.wsgi_app = Whole(app.wsgi_app)  # type: ignore[method-assign]
        yield app


class Whole:
    """Reads each answer to its end and closes it, as servers do and the tool does not."""

    def __init__(self, behind: Any) -> None:
        self.behind = behind

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        environ["HTTP_ACCEPT_ENCODING"] = "identity"  # the tool decodes none
        parts = self.behind(environ, start_response)
        try:
            return list(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
