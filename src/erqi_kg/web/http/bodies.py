"""Refuse bodies in a content coding: none is decoded here (RFC 9110, section 8.4)."""

from __future__ import annotations

from flask import Flask, request

from erqi_kg.errors import UnsupportedMediaType

HEADER = "HTTP_CONTENT_ENCODING"
"""In a WSGI environment."""


def install_bodies(app: Flask) -> None:
    """Make an application answer 415 to a coded body, for all addresses alike."""
    app.before_request(_refuse_coded)


def _refuse_coded() -> None:
    """Refuse a coded body.

    Raises:
        UnsupportedMediaType: it is in a coding; the answer says which are read (15.5.16).
    """
    coding = str(request.environ.get(HEADER, "")).strip()
    if coding.lower() not in ("", "identity"):
        raise UnsupportedMediaType(
            f"The body is coded with {coding!r}; send it as it is.",
            headers={"Accept-Encoding": "identity"},
        )
