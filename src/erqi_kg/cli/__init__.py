"""The command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from erqi_kg import __version__
from erqi_kg.errors import DataErrors, ErqiError, UsageError

P = ParamSpec("P")


def reports_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn errors of ours into a message and an exit code: 1 wrong data, 2 wrong usage."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UsageError as error:
            raise click.UsageError(str(error)) from error
        except DataErrors as error:
            for found in error.errors:
                click.echo(f"error: {found}", err=True)
            click.echo(f"{len(error.errors)} error(s); nothing was published.", err=True)
            sys.exit(1)
        except ErqiError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(1)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="erqi-kg")
def main() -> None:
    """A knowledge graph of Erqi District (二七区), and the service over it.

    Settings come from ERQI_* environment variables or the TOML file named by ERQI_SETTINGS;
    `erqi-kg serve --help` lists them.
    """


# Each command module imports what it needs when it runs, so that --help stays quick.
from erqi_kg.cli import building, querying, serving  # noqa: E402

main.add_command(building.build)
main.add_command(building.check)
main.add_command(building.dump)
main.add_command(building.releases)
main.add_command(querying.query)
main.add_command(serving.serve)
