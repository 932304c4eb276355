"""`erqi-kg serve`."""

from __future__ import annotations

import signal

import click

from erqi_kg.cli.outcome import reports_errors
from erqi_kg.settings import Settings, settings_table, variable_name


def _settings_help() -> str:
    rows = [f"  {name} [{default or 'none'}]: {text}" for name, default, text in settings_table()]
    return "Settings and their defaults:\n\n\b\n" + "\n".join(rows)


@click.command(epilog=_settings_help())
@reports_errors
def serve() -> None:
    """Serve the current release over HTTP.

    It serves until interrupted (SIGINT or SIGTERM).

    Standard error says `open http://...` as soon as the service answers. A release that is
    built meanwhile is picked up without a pause.

    Exit code: 0 ended by a signal, 1 no release or a damaged one, 2 a setting is wrong or the
    port is in use.
    """
    # Nothing has started yet, and an exception in the middle of an import may be lost.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from erqi_kg.build.plain import publish_empty
        from erqi_kg.web.server import serve as run

        settings = Settings.load()
        if settings.plain:
            publish_empty(settings)
            if settings.update_token is None:
                click.echo(
                    f"note: nobody may write; set {variable_name('update_token')} to a token of "
                    "your choice, which writes then bear",
                    err=True,
                )
        run(settings)
    finally:
        signal.signal(signal.SIGINT, before)
