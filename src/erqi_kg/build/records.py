"""Typed records: what a fact file or a reference table says, before it becomes RDF."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from erqi_kg.build.context import Context, Term
from erqi_kg.errors import DataError, RecordInvalid
from erqi_kg.namespaces import ID_PATTERN

EVIDENCE_KEYS = ("evidence", "context_evidence", "inferred")
UNGATED = frozenset(
    ("note", "scopeNote", "definition", "description", "comment", "order", "example")
)
"""Fields in which the project speaks itself; they need no words behind them."""
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class QuoteReference:
    """Words of a source, with as much of their surroundings as tells them apart."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Evidence:
    """What stands behind the fields of a record.

    A list given for the whole record has the key `*`.
    """

    stated: Mapping[str, tuple[QuoteReference, ...]] = field(default_factory=dict)
    contextual: Mapping[str, tuple[QuoteReference, ...]] = field(default_factory=dict)
    inferred: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """One typed record; `fields` are ready for JSON-LD."""

    id: str
    types: tuple[str, ...]
    fields: Mapping[str, Any]
    file: str
    evidence: Evidence = field(default_factory=Evidence)

    def to_jsonld(self) -> dict[str, Any]:
        """Return the node object (JSON-LD 1.1, section 9.2)."""
        return {"id": self.id, "type": list(self.types), **self.fields}


def read_records(
    tables: Mapping[str, Any], context: Context, file: str, errors: list[DataError]
) -> Iterator[Record]:
    """Yield the records of all `[[table]]` arrays; what is wrong goes into `errors`."""
    for table, rows in tables.items():
        try:
            kind = context.class_of_table(table, file=file)
            if not isinstance(rows, list):
                raise RecordInvalid(f"write [[{table}]], not [{table}]", file)
        except DataError as error:
            errors.append(error)
            continue
        for row in rows:
            try:
                yield read_record(row, kind, context, file)
            except DataError as error:
                errors.append(error)


def read_record(row: Mapping[str, Any], kind: Term, context: Context, file: str) -> Record:
    """Return one record, every key checked against the context.

    Raises:
        RecordInvalid: no id, a malformed value, a float.
        UnknownTerm: a key or class that the context does not have.
    """
    record_id = row.get("id")
    if not isinstance(record_id, str) or not _is_record_id(record_id):
        raise RecordInvalid(
            f"id {record_id!r} must match {ID_PATTERN.pattern}", file, f"[[{kind.name}]]"
        )
    types = [kind.name]
    for name in _as_list(row.get("type", [])):
        types.append(context.class_named(name, file=file, record=record_id).name)
    fields = {
        key: _value(value, context.property(key, file=file, record=record_id), file, record_id)
        for key, value in row.items()
        if key not in ("id", "type", *EVIDENCE_KEYS)
    }
    evidence = Evidence(
        stated=_quotes(row.get("evidence", []), "evidence", file, record_id),
        contextual=_quotes(row.get("context_evidence", []), "context_evidence", file, record_id),
        inferred=_reasons(row.get("inferred", {}), file, record_id),
    )
    _check_evidence_fields(evidence, fields, file, record_id)
    return Record(record_id, tuple(dict.fromkeys(types)), fields, file, evidence)


def _is_record_id(text: str) -> bool:
    return ID_PATTERN.fullmatch(text) is not None or text.startswith(("http://", "https://"))


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _value(value: object, term: Term, file: str, record: str) -> Any:
    if isinstance(value, dict):
        if not term.is_bilingual:
            raise RecordInvalid(f"{term.name}: a table is for bilingual texts only", file, record)
        return {
            str(tag): [_scalar(v, term, file, record) for v in _as_list(texts)]
            for tag, texts in value.items()
        }
    if term.is_bilingual:
        raise RecordInvalid(
            f'{term.name}: write {{ zh = "…", en = "…" }}, so that each text has its language',
            file,
            record,
        )
    values = [_scalar(item, term, file, record) for item in _as_list(value)]
    if len(set(values)) != len(values):
        raise RecordInvalid(f"{term.name}: a value stands twice", file, record)
    return values if isinstance(value, list) else values[0]


def _scalar(value: object, term: Term, file: str, record: str) -> str | bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        raise RecordInvalid(f'{term.name}: write numbers as strings: "{value}"', file, record)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if not isinstance(value, str) or value.strip() != value or value == "":
        raise RecordInvalid(
            f"{term.name}: {value!r} must be a text without blanks at its ends", file, record
        )
    return value


def _quotes(given: Any, key: str, file: str, record: str) -> dict[str, tuple[QuoteReference, ...]]:
    by_field = given if isinstance(given, dict) else {"*": given} if given else {}
    return {
        name: tuple(_quote(item, key, file, record) for item in _as_list(items))
        for name, items in by_field.items()
    }


def _quote(item: object, key: str, file: str, record: str) -> QuoteReference:
    if not isinstance(item, dict) or not isinstance(item.get("quote"), str):
        raise RecordInvalid(f'{key}: write {{ quote = "…" }}', file, record)
    unknown = set(item) - {"quote", "prefix", "suffix", "source"}
    if unknown:
        raise RecordInvalid(f"{key}: unknown key {sorted(unknown)[0]!r}", file, record)
    return QuoteReference(item["quote"], item.get("prefix", ""), item.get("suffix", ""))


def _reasons(given: object, file: str, record: str) -> dict[str, dict[str, str]]:
    if not isinstance(given, dict):
        raise RecordInvalid("inferred: write a table of field = { zh, en }", file, record)
    for name, reason in given.items():
        if not isinstance(reason, dict) or set(reason) != set(LANGUAGES):
            raise RecordInvalid(
                f"inferred.{name}: give the reason as {{ zh = …, en = … }}", file, record
            )
    return given


def _check_evidence_fields(
    evidence: Evidence, fields: Mapping[str, object], file: str, record: str
) -> None:
    for name in (*evidence.stated, *evidence.contextual, *evidence.inferred):
        if name != "*" and name not in fields:
            raise RecordInvalid(
                f"evidence for {name!r}, which the record does not state", file, record
            )
