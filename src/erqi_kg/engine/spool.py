"""Collect an answer in memory up to a bound, beyond it in an unlinked file on disk."""

from __future__ import annotations

import os
import tempfile

INLINE_BYTES = 262_144


class AnswerTooLarge(Exception):
    """The answer has passed its limit."""


def spool_directory() -> str:
    """Return a directory for large answers: on disk, as /var/tmp is and /tmp may not be."""
    chosen = os.environ.get("TMPDIR")
    if chosen:
        return chosen
    return "/var/tmp" if os.access("/var/tmp", os.W_OK) else tempfile.gettempdir()


class Spool:
    """A writable binary stream with a limit."""

    def __init__(self, limit_bytes: int, directory: str) -> None:
        self.size_bytes = 0
        self._limit_bytes = limit_bytes
        self._directory = directory
        self._held: list[bytes] = []
        self._descriptor: int | None = None

    def write(self, part: bytes) -> int:
        """Take the next bytes.

        Raises:
            AnswerTooLarge: they pass the limit.
            OSError: the disk does not take them.
        """
        self.size_bytes += len(part)
        if self.size_bytes > self._limit_bytes:
            raise AnswerTooLarge
        if self._descriptor is None:
            self._held.append(bytes(part))
            if self.size_bytes > INLINE_BYTES:
                self._move_to_disk()
        else:
            _write_all(self._descriptor, part)
        return len(part)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def clear(self) -> None:
        """Forget what was written."""
        self.size_bytes = 0
        self._held = []
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)

    @property
    def inline(self) -> bytes:
        """Return the bytes, when they are held in memory."""
        return b"" if self._descriptor is not None else b"".join(self._held)

    @property
    def descriptor(self) -> int | None:
        """Return the file's descriptor, when the bytes are on disk."""
        return self._descriptor

    def close(self) -> None:
        """Free the bytes."""
        self._held = []
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _move_to_disk(self) -> None:
        with tempfile.TemporaryFile(dir=self._directory, buffering=0) as file:
            self._descriptor = os.dup(file.fileno())
        for part in self._held:
            _write_all(self._descriptor, part)
        self._held = []


def _write_all(descriptor: int, part: bytes) -> None:
    rest = memoryview(part)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
