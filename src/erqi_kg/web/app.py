"""The application factory: one blueprint a resource."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from flask import Flask

from erqi_kg.engine.caching import CachingEngine
from erqi_kg.engine.interface import Engine
from erqi_kg.settings import Settings
from erqi_kg.web import health, memento
from erqi_kg.web.api import views as api
from erqi_kg.web.citing import views as citing
from erqi_kg.web.describing import catalog, interfaces, openapi
from erqi_kg.web.editor import page as editor
from erqi_kg.web.editor import terms as editor_terms
from erqi_kg.web.editor.bundle import BUNDLE
from erqi_kg.web.fragments import views as fragments
from erqi_kg.web.front import Front
from erqi_kg.web.headers import install_headers
from erqi_kg.web.history import copies, feed
from erqi_kg.web.history import pages as history
from erqi_kg.web.http.bodies import install_bodies
from erqi_kg.web.http.canonical import install_canonical_addresses
from erqi_kg.web.http.clients import trusted_networks
from erqi_kg.web.http.files import FileSendingFlask
from erqi_kg.web.http.metrics import Metrics
from erqi_kg.web.linked import graphs, offers, ontology, things
from erqi_kg.web.linked.schema_org import script
from erqi_kg.web.mcp import views as mcp
from erqi_kg.web.memento import install_memento
from erqi_kg.web.plain import install_plain_mode
from erqi_kg.web.reconcile import views as reconcile
from erqi_kg.web.remote import Unconditional, install_remote_mode
from erqi_kg.web.service import EXTENSION, Service
from erqi_kg.web.showing.pages import ASSETS, install_pages
from erqi_kg.web.showing.problems import install_handlers
from erqi_kg.web.showing.vocabulary import VocabularyCache
from erqi_kg.web.site import home, library, reporting, search, sources, status
from erqi_kg.web.sparql import commits, doctor, endpoint, graphstore, update

_HERE = Path(__file__).parent
_BLUEPRINTS = (
    home.blueprint,
    endpoint.blueprint,
    doctor.blueprint,
    things.blueprint,
    graphs.blueprint,
    graphstore.blueprint,
    update.blueprint,
    commits.blueprint,
    ontology.blueprint,
    library.blueprint,
    api.blueprint,
    reconcile.blueprint,
    fragments.blueprint,
    mcp.blueprint,
    editor.blueprint,
    editor_terms.blueprint,
    search.blueprint,
    sources.blueprint,
    status.blueprint,
    offers.blueprint,
    catalog.blueprint,
    health.blueprint,
    openapi.blueprint,
    interfaces.blueprint,
    memento.blueprint,
    history.blueprint,
    feed.blueprint,
    copies.blueprint,
    citing.blueprint,
    reporting.blueprint,
)
_FORM_OVERHEAD = 3
"""A byte of a query takes up to three in a form."""


def create_app(settings: Settings, engine: Engine) -> Flask:
    """Return the application that answers over an engine."""
    app = FileSendingFlask(__name__, static_folder=str(_HERE / "static"), static_url_path="/static")
    max_body_bytes = _FORM_OVERHEAD * settings.max_query_bytes + 65_536
    app.config.update(
        MAX_CONTENT_LENGTH=max_body_bytes,
        MAX_FORM_MEMORY_SIZE=None,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        **{ASSETS: _digest_of_assets()},
    )
    app.url_map.strict_slashes = False
    is_remote = settings.remote_query_url is not None
    # What a remote engine holds may change unseen, so none of its answers is kept.
    caching = CachingEngine(engine, replace(settings, cache_mb=0) if is_remote else settings)
    app.extensions[EXTENSION] = parts = Service(
        settings,
        caching,
        Metrics(caching.cache.figures),
        VocabularyCache(),
        trusted_networks(settings.trusted_proxy),
    )
    install_canonical_addresses(app)
    install_bodies(app)
    install_pages(app)
    app.add_template_filter(script, "json_ld")
    app.jinja_env.globals["citing"] = settings.citations > 0 and not (settings.plain or is_remote)
    install_handlers(app)
    install_headers(app)
    if is_remote:
        install_remote_mode(app)
    else:
        install_memento(app)
    if settings.plain:
        install_plain_mode(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    front = Front(app.wsgi_app, parts, max_body_bytes)
    served = Unconditional(front) if is_remote else front
    app.wsgi_app = served  # type: ignore[method-assign]  # as Flask's manual has it
    return app


def _digest_of_assets() -> str:
    """Return the digest of everything pages are made from besides the release.

    Not of the editor's bundle, which may be made while the service runs.
    """
    summed = hashlib.sha256()
    for path in sorted(_HERE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc" and BUNDLE not in path.parents:
            summed.update(path.read_bytes())
    return summed.hexdigest()
