"""Take an upload apart: one document, or those of a form (Graph Store HTTP Protocol, 5.5)."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.parser import BytesParser

from erqi_kg.errors import BadRequest
from erqi_kg.sparql.media_types import MULTIPART


def documents(body: bytes, media_type: str) -> Iterator[tuple[str, bytes]]:
    """Yield the media type and the text of each document of an upload.

    Args:
        body: the upload.
        media_type: of the one document, or `multipart/form-data` with its boundary.

    Raises:
        BadRequest: the form is not well-formed, or holds nothing.
    """
    if not media_type.startswith(MULTIPART):
        yield media_type, body
        return
    head = f"Content-Type: {media_type}\r\n\r\n".encode("latin-1", "replace")
    form = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    parts = [part for part in form.walk() if not part.is_multipart()]
    if not form.is_multipart() or any(part.defects for part in form.walk()):
        raise BadRequest("The form is not well-formed: see its boundary and its last line.")
    for part in parts:
        content = part.get_payload(decode=True)
        yield part.get_content_type(), content if isinstance(content, bytes) else b""
