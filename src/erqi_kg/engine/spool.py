"""Collect an answer: small ones as bytes, others in a file in memory, large ones on disk."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from typing import IO

INLINE_BYTES = 65_536
"""Up to here an answer travels in its frame."""
MEMORY_BYTES = 16 * 1024 * 1024
"""Up to here it is held in memory, beyond on disk."""
_BATCH_BYTES = 1024 * 1024
_BATCH_PARTS = 512
"""The kernel takes up to 1,024 parts at once (writev(2))."""


class AnswerTooLarge(Exception):
    """The answer has passed its limit."""


def spool_directory() -> str:
    """Return a directory for large answers: on disk, as /var/tmp is and /tmp may not be."""
    chosen = os.environ.get("TMPDIR")
    if chosen:
        return chosen
    return "/var/tmp" if os.access("/var/tmp", os.W_OK) else tempfile.gettempdir()


class Spool:
    """A writable binary stream with a limit; `finish` it before its bytes are asked for."""

    def __init__(self, limit_bytes: int, directory: str) -> None:
        self.size_bytes = 0
        self._limit_bytes = limit_bytes
        self._directory = directory
        self._held: list[bytes] = []
        self._held_bytes = 0
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
        self._held.append(bytes(part))
        self._held_bytes += len(part)
        if self._held_bytes > (MEMORY_BYTES if self._descriptor is None else _BATCH_BYTES):
            self._write_out(self._on_disk)
        return len(part)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def finish(self) -> None:
        """Take no more bytes.

        Raises:
            OSError: the disk or the memory does not take what is held.
        """
        if self._descriptor is not None or self.size_bytes > INLINE_BYTES:
            self._write_out(_in_memory)

    def clear(self) -> None:
        """Forget what was written."""
        self.size_bytes = self._held_bytes = 0
        self._held = []
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)

    def reader(self) -> IO[bytes]:
        """Return a file that reads the bytes from the first one."""
        if self._descriptor is None:
            return io.BytesIO(self.inline)
        copy = os.dup(self._descriptor)
        os.lseek(copy, 0, os.SEEK_SET)
        return os.fdopen(copy, "rb")

    @property
    def inline(self) -> bytes:
        """Return the bytes, when there is no file."""
        return b"" if self._descriptor is not None else b"".join(self._held)

    @property
    def descriptor(self) -> int | None:
        """Return the file's descriptor, when there is one."""
        return self._descriptor

    def close(self) -> None:
        """Free the bytes."""
        self._held = []
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write_out(self, make: Callable[[], int]) -> None:
        if self._descriptor is None:
            self._descriptor = make()
        for first in range(0, len(self._held), _BATCH_PARTS):
            _write_all(self._descriptor, self._held[first : first + _BATCH_PARTS])
        self._held = []
        self._held_bytes = 0

    def _on_disk(self) -> int:
        with tempfile.TemporaryFile(dir=self._directory, buffering=0) as file:
            return os.dup(file.fileno())


def _in_memory() -> int:
    return os.memfd_create("answer", os.MFD_CLOEXEC)


def _write_all(descriptor: int, parts: list[bytes]) -> None:
    written = os.writev(descriptor, parts)
    if written < sum(len(part) for part in parts):
        rest = memoryview(b"".join(parts))[written:]
        while rest:
            rest = rest[os.write(descriptor, rest) :]
