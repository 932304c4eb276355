"""`erqi-kg build`, `check`, `dump` and `releases`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from erqi_kg.cli.outcome import reports_errors
from erqi_kg.cli.publishing import publish_release
from erqi_kg.errors import ReleaseDamaged, StoreError, UsageError
from erqi_kg.settings import Settings
from erqi_kg.storedir import DUMP, Gate, StoreDirectory

if TYPE_CHECKING:
    from erqi_kg.build.coverage import CoverageReport

STEPS = 6


@click.command()
@click.option(
    "--if-missing", is_flag=True, help="Do nothing when the current release is there and whole."
)
@click.option("--publish", is_flag=True, help="Then publish it, as `erqi-kg publish` does.")
@reports_errors
def build(*, if_missing: bool, publish: bool) -> None:
    """Build a release and make it the current one.

    Reads ontology/, data/ and queries/ of ERQI_PROJECT_DIR (default: here) and publishes in
    ERQI_STORE_DIR (default: store). A running service picks the release up by itself. The last
    ERQI_RELEASES_KEPT releases stay (default: 3); a damaged one is set aside, not removed.
    Without ERQI_SOURCE_TEXTS the gates that need the texts are named as not run.

    Exit code: 0 published, 1 a gate failed or the store cannot be written (nothing is published),
    2 a setting is wrong.
    """
    from erqi_kg.build.pipeline import build as run

    settings = Settings.load()
    if settings.plain:
        _make_plain_store(settings)
        return
    directory = StoreDirectory(settings.served_dir)
    if if_missing and _is_served_whole(directory):
        return
    reports: list[str] = []
    with _progress() as step:
        release = run(settings, step, reports.append)
    for line in reports:
        click.echo(line, err=True)
    _print_gates(release.manifest.gates)
    click.echo(
        f"release {release.id}: {release.manifest.quads} quads in "
        f"{len(release.manifest.graphs)} graphs, at {release.path}"
    )
    if publish:
        publish_release(settings, release)


@click.command()
@click.option("--coverage", is_flag=True, help="Print what each source states and what is used.")
@click.option(
    "--update-lock", is_flag=True, help="Write data/sources/*.lock.toml (needs the text)."
)
@reports_errors
def check(*, coverage: bool, update_lock: bool) -> None:
    """Pass all gates of the build, publish nothing.

    Exit code: 0 all gates that ran passed, 1 one failed, 2 a setting is wrong.
    """
    from erqi_kg.build.pipeline import run_gates

    with _progress() as step:
        built = run_gates(Settings.load(), step, update_lock=update_lock)
    _print_gates(built.gates)
    if coverage:
        _print_coverage(built.coverage)


@click.command()
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Default: standard output.")
@reports_errors
def dump(output: str | None) -> None:
    """Write the named graphs of the current release.

    They come as sorted N-Quads, gzipped: `erqi-kg dump | zcat | head`.

    Exit code: 0 written whole, 1 no release, a damaged one, or the reader left, 2 the output
    cannot be written.
    """
    path = StoreDirectory(Settings.load().served_dir).current().path / DUMP
    try:
        source = path.open("rb")
    except OSError as error:
        raise ReleaseDamaged(path.parent.name, f"{DUMP}: {error.strerror}") from error
    with source:
        if output is None:
            shutil.copyfileobj(source, sys.stdout.buffer)
            return
        try:
            with Path(output).open("wb") as copy:
                shutil.copyfileobj(source, copy)
        except OSError as error:
            raise UsageError(f"cannot write {output}: {error.strerror}") from error


@click.command()
@click.option("--pin", metavar="ID", help="Keep the dump of a release for good: it is cited.")
@click.option("--unpin", metavar="ID", help="Let a later build remove it.")
@reports_errors
def releases(pin: str | None, unpin: str | None) -> None:
    """List the releases, the newest first.

    `*` marks the current one, which is served. DAMAGED says why a release cannot be relied on;
    the next `erqi-kg build` sets it aside. Of a pinned release at least the dumps stay, however
    many are built later.

    Exit code: 0, also when there is none; 1 no such release to pin; 2 a setting is wrong.
    """
    from erqi_kg.build.repair import damage_of, set_aside

    directory = StoreDirectory(Settings.load().served_dir)
    if pin:
        directory.pin(pin)
    if unpin:
        directory.unpin(unpin)
    current = directory.current_id()
    pinned = directory.pinned()
    damages = {path.name: damage_of(path) for path in directory.release_paths()}
    for release in directory.releases():
        manifest = release.manifest
        damage = damages.pop(release.id)
        figures = f"{manifest.built}  {manifest.quads} quads"
        figures += "  pinned" if release.id in pinned else ""
        click.echo(_line(release.id, current, figures, damage))
    for name, damage in damages.items():
        click.echo(_line(name, current, "", damage))
    for path in set_aside(directory):
        click.echo(f"  {path.name}  set aside by a build; remove it when you no longer need it")
    try:
        directory.current()
    except StoreError as error:
        click.echo(f"note: {error}", err=True)


def _line(name: str, current: str | None, figures: str, damage: str | None) -> str:
    mark = "*" if name == current else " "
    parts = (f"{mark} {name}", figures, f"DAMAGED: {damage}" if damage else "")
    return "  ".join(part for part in parts if part)


def _make_plain_store(settings: Settings) -> None:
    from erqi_kg.build.plain import publish_empty

    release = publish_empty(settings)
    click.echo(f"the store of plain mode is at {release.path}; nothing else is to be built")


def _is_served_whole(directory: StoreDirectory) -> bool:
    from erqi_kg.build.repair import damage_of

    try:
        return damage_of(directory.current().path) is None
    except StoreError:
        return False


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show the running step on a terminal's stderr; elsewhere stay silent."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=STEPS)

        def step(name: str) -> None:
            progress.update(task, advance=1, description=name)

        yield step


def _print_gates(gates: Iterable[Gate]) -> None:
    for gate in gates:
        state = "ran    " if gate.ran else "NOT RUN"
        click.echo(f"{state} {gate.name}: {gate.detail}", err=True)


def _print_coverage(reports: Iterable[CoverageReport]) -> None:
    for report in reports:
        click.echo(f"{report.source}: {report.summary}")
        for place in report.uncovered:
            click.echo(f"  {place.start}-{place.end} {place.kind}: {place.reason_en}")
