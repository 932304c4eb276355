"""`erqi-kg mcp`."""

from __future__ import annotations

import click

from erqi_kg.cli.outcome import reports_errors


@click.command()
@click.option(
    "--endpoint",
    metavar="URL",
    default="http://127.0.0.1:7878",
    show_default=True,
    help="Address of the running service.",
)
@reports_errors
def mcp(endpoint: str) -> None:
    """Give a language model the graph as tools.

    It speaks the Model Context Protocol on standard input and output, for clients that start a
    program; those that take an address use /mcp of the service itself. docs/mcp.md lists the tools.

    Exit code: 0 the client closed standard input, 2 the address is none.
    """
    if not endpoint.startswith(("http://", "https://")):
        raise click.BadParameter("give a URL that begins with http:// or https://")
    from erqi_kg.mcp.stdio import serve

    serve(endpoint)
