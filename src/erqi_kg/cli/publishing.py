"""`erqi-kg publish`, and the end of `erqi-kg build --publish`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import click

from erqi_kg.cli.outcome import reports_errors
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release, StoreDirectory


@click.command()
@click.option("--again", is_flag=True, help="Send every graph anew, whatever is there already.")
@reports_errors
def publish(*, again: bool) -> None:
    """Send the current release to the remote endpoint.

    Each named graph is put into ERQI_REMOTE_STORE_URL (SPARQL 1.1 Graph Store Protocol), and so
    is their merge, which stands for the default graph there; ERQI_REMOTE_QUERY_URL says how
    many triples have arrived. Graphs that are there already are not sent again, so a publication
    that was interrupted goes on where it stopped. Graphs of ours that left the release are
    removed, those of others are left alone.

    Exit code: 0 everything is there, 1 no release, or the endpoint does not take it, 2 a setting
    is missing or wrong.
    """
    settings = Settings.load()
    directory = StoreDirectory(settings.served_dir)
    publish_release(settings, directory.current(), again=again)


def publish_release(settings: Settings, release: Release, *, again: bool = False) -> None:
    """Publish a release to the remote of the settings, and say what was done."""
    from erqi_kg.build.publishing.publisher import publish_to, target_of

    manifest = release.manifest
    with (
        closing(target_of(settings)) as target,
        StoreDirectory(settings.served_dir).lock("publish"),
        _progress(sum(manifest.graphs.values()) + manifest.triples) as told,
    ):
        outcome = publish_to(target, release, told, again=again)
    click.echo(
        f"release {outcome.release} is at {target.name}: {outcome.sent} graphs sent "
        f"({outcome.triples} triples), {outcome.kept} were there, {outcome.removed} removed"
    )


@contextmanager
def _progress(triples: int) -> Iterator[Callable[[str, int], None]]:
    """Show on a terminal's stderr how many triples are there; elsewhere stay silent."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[graph]}"),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=triples, graph="")

        def told(graph: str, done: int) -> None:
            progress.update(task, advance=done, graph=graph)

        yield told
