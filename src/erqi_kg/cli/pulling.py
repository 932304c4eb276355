"""`erqi-kg pull`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from erqi_kg.cli.outcome import reports_errors
from erqi_kg.settings import Settings

if TYPE_CHECKING:
    from erqi_kg.build.copying.pulling import Progress


@click.command()
@click.argument("url")
@click.option("--release", "wanted", metavar="ID", help="Default: the one the server serves.")
@reports_errors
def pull(url: str, wanted: str | None) -> None:
    """Copy the release that another server serves.

    It becomes the current one here.

    URL is the address of the site, such as https://example.org/. Files come into ERQI_STORE_DIR,
    each compared with the SHA-256 in the manifest; a broken download goes on where it stopped, also
    when the command is run again. The copy has the same id, so answers have the same entity tags.
    ERQI_PULL_MB limits its size. What clients wrote there (workspace graphs) and citations do not
    come along. The same checksums are no proof of who made the data: pull from servers you trust.

    Exit code: 0 published, 1 refused, unfinished or the store cannot be written (the served
    release stays), 2 the address or a setting is wrong.
    """
    from erqi_kg.build.copying.downloading import Downloader
    from erqi_kg.build.copying.pulling import pull as run

    settings = Settings.load()
    downloader = Downloader(url)
    reports: list[str] = []
    with _progress() as progress:
        release = run(settings, downloader, wanted, progress, reports.append)
    for line in reports:
        click.echo(line, err=True)
    click.echo(
        f"release {release.id}: {release.manifest.quads} quads in "
        f"{len(release.manifest.graphs)} graphs, at {release.path}"
    )


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show files and bytes on a terminal's stderr; elsewhere stay silent."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bars

    from erqi_kg.build.copying.pulling import Progress

    console = Console(stderr=True)
    columns = (
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("{task.description}"),
    )
    with Bars(*columns, console=console, disable=not sys.stderr.isatty()) as bars:
        task = bars.add_task("", total=None)
        yield Progress(
            file=lambda name: bars.update(task, description=name),
            received=lambda size: bars.update(task, advance=size),
        )
