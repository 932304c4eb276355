"""A whole answer in the asker's process: inline bytes, or an unlinked file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from erqi_kg.engine.frames import Frame

_CHUNK_BYTES = 262_144


@dataclass(frozen=True)
class AnswerFacts:
    """What an answer's headers need."""

    media_type: str
    release: str


class WholeAnswer:
    """An answer that an executor has finished; freed when read, closed or forgotten."""

    def __init__(self, facts: AnswerFacts, frame: Frame) -> None:
        self.media_type = facts.media_type
        self.release = facts.release
        self.size_bytes: int = frame.header["size"]
        self.elapsed_s: float = frame.header["elapsed_s"]
        self._body = frame.body
        self._descriptors = list(frame.descriptors)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes once, then free them."""
        try:
            if self._body:
                yield self._body
            offset = 0
            while self._descriptors:
                part = os.pread(self._descriptors[0], _CHUNK_BYTES, offset)
                if not part:
                    return
                offset += len(part)
                yield part
        finally:
            self.close()

    def read(self) -> bytes:
        """Return all bytes, then free them."""
        if self._descriptors:
            body = os.pread(self._descriptors[0], self.size_bytes, 0)
            if len(body) == self.size_bytes:
                self.close()
                return body
        return b"".join(self.chunks())

    def close(self) -> None:
        """Free the answer unread."""
        self._body = b""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def __enter__(self) -> WholeAnswer:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()
