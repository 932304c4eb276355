"""The whole build: assemble, pass the gates, publish."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from erqi_kg import __version__
from erqi_kg.build.assembly import Assembly, assemble
from erqi_kg.build.checks import check_truths
from erqi_kg.build.confirm import lock_path_of
from erqi_kg.build.content import questions_of, release_content, texts_of
from erqi_kg.build.coverage import CoverageReport, cover
from erqi_kg.build.descriptions import add_descriptions
from erqi_kg.build.garbage import without_cycle_collection
from erqi_kg.build.inference import infer
from erqi_kg.build.links import check_links
from erqi_kg.build.lockfile import LockFile, quoted_share
from erqi_kg.build.ontology import check_terms, declared_terms
from erqi_kg.build.release import Dataset, publish
from erqi_kg.build.repair import Report
from erqi_kg.build.searchindex import search_index
from erqi_kg.build.validated import check_all_shapes
from erqi_kg.errors import DataError, DataErrors, SourceMismatch, StoreError
from erqi_kg.settings import Settings
from erqi_kg.storedir import SEARCH_INDEX, Gate, Manifest, Release, StoreDirectory

MAX_QUOTED_SHARE = 0.6
"""How much of a copyrighted text quotes and their surroundings may show."""

Progress = Callable[[str], None]


@dataclass
class Built:
    """What a run of the gates found."""

    assembly: Assembly
    dataset: Dataset = field(init=False)
    gates: list[Gate] = field(default_factory=list)
    coverage: list[CoverageReport] = field(default_factory=list)
    locks: list[LockFile] = field(default_factory=list)


def run_gates(
    settings: Settings, progress: Progress = lambda _: None, *, update_lock: bool = False
) -> Built:
    """Assemble the project and pass every gate that can run.

    Args:
        progress: told the name of each step as it begins.
        update_lock: write the lock files anew; needs the texts.

    Raises:
        DataErrors: everything that is wrong, as far as it could be found in one pass.
    """
    progress("read sources, facts and tables")
    assembly = assemble(settings.project_dir, settings.base_iri, settings.source_texts)
    built = Built(assembly)
    progress("check quotes, values and coverage")
    _check_sources(built, update_lock=update_lock)
    progress("check terms and links")
    texts = texts_of(assembly.inputs, "queries/**/*.rq", "ontology/shapes/*.ttl")
    declared = declared_terms(assembly.ontology, assembly.names)
    assembly.errors += check_terms(
        assembly.quads, assembly.context, texts, declared, assembly.names, assembly.files
    )
    assembly.errors += check_links(assembly.quads, assembly.context, assembly.names, assembly.files)
    built.gates.append(Gate("terms and links", True, f"{len(declared)} terms"))
    _stop_on_errors(assembly)
    progress("validate shapes")
    built.gates.append(check_all_shapes(assembly, StoreDirectory(settings.store_dir)))
    _stop_on_errors(assembly)
    progress("infer and check truths")
    quads = assembly.quads
    built.dataset = Dataset(quads + infer(quads, assembly.names))
    checks = texts_of(assembly.inputs, "queries/checks/*.rq")
    assembly.errors += check_truths(built.dataset.store, checks, assembly.names, assembly.files)
    built.gates.append(Gate("truths", True, f"{len(checks)} checks"))
    _stop_on_errors(assembly)
    return built


def build(
    settings: Settings,
    progress: Progress = lambda _: None,
    report: Report = lambda _: None,
) -> Release:
    """Build and publish a release; the served one stays current when anything fails.

    Args:
        progress: told the name of each step as it begins.
        report: told each damaged release that was set aside.

    Raises:
        DataErrors: what is wrong with the data.
        StoreError: another build is running, or the directory cannot be written.
    """
    directory = StoreDirectory(settings.store_dir)
    with directory.lock("build"), without_cycle_collection():
        built = run_gates(settings, progress)
        assembly = built.assembly
        questions = questions_of(assembly.inputs)
        content = {
            **release_content(assembly.inputs, built.locks),
            SEARCH_INDEX: search_index(
                built.dataset.store,
                assembly.names,
                {question.id: question.question for question in questions},
            ),
        }
        progress("describe the dataset")
        add_descriptions(built.dataset, questions, assembly.names)
        manifest = Manifest(
            release=f"{_input_digest(assembly)}.0",
            built=datetime.now(UTC).isoformat(timespec="milliseconds"),
            base_iri=settings.base_iri,
            version=__version__,
            quads=0,
            triples=0,
            graphs={},
            inputs=dict(sorted(assembly.inputs.digests.items())),
            gates=built.gates,
        )
        progress("publish the release")
        kept = settings.releases_kept
        try:
            return publish(
                directory,
                manifest,
                built.dataset,
                content,
                kept,
                report,
                settings.changes_quads,
            )
        except OSError as error:
            raise StoreError(f"cannot publish in {directory.path}: {error}") from error


def _check_sources(built: Built, *, update_lock: bool) -> None:
    assembly = built.assembly
    for confirmation in assembly.confirmations:
        source = confirmation.source
        share = quoted_share(confirmation.used, source.text_length)
        if share > MAX_QUOTED_SHARE:
            assembly.errors.append(
                SourceMismatch(
                    f"quotes and surroundings show {share:.0%} of the text, more than "
                    f"{MAX_QUOTED_SHARE:.0%}: shorten them",
                    source.file,
                )
            )
        count = len({quote.id for quote in confirmation.used})
        if confirmation.text is None:
            new = len(confirmation.unconfirmed)
            built.gates += [
                Gate(
                    f"quotes in the text of {source.id}",
                    False,
                    "the text is not at hand: "
                    f"{count - new} quotes as confirmed before, {new} not confirmed yet",
                ),
                Gate(f"coverage of {source.id}", False, "the text is not at hand"),
            ]
            built.locks.append(confirmation.lock)
            continue
        report = cover(
            confirmation.text,
            source,
            assembly.records[source.id],
            assembly.supports[source.id],
            assembly.context,
        )
        built.coverage.append(report)
        assembly.errors += report.errors
        built.gates += [
            Gate(f"quotes in the text of {source.id}", True, f"{count} quotes"),
            Gate(f"coverage of {source.id}", True, report.summary),
        ]
        built.locks.append(confirmation.new_lock(report.uncovered, report.excusable))
        _check_lock(
            built,
            built.locks[-1].to_toml(),
            lock_path_of(source, assembly.inputs),
            update=update_lock,
        )


def _check_lock(built: Built, text: str, path: Path, *, update: bool) -> None:
    if update:
        path.write_text(text, encoding="utf-8")
    inputs = built.assembly.inputs
    if not path.is_file() or inputs.text(path) != text:
        built.assembly.errors.append(
            SourceMismatch(
                "does not match the facts: run `erqi-kg check --update-lock`", inputs.name(path)
            )
        )


def _input_digest(assembly: Assembly) -> str:
    """Return the digest of all inputs and of the code that reads them."""
    summed = hashlib.sha256(assembly.inputs.digest_of("*").encode())
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), *(here.parent / "search").glob("*.py")]):
        summed.update(path.read_bytes())
    return summed.hexdigest()[:16]


def _stop_on_errors(assembly: Assembly) -> None:
    if assembly.errors:
        unique: dict[str, DataError] = {str(error): error for error in assembly.errors}
        raise DataErrors(list(unique.values()))
