"""The content codings of answers (RFC 9110, 8.4 and 12.5.3): zstd, br, gzip."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import brotli
import zstandard
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

_LEAST_BYTES = 1024
_MOST_BYTES = 8_000_000
_NOT_WORTH_IT = ("image/png", "application/gzip")
# Levels that cost about as much as sending the difference does; equal bodies give equal bytes.
_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=3).compress(body),
    "br": lambda body: brotli.compress(body, quality=4),
    "gzip": lambda body: gzip.compress(body, compresslevel=2, mtime=0),
}
_MARK = re.compile(rf"-(?:{'|'.join(_ENCODERS)})$")


def coding_for(media_type: str, size_bytes: int, accept_encoding: str) -> str | None:
    """Return the coding that a representation is sent in; None: as it is."""
    if not _LEAST_BYTES <= size_bytes <= _MOST_BYTES or media_type in _NOT_WORTH_IT:
        return None
    return preferred_coding(accept_encoding)


@lru_cache(maxsize=256)
def preferred_coding(accept_encoding: str) -> str | None:
    """Return the coding that a client wants most; among equals, zstd, then br, then gzip."""
    accepted = parse_accept_header(accept_encoding, Accept)
    best = max(_ENCODERS, key=accepted.quality)
    quality = accepted.quality(best)
    identity = accepted.quality("identity") if "identity" in accepted.values() else 0
    return best if quality > 0 and quality >= identity else None


def encoded(body: bytes, coding: str) -> bytes:
    """Return a body in a coding."""
    return _ENCODERS[coding](body)


def mark_of(coding: str) -> str:
    """Return what the entity tag of a representation in a coding ends with."""
    return f"-{coding}"


def without_mark(tag: str) -> str:
    """Return the entity tag of the representation as it is, from the tag in any coding."""
    return _MARK.sub("", tag)
