"""`erqi-kg bench`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from erqi_kg.cli.outcome import reports_errors
from erqi_kg.errors import UsageError
from erqi_kg.settings import Settings, variable_name

_SOURCES = Path(__file__).resolve().parents[2]


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    options_metavar="[OPTIONS]",
)
@click.pass_context
@reports_errors
def bench(context: click.Context) -> None:
    """Compare the service with other SPARQL servers.

    The measurement stands in bench/ of the project, not in the package.
    """
    project_dir = Settings.load().project_dir.resolve()
    if not (project_dir / "bench" / "__main__.py").is_file():
        raise UsageError(
            f"there is no bench/ in {project_dir}; run this in the project's directory, "
            f"or set {variable_name('project_dir')}"
        )
    paths = os.pathsep.join([str(project_dir), str(_SOURCES)])
    command = [sys.executable, "-m", "bench", *context.args]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, check=False)
    sys.exit(done.returncode)
