"""Bring everything together: files → records with their evidence → quads by graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from erqi_kg.build.confirm import Confirmation, start_confirmation
from erqi_kg.build.context import Context
from erqi_kg.build.evidence import (
    Support,
    derivation_fields,
    evidence_records,
    quote_records,
    supports_of,
)
from erqi_kg.build.inputs import Inputs
from erqi_kg.build.mapping import records_to_quads
from erqi_kg.build.ontology import read_ontology
from erqi_kg.build.records import Record, read_records
from erqi_kg.build.sources import Source, read_source
from erqi_kg.build.tables import read_reference_graph
from erqi_kg.build.values import check_values
from erqi_kg.errors import DataError, RecordInvalid
from erqi_kg.namespaces import Names

FACTS_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""Licence of the graphs this project writes itself."""


@dataclass
class Assembly:
    """All quads of a build and what is needed to speak about them."""

    inputs: Inputs
    names: Names
    context: Context
    ontology: list[ox.Quad] = field(default_factory=list)
    reference: list[ox.Quad] = field(default_factory=list)
    facts: list[ox.Quad] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """The file each record stands in, by id."""
    confirmations: list[Confirmation] = field(default_factory=list)
    supports: dict[str, list[Support]] = field(default_factory=dict)
    """Supports of the records of each source, by source id."""
    records: dict[str, list[Record]] = field(default_factory=dict)
    """Records of each source, by source id."""
    graph_records: list[Record] = field(default_factory=list)
    errors: list[DataError] = field(default_factory=list)

    @property
    def quads(self) -> list[ox.Quad]:
        """Return all quads."""
        return self.ontology + self.reference + self.facts


def assemble(project_dir: Path, base_iri: str, texts: Path | None) -> Assembly:
    """Read all content of a project; what is wrong with records goes into `errors`.

    Raises:
        DataError: the context, the ontology or a source record cannot be used at all.
    """
    inputs = Inputs(project_dir, base_iri)
    context_path = project_dir / Context.FILE
    assembly = Assembly(inputs, Names(base_iri), Context(inputs.text(context_path)))
    assembly.ontology = read_ontology(inputs, assembly.names)
    _add_reference(assembly)
    for path in inputs.paths("data/sources/*.toml"):
        if not path.name.endswith(".lock.toml"):
            source = read_source(path, inputs, assembly.context, assembly.errors)
            _add_source(assembly, source, texts)
    _refuse_orphan_facts(assembly)
    _add_corrections(assembly)
    for confirmation in assembly.confirmations:
        assembly.errors += confirmation.problems()
    _add_plain_file(assembly, "data/catalog.toml", "catalog")
    assembly.reference += records_to_quads(
        assembly.graph_records, assembly.context, assembly.names, assembly.names.graph("catalog")
    )
    return assembly


def _add_reference(assembly: Assembly) -> None:
    for path in assembly.inputs.paths("data/reference/*.toml"):
        description, records = read_reference_graph(
            path, assembly.inputs, assembly.context, assembly.errors
        )
        file = assembly.inputs.name(path)
        graph = assembly.names.graph(f"reference/{path.stem}")
        tables = {"named_graph": [{"id": graph, **description}]}
        assembly.graph_records += read_records(tables, assembly.context, file, assembly.errors)
        _remember(assembly, records)
        assembly.reference += records_to_quads(records, assembly.context, assembly.names, graph)


def _add_source(assembly: Assembly, source: Source, texts: Path | None) -> None:
    """Add the records of a source and of its fact file, with their evidence."""
    confirmation = start_confirmation(source, assembly.inputs, texts)
    records = [*source.records, *_facts_of(source, assembly)]
    _remember(assembly, records)
    published: list[Record] = []
    supports: list[Support] = []
    for record in records:
        try:
            own = supports_of(record, assembly.context, confirmation.locate)
        except DataError as error:
            assembly.errors.append(error)
            continue
        assembly.errors += check_values(record, own, assembly.context)
        supports += own
        fields = {**record.fields, **derivation_fields(source.id, own)}
        published.append(replace(record, fields=fields))
    assembly.confirmations.append(confirmation)
    assembly.records[source.id] = records
    assembly.supports[source.id] = supports
    published += evidence_records(source.id, supports, assembly.context, source.file)
    graph = assembly.names.graph(f"source/{source.id}")
    assembly.graph_records.append(_fact_graph(source, graph))
    assembly.facts += records_to_quads(published, assembly.context, assembly.names, graph)


def _facts_of(source: Source, assembly: Assembly) -> list[Record]:
    path = assembly.inputs.project_dir / "data" / "facts" / f"{source.id}.toml"
    if not path.is_file():
        return []
    file = assembly.inputs.name(path)
    tables = assembly.inputs.toml(path)
    if tables.pop("source", None) != source.id:
        raise RecordInvalid(f'must begin with source = "{source.id}"', file)
    return list(read_records(tables, assembly.context, file, assembly.errors))


def _fact_graph(source: Source, graph: str) -> Record:
    titles = [record.fields["title"] for record in source.records if "title" in record.fields]
    zh, en = (
        ((titles[0].get(tag) or [source.id])[0] for tag in ("zh", "en"))
        if titles
        else (source.id, source.id)
    )
    fields = {
        "title": {"zh": [f"《{zh}》所述事实"], "en": [f"Facts of “{en}”"]},
        "description": {
            "zh": ["来源所述的内容，每个值附所依据的原文。"],
            "en": ["What the source says, each value with the words that support it."],
        },
        "license": FACTS_LICENSE,
        "source": f"source/{source.id}",
    }
    return Record(graph, ("NamedGraph",), fields, source.file)


def _refuse_orphan_facts(assembly: Assembly) -> None:
    for path in assembly.inputs.paths("data/facts/*.toml"):
        if path.stem not in assembly.records:
            file = assembly.inputs.name(path)
            assembly.errors.append(
                RecordInvalid(f"has no source record data/sources/{path.stem}.toml", file)
            )


def _add_corrections(assembly: Assembly) -> None:
    """Add what is said about the sources; the words it speaks of become its `quote`."""
    file = "data/corrections.toml"
    confirmations = {f"source/{found.source.id}": found for found in assembly.confirmations}
    published: list[Record] = []
    for record in _plain_records(assembly, file):
        words = record.evidence.stated.get("*", ())
        try:
            confirmation = confirmations[str(record.fields.get("hadPrimarySource"))]
            quotes = [confirmation.locate(reference) for reference in words]
        except KeyError:
            message = "hadPrimarySource must name the source that is spoken of"
            assembly.errors.append(RecordInvalid(message, file, record.id))
            continue
        except DataError as error:
            assembly.errors.append(type(error)(error.message, file, record.id))
            continue
        fields = dict(record.fields)
        if quotes:
            fields["quote"] = sorted({quote.id for quote in quotes})
        published.append(replace(record, fields=fields))
        published += quote_records(quotes, confirmation.source.id, file)
    graph = assembly.names.graph("corrections")
    assembly.facts += records_to_quads(published, assembly.context, assembly.names, graph)


def _plain_records(assembly: Assembly, file: str) -> list[Record]:
    """Return the records of a file in which the project speaks itself."""
    path = assembly.inputs.project_dir / file
    if not path.is_file():
        return []
    tables = assembly.inputs.toml(path)
    records = list(read_records(tables, assembly.context, file, assembly.errors))
    _remember(assembly, records)
    return records


def _add_plain_file(assembly: Assembly, file: str, graph_path: str) -> None:
    records = _plain_records(assembly, file)
    graph = assembly.names.graph(graph_path)
    assembly.facts += records_to_quads(records, assembly.context, assembly.names, graph)


def _remember(assembly: Assembly, records: Sequence[Record]) -> None:
    seen: set[str] = set()
    for record in records:
        assembly.files.setdefault(record.id, record.file)
        if record.id in seen:
            assembly.errors.append(
                RecordInvalid(
                    "stands twice in one graph: give each its own id", record.file, record.id
                )
            )
        seen.add(record.id)
