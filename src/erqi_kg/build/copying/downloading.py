"""Download files whose digest and limits are known, going on where a connection broke."""

from __future__ import annotations

import hashlib
import http.client
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from erqi_kg import __version__
from erqi_kg.errors import CopyRefused, CopyUnfinished, UsageError
from erqi_kg.settings import variable_name

Received = Callable[[int], None]
_CHUNK_BYTES = 1 << 18
_PARTIAL = 206
_RANGE_WRONG = 416
_LIMIT = variable_name("pull_mb")
_PASSING = (408, 425, 429, 500, 502, 503, 504)


class Downloader:
    """Fetches from one server.

    Args:
        root: its address.
        attempts: how often a broken connection is taken up again, without progress in between.
        wait_s: before the second attempt; twice that before the third, and so on.
        timeout_s: how long a server may say nothing.

    Raises:
        UsageError: the address is no http(s) address.
    """

    def __init__(
        self, root: str, attempts: int = 5, wait_s: float = 0.5, timeout_s: float = 30.0
    ) -> None:
        parts = urlsplit(root)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{root!r} is no address such as https://example.org/")
        if parts.query or parts.fragment:
            raise UsageError(f"{root!r}: give the address of the site, without ? and #")
        self.root = root.rstrip("/")
        self._attempts = attempts
        self._wait_s = wait_s
        self._timeout_s = timeout_s
        self._opener = OpenerDirector()  # unlike the usual one, it opens no files and no FTP
        for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, UnknownHandler):
            self._opener.add_handler(handler())
        for processor in (HTTPErrorProcessor, HTTPDefaultErrorHandler, HTTPRedirectHandler):
            self._opener.add_handler(processor())

    def read(self, path: str, most_bytes: int) -> bytes:
        """Return a small file.

        Raises:
            CopyRefused: the server has no such file, or it is too large.
            CopyUnfinished: the server cannot be reached.
        """
        found = b""

        def once() -> bool:
            nonlocal found
            with self._open(path, {}) as answer:
                found = answer.read(most_bytes + 1)
                return len(found) <= most_bytes and _is_short(answer)

        self._again(once, path)
        if len(found) > most_bytes:
            raise CopyRefused(f"{self.root}/{path} has more than {most_bytes} bytes")
        return found

    def fetch(
        self, path: str, target: Path, digest: str, most_bytes: int, received: Received
    ) -> int:
        """Download a file, or what is missing of it, and compare its SHA-256.

        Args:
            path: under the address of the server.
            target: the file; `<name>.part` beside it holds what has come so far.
            digest: the SHA-256 that the manifest states.
            most_bytes: more is refused.
            received: told the bytes of each piece.

        Returns:
            the size of the file in bytes.

        Raises:
            CopyRefused: the file is another one, too large, or not there; nothing is left of it.
            CopyUnfinished: the server cannot be reached; what has come is kept.
        """
        if target.is_file() and _digest_of(target) == digest:
            return target.stat().st_size
        part = target.with_name(f"{target.name}.part")
        target.parent.mkdir(parents=True, exist_ok=True)
        self._again(lambda: self._go_on(path, part, most_bytes, received), path)
        if _digest_of(part) != digest:
            part.unlink()
            raise CopyRefused(
                f"{self.root}/{path} is not the file that the manifest describes: its SHA-256 "
                "is another one; nothing was published"
            )
        part.replace(target)
        return target.stat().st_size

    def _go_on(self, path: str, part: Path, most_bytes: int, received: Received) -> bool:
        """Append what is missing; say whether there is more to come."""
        held = part.stat().st_size if part.is_file() else 0
        fields = {"Range": f"bytes={held}-"} if held else {}
        try:
            answer = self._open(path, fields)
        except HTTPError as error:
            if held and error.code == _RANGE_WRONG:  # it was whole already, or never right
                return False
            raise
        came = 0
        with answer, part.open("ab" if answer.status == _PARTIAL else "wb") as file:
            size = file.tell()
            while piece := _piece(answer, came > 0):
                size += len(piece)
                if size > most_bytes:
                    file.truncate(0)
                    raise CopyRefused(f"{self.root}/{path} is too large; see {_LIMIT}")
                file.write(piece)
                came += len(piece)
                received(len(piece))
        if _is_short(answer) and not came:
            raise ConnectionError("the connection broke")
        return _is_short(answer)

    def _again(self, once: Callable[[], bool], path: str) -> None:
        """Do something until it is done, unless it fails too often without progress."""
        failed, problem = 0, ""
        while failed < self._attempts:
            try:
                has_more = once()
            except HTTPError as error:
                with error:
                    if error.code not in _PASSING:
                        raise CopyRefused(_refusal(self.root, path, error)) from error
                failed, problem = failed + 1, f"HTTP {error.code}"
            except (URLError, OSError, http.client.HTTPException) as error:
                failed, problem = failed + 1, str(getattr(error, "reason", "") or error)
            else:
                if not has_more:
                    return
                failed, problem = 0, "the connection broke"
            time.sleep(self._wait_s * 2 ** max(failed - 1, 0))
        raise CopyUnfinished(
            f"{self.root}/{path} cannot be had: {problem}; run the same command again, it goes "
            "on where it stopped"
        )

    def _open(self, path: str, fields: dict[str, str]) -> http.client.HTTPResponse:
        headers = {
            "User-Agent": f"erqi-kg/{__version__} (pull)",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            **fields,
        }
        request = Request(f"{self.root}/{quote(path)}", headers=headers)
        answer: http.client.HTTPResponse = self._opener.open(request, timeout=self._timeout_s)
        return answer


def _piece(answer: http.client.HTTPResponse, came: bool) -> bytes:
    """Return the next bytes; none when the connection broke after some had come."""
    try:
        return answer.read(_CHUNK_BYTES)
    except (OSError, http.client.HTTPException):
        if came:
            return b""
        raise


def _is_short(answer: http.client.HTTPResponse) -> bool:
    """Say whether a body ended before its length (http.client holds what is left of it)."""
    return bool(answer.length)


def _refusal(root: str, path: str, error: HTTPError) -> str:
    if error.code == 404:
        return f"{root} has no {path}: it offers no copy of this release, or is another service"
    return f"{root}/{path} is refused: HTTP {error.code} {error.reason}"


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
