"""Reference graphs: `data/reference/<name>.toml`, its records and the tables beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from erqi_kg.build.context import Context
from erqi_kg.build.inputs import Inputs
from erqi_kg.build.records import Record, read_record, read_records
from erqi_kg.errors import DataError, RecordInvalid

SEPARATOR = "|"
"""Between several values of one cell."""


def read_reference_graph(
    path: Path, inputs: Inputs, context: Context, errors: list[DataError]
) -> tuple[dict[str, Any], list[Record]]:
    """Return the `[graph]` description and the records of one reference graph.

    Raises:
        RecordInvalid: the file has no `[graph]` with a licence.
    """
    file = inputs.name(path)
    tables = inputs.toml(path)
    description = tables.get("graph")
    if not isinstance(description, dict) or not description.get("license"):
        raise RecordInvalid("needs a [graph] table with title, license and source", file)
    records = list(
        read_records(
            {name: rows for name, rows in tables.items() if name not in ("graph", "table")},
            context,
            file,
            errors,
        )
    )
    for entry in tables.get("table", []):
        records += _read_csv(path.parent / entry["file"], entry["class"], inputs, context, errors)
    return description, records


def _read_csv(
    path: Path, class_name: str, inputs: Inputs, context: Context, errors: list[DataError]
) -> Iterator[Record]:
    file = inputs.name(path)
    kind = context.class_named(class_name, file=file, record=class_name)
    reader = csv.DictReader(io.StringIO(inputs.text(path)), strict=True)
    for row in reader:
        place = f"{file}:{reader.line_num}"
        try:
            if None in row or None in row.values():
                raise RecordInvalid("has more or fewer cells than the header", place)
            yield read_record(_tree(row), kind, context, place)
        except DataError as error:
            errors.append(error)


def _tree(row: Mapping[str, str]) -> dict[str, Any]:
    """Return a record's tree: `label@zh` becomes label.zh, `|` separates values."""
    tree: dict[str, Any] = {}
    for column, cell in row.items():
        if cell == "":
            continue
        name, _, language = column.partition("@")
        parts = cell.split(SEPARATOR)
        value: str | list[str] = parts if len(parts) > 1 else cell
        if language:
            tree.setdefault(name, {})[language] = value
        else:
            tree[name] = value
    return tree
