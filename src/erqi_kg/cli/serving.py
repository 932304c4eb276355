"""`erqi-kg serve`."""

from __future__ import annotations

import click

from erqi_kg.cli.outcome import reports_errors
from erqi_kg.settings import Settings, settings_table


def _settings_help() -> str:
    rows = [f"  {name} [{default or 'none'}]: {text}" for name, default, text in settings_table()]
    return "Settings and their defaults:\n\n\b\n" + "\n".join(rows)


@click.command(epilog=_settings_help())
@reports_errors
def serve() -> None:
    """Serve the current release over HTTP until interrupted."""
    from erqi_kg.web.server import serve as run

    run(Settings.load())
