"""The files of a release, for who copies it: its manifest names each with its SHA-256."""

from __future__ import annotations

from flask import Blueprint, Response

from erqi_kg.errors import NotFound
from erqi_kg.storedir import MANIFEST, Release
from erqi_kg.web.history.feed import FOR_GOOD
from erqi_kg.web.history.steps import release_named
from erqi_kg.web.http.conditional import ALWAYS_ASK, built_at, entity_tag, with_validators
from erqi_kg.web.http.files import file_response
from erqi_kg.web.http.operations import answers
from erqi_kg.web.service import service

blueprint = Blueprint("copies", __name__)

CURRENT = "current"
"""In place of an id: the release that is served."""
_JSON = "application/json"
_BYTES = "application/octet-stream"


@blueprint.get("/releases/<release_id>/manifest.json")
@answers(_JSON)
def manifest(release_id: str) -> Response:
    """Return the manifest of a release: what it was built from, its counts, its files' digests."""
    release = _release(release_id)
    response = Response((release.path / MANIFEST).read_bytes(), mimetype=_JSON)
    tag = entity_tag(release.manifest.release, release.manifest.built, MANIFEST)
    freshness = ALWAYS_ASK if release_id == CURRENT else FOR_GOOD
    return with_validators(response, tag, release, freshness)


@blueprint.get("/releases/<release_id>/files/<path:path>")
@answers(_BYTES)
def file(release_id: str, path: str) -> Response:
    """Return one file of a release, byte by byte as it was published; parts of it by Range."""
    release = _release(release_id)
    digest = release.manifest.outputs.get(path)
    if digest is None or not (release.path / path).is_file():
        raise NotFound(f"Release {release.id} has no file {path!r} here; see its manifest.json.")
    freshness = ALWAYS_ASK if release_id == CURRENT else FOR_GOOD
    return file_response(release.path / path, _BYTES, digest, built_at(release), freshness)


def _release(release_id: str) -> Release:
    return service().release if release_id == CURRENT else release_named(release_id)
