"""The value gate: a stated value must be readable in the words that state it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from erqi_kg.build.context import XSD, Context, Term
from erqi_kg.build.evidence import STATED, Support
from erqi_kg.build.numerals import read_numbers
from erqi_kg.build.quotes import fold
from erqi_kg.build.records import Record
from erqi_kg.errors import DataError, NumberMismatch

WRITTEN_FIELDS = frozenset(("sourceValue",))
"""Numbers as the source writes them, before 万 and 亿 are applied."""


def check_values(
    record: Record, supports: Sequence[Support], context: Context
) -> Iterator[DataError]:
    """Yield what the stated fields of a record say that their quotes do not."""
    inferred = set(record.evidence.inferred)
    for support in supports:
        if support.basis != STATED:
            continue
        term = context.property(support.field, file=record.file, record=record.id)
        words = [quote.exact for quote in support.quotes]
        for value in _texts(record.fields[support.field]):
            reason = _mismatch(term, value, words, also_inferred=support.field in inferred)
            if reason:
                raised = NumberMismatch(
                    f"{support.field} = {value!r}, but the quote {words} {reason}",
                    record.file,
                    record.id,
                )
                yield raised
    yield from _check_wording(record, context)


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts a quote can be held against: plain ones and Chinese ones."""
    if isinstance(value, Mapping):
        yield from _texts(value.get("zh", []))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _mismatch(term: Term, value: str, words: list[str], *, also_inferred: bool) -> str | None:
    if term.is_link:
        return None
    if term.is_number:
        return _number_mismatch(term, value, words)
    if term.datatype in (XSD + "date", XSD + "gYear", XSD + "gYearMonth"):
        return _date_mismatch(value, words, also_inferred=also_inferred)
    if term.datatype == XSD + "boolean":
        return None
    if any(fold(value) in text for text in words):
        return None
    return "does not hold these words"


def _number_mismatch(term: Term, value: str, words: list[str]) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return f"cannot be compared: {value!r} is not a number"
    readings = [reading for text in words for reading in read_numbers(text)]
    if term.name in WRITTEN_FIELDS:
        readable = {reading.written for reading in readings}
    else:
        readable = {reading.value for reading in readings}
    if number in readable:
        return None
    listed = ", ".join(f"{reading:f}" for reading in sorted(readable)) or "no number"
    return f"reads {listed}"


def _date_mismatch(value: str, words: list[str], *, also_inferred: bool) -> str | None:
    readable = {reading.value for text in words for reading in read_numbers(text)}
    parts = [Decimal(part) for part in value.split("-")]
    if also_inferred:
        parts = parts[1:]
    missing = [f"{part:f}" for part in parts if part not in readable]
    return f"does not say {', '.join(missing)}" if missing else None


def _check_wording(record: Record, context: Context) -> Iterator[DataError]:
    """The wording of a number, read as a number, is the number."""
    wording = record.fields.get("wording")
    numbers = {
        name: Decimal(str(value))
        for name, value in record.fields.items()
        if name not in WRITTEN_FIELDS
        and isinstance(value, str)
        and context.property(name, file=record.file, record=record.id).is_number
    }
    if not isinstance(wording, str) or not numbers:
        return
    readable = {reading.value for reading in read_numbers(wording)}
    for name, number in numbers.items():
        if number not in readable and name not in record.evidence.inferred:
            yield NumberMismatch(
                f"{name} = {number:f}, but its wording {wording!r} reads "
                + (", ".join(f"{reading:f}" for reading in sorted(readable)) or "no number"),
                record.file,
                record.id,
            )
