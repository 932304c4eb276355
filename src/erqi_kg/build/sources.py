"""The source records: who said it, when, and the digest of the text they said it in.

The text itself is not part of the project (it is somebody's copyrighted work); the gates that
need it run where `ERQI_SOURCE_TEXTS` names a directory that holds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erqi_kg.build.context import Context
from erqi_kg.build.inputs import Inputs
from erqi_kg.build.records import QuoteReference, Record, read_records
from erqi_kg.errors import DataError, RecordInvalid, SourceMismatch


@dataclass(frozen=True)
class NotFact:
    """Words of the text that state nothing this graph could hold, and why."""

    quote: QuoteReference
    reason: Mapping[str, str]
    everywhere: bool = False
    """The reason holds wherever these words stand."""


@dataclass(frozen=True)
class Source:
    """One source and what its text must be."""

    id: str
    file: str
    text_file: str
    text_sha256: str
    text_length: int
    records: tuple[Record, ...]
    not_facts: tuple[NotFact, ...] = ()

    def read_text(self, directory: Path) -> str | None:
        """Return the source's text, or None when the directory does not hold it.

        Raises:
            SourceMismatch: the text there is another one.
        """
        path = directory / self.text_file
        if not path.is_file():
            return None
        raw = path.read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        if digest != self.text_sha256:
            raise SourceMismatch(
                f"the text {self.text_file} has SHA-256 {digest[:12]}…, the record says "
                f"{self.text_sha256[:12]}…: it is another edition; correct the record or the text",
                self.file,
                f"source/{self.id}",
            )
        text = raw.decode("utf-8")
        if len(text) != self.text_length:
            raise SourceMismatch(
                f"the text has {len(text)} code points, the record says {self.text_length}",
                self.file,
                f"source/{self.id}",
            )
        return text


def read_source(path: Path, inputs: Inputs, context: Context, errors: list[DataError]) -> Source:
    """Read `data/sources/<id>.toml`.

    Raises:
        RecordInvalid: a field is missing or of the wrong type.
    """
    file = inputs.name(path)
    tables = inputs.toml(path)
    source_id = _field(tables, "id", str, file)
    if source_id != path.stem:
        raise RecordInvalid(f"id {source_id!r} must be the file's name {path.stem!r}", file)
    known = {"id", "text_file", "text_sha256", "text_length", "not_facts"}
    records = read_records(
        {name: rows for name, rows in tables.items() if name not in known}, context, file, errors
    )
    return Source(
        id=source_id,
        file=file,
        text_file=_field(tables, "text_file", str, file),
        text_sha256=_field(tables, "text_sha256", str, file),
        text_length=_field(tables, "text_length", int, file),
        records=tuple(records),
        not_facts=tuple(_not_fact(item, file) for item in tables.get("not_facts", [])),
    )


def _field(tables: Mapping[str, Any], name: str, kind: type, file: str) -> Any:
    value = tables.get(name)
    if not isinstance(value, kind):
        raise RecordInvalid(f"{name} must be given as {kind.__name__}", file)
    return value


def _not_fact(item: Any, file: str) -> NotFact:
    reason = item.get("reason") if isinstance(item, dict) else None
    if not isinstance(reason, dict) or not isinstance(item.get("quote"), str):
        raise RecordInvalid(
            "not_facts: write { quote, reason = { zh, en } }, and everywhere = true where every "
            "place of these words is meant",
            file,
        )
    quote = QuoteReference(item["quote"], item.get("prefix", ""), item.get("suffix", ""))
    return NotFact(quote, reason, item.get("everywhere", False) is True)
