"""What was asked of other endpoints for one query, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from erqi_kg.engine.interface import Answer


@dataclass(frozen=True)
class Asked:
    """What was asked for one SERVICE group."""

    endpoint: str
    requests: int = 0
    rows: int = 0
    ms: int = 0
    cached: int = 0
    """Requests that were answered from what is kept."""
    values: int | None = None
    """Distinct values that were sent along; None: none were, for the reason."""
    reason: str = ""
    failure: str = ""
    """Why there are no solutions, where SILENT passes over it."""
    date: str = ""
    """When the endpoint says it made its answer, the oldest of several."""
    age_s: int = 0


class FederatedAnswer:
    """An answer for which other endpoints were asked."""

    def __init__(self, answer: Answer, asked: Sequence[Asked]) -> None:
        self._answer = answer
        self.asked = tuple(asked)

    @property
    def media_type(self) -> str:
        """Media type of the bytes."""
        return self._answer.media_type

    @property
    def size_bytes(self) -> int:
        """Length of the answer in bytes."""
        return self._answer.size_bytes

    @property
    def release(self) -> str:
        """Id of the release that was asked."""
        return self._answer.release

    @property
    def elapsed_s(self) -> float:
        """Time of the evaluation here, in seconds."""
        return self._answer.elapsed_s

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes once, then free them."""
        return self._answer.chunks()

    def read(self) -> bytes:
        """Return all bytes, then free them."""
        return self._answer.read()

    def close(self) -> None:
        """Free the answer unread."""
        self._answer.close()


def report_field(asked: Sequence[Asked]) -> str:
    """Return the report as a list of strings with parameters (RFC 9651, section 3.1)."""
    return ", ".join(f'"{one.endpoint}"' + _parameters(one) for one in asked)


def _parameters(asked: Asked) -> str:
    told = {name: value for name, value in asdict(asked).items() if name != "endpoint"}
    return "".join(
        f";{name.replace('_', '-')}={_item(value)}"
        for name, value in told.items()
        if value is not None and value != ""
    )


def _item(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    text = "".join(one if " " <= one <= "~" else "?" for one in str(value))
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
