"""What a command ends with: 0 good, 1 the data or the query is wrong, 2 wrong usage."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from erqi_kg.cli.findings import lines_of
from erqi_kg.errors import DataErrors, ErqiError, MalformedQuery, UsageError

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
            for line in lines_of(error.errors):
                click.echo(line, err=True)
            click.echo(f"{len(error.errors)} error(s); nothing was published.", err=True)
            sys.exit(1)
        except MalformedQuery as error:
            place = f"line {error.line}, column {error.column}: " if error.line else ""
            click.echo(f"error: {place}{error}", err=True)
            sys.exit(1)
        except ErqiError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(1)

    return wrapped
