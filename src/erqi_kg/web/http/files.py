"""Send files, whole or in parts (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import Flask, Response, send_file

from erqi_kg.errors import PreconditionFailed


def file_response(
    path: Path,
    media_type: str,
    tag: str,
    last_modified: datetime,
    cache_control: str,
    download_name: str | None = None,
) -> Response:
    """Return a file with a strong tag; a name makes it a download.

    Raises:
        PreconditionFailed: the file is not what `If-Match` or `If-Unmodified-Since` says.
    """
    response = send_file(
        path,
        mimetype=media_type,
        conditional=True,
        etag=tag,
        last_modified=last_modified,
        download_name=download_name,
        as_attachment=download_name is not None,
    )
    check_preconditions(response)
    response.headers["Cache-Control"] = cache_control
    response.headers.pop("Expires", None)
    return response


def check_preconditions(response: Response) -> None:
    """Refuse a file whose preconditions failed: the library sends it all the same, as 412.

    Raises:
        PreconditionFailed: they did.
    """
    if response.status_code == PreconditionFailed.status:
        response.close()
        raise PreconditionFailed("The file is not what the request says; fetch it again.")


class FileSendingFlask(Flask):
    """An application whose static files heed preconditions as all others do."""

    def send_static_file(self, filename: str) -> Response:
        """Return a file of the static folder."""
        response = super().send_static_file(filename)
        check_preconditions(response)
        return response
