"""Answer again without work: entity tags, dates and freshness (RFC 9110, 8.8 and 13)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from flask import Request, Response
from werkzeug.http import parse_etags, quote_etag

from erqi_kg.storedir import Release

ALWAYS_ASK = "public, no-cache"
"""A new release may come at any moment; asking again costs a 304."""
PINNED = "public, max-age=86400"
"""A release that is named never changes, but it may be pruned."""
_OF_THE_BODY = frozenset(
    ("content-type", "content-length", "content-encoding", "content-language", "accept-ranges")
)


def entity_tag(*parts: object) -> str:
    """Return the tag of a representation from everything it depends on.

    The tags are weak: two evaluations of one query may order triples differently.
    """
    digest = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return digest[:32]


def is_fresh(request: Request, tag: str) -> bool:
    """Say whether the client holds this representation already, in whatever coding."""
    return held_tag(request.method, request.headers.get("If-None-Match", ""), tag) is not None


def held_tag(method: str, if_none_match: str, tag: str) -> str | None:
    """Return the entity tag, as a header has it, of what the client holds of a representation.

    Args:
        method: of the request.
        if_none_match: the header.
        tag: of the representation; a coding or a digest of the very bytes may follow it.
    """
    if not if_none_match or method not in ("GET", "HEAD"):
        return None
    known = parse_etags(if_none_match)
    if known.star_tag:
        return quote_etag(tag, weak=True)
    for held in known.as_set(include_weak=True):
        if held == tag or held.startswith(f"{tag}-"):
            return quote_etag(held, weak=not known.contains(held))
    return None


def not_modified(tag: str, release: Release, cache_control: str = ALWAYS_ASK) -> Response:
    """Return the answer 304 with the headers of the representation the client holds."""
    response = Response(status=304)
    del response.headers["Content-Type"]
    return with_validators(response, tag, release, cache_control)


def revalidated(request: Request, response: Response) -> Response:
    """Return 304 in place of a representation that the client holds already (RFC 9110, 15.4.5).

    Every answer with an entity tag passes here; views that ask `is_fresh` themselves only
    save work.
    """
    tag, _ = response.get_etag()
    if response.status_code != 200 or tag is None or not is_fresh(request, tag):
        return response
    kept = [(name, value) for name, value in response.headers if name.lower() not in _OF_THE_BODY]
    response.close()
    known = Response(status=304, headers=kept)
    del known.headers["Content-Type"]
    return known


def with_validators(
    response: Response, tag: str, release: Release, cache_control: str = ALWAYS_ASK
) -> Response:
    """Set entity tag, date of the release, and freshness."""
    response.set_etag(tag, weak=True)
    response.last_modified = built_at(release)
    response.headers["Cache-Control"] = cache_control
    return response


def built_at(release: Release) -> datetime:
    """Return when a release was built or last changed, to the second, as HTTP dates are."""
    built = datetime.fromisoformat(release.changed)
    return built.astimezone(UTC).replace(microsecond=0)
