"""Choose the representation a client asked for (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from erqi_kg.errors import NotAcceptable
from erqi_kg.sparql.media_types import EXPANDED_JSON_LD, JSON_LD

HTML = "text/html"
_EXPANDED = "http://www.w3.org/ns/json-ld#expanded"


def preferred_media_type(accept: MIMEAccept, offers: Sequence[str]) -> str:
    """Return the offered media type the client prefers.

    Among equals the one it names more exactly wins, then the one offered first.

    Args:
        accept: the parsed Accept header; an absent or empty one accepts anything.
        offers: the media types of this resource, best first. JSON-LD comes with its profile
            when the client asks for the expanded form.

    Raises:
        NotAcceptable: none of the offers is acceptable; they go into the answer.
    """
    if not accept:
        return offers[0]
    best = max(offers, key=lambda offer: _quality(offer, accept))
    if _quality(best, accept)[0] <= 0:
        raise NotAcceptable(list(offers))
    return EXPANDED_JSON_LD if best == JSON_LD and _asks_to_expand(accept) else best


@lru_cache(maxsize=512)
def preferred_of(accept: str, offers: tuple[str, ...]) -> str:
    """Return the offered media type that an Accept header prefers; as `preferred_media_type`."""
    return preferred_media_type(parse_accept_header(accept, MIMEAccept), offers)


def _asks_to_expand(accept: MIMEAccept) -> bool:
    """Say whether the best range for JSON-LD asks for its expanded form by profile."""
    ranges = [(name, quality) for name, quality in accept if name.lower().startswith(JSON_LD)]
    return bool(ranges) and _EXPANDED in max(ranges, key=lambda one: one[1])[0]


def prefers_html(accept: MIMEAccept, other: str = "application/json") -> bool:
    """Say whether the client would rather read HTML than the other media type."""
    return bool(accept) and _quality(HTML, accept) > _quality(other, accept)


def _quality(offer: str, accept: MIMEAccept) -> tuple[float, int]:
    """Return how much an offer is wanted, and how exactly the header names it."""
    kind = offer.partition("/")[0]
    found = (0.0, -1)
    for media_range, quality in accept:
        name = media_range.partition(";")[0].strip().lower()
        # `*` alone is no media range, but old Java clients send it.
        exactness = {offer: 2, f"{kind}/*": 1, "*/*": 0, "*": 0}.get(name, -1)
        if exactness > found[1] or (exactness == found[1] >= 0 and quality > found[0]):
            found = (quality, exactness)
    return found
