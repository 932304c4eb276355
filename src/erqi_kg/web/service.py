"""What every view works with: the settings, the engine, the names of the served release."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from flask import current_app, g

from erqi_kg.engine.interface import Engine
from erqi_kg.errors import NotFound, StoreError
from erqi_kg.namespaces import Names
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release, StoreDirectory
from erqi_kg.web.http.clients import Networks
from erqi_kg.web.http.metrics import Metrics
from erqi_kg.web.showing.vocabulary import VocabularyCache

EXTENSION = "erqi_kg"


@dataclass(frozen=True)
class Service:
    """The parts of a running service, made once by the application factory."""

    settings: Settings
    engine: Engine
    metrics: Metrics
    vocabularies: VocabularyCache
    trusted_proxies: Networks = ()
    pinned: Release | None = None
    """An older release that this request is about."""

    @property
    def release(self) -> Release:
        """Return the release that is served now, or the one this request is about."""
        return self.pinned or self.engine.current()

    def release_of(self, release_id: str) -> Release:
        """Return the release that an answer shows.

        Raises:
            StoreError: it is not here any more.
        """
        served = self.release
        return served if served.id == release_id else self.store_directory.release(release_id)

    @property
    def has_releases(self) -> bool:
        """Say whether a release can be asked by its id: a remote engine has but what it holds."""
        return self.settings.remote_query_url is None

    @property
    def names(self) -> Names:
        """Return the names of the served release."""
        return Names(self.release.manifest.base_iri)

    @property
    def store_directory(self) -> StoreDirectory:
        """Return the directory of all releases."""
        return StoreDirectory(self.settings.served_dir)


def service() -> Service:
    """Return the parts of the application that answers this request."""
    return cast(Service, g.get("service") or current_app.extensions[EXTENSION])


def pin_release(wanted: str) -> None:
    """Let this request be about an older release.

    Raises:
        NotFound: it is not here, or not any more.
    """
    parts: Service = current_app.extensions[EXTENSION]
    try:
        pinned = parts.store_directory.release(wanted)
    except StoreError as error:
        raise NotFound(f"There is no release {wanted!r} here; see /releases.") from error
    g.service = replace(parts, pinned=pinned)
