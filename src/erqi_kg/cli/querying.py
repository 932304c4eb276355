"""`erqi-kg query`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from erqi_kg.cli.outcome import reports_errors
from erqi_kg.client.formats import FORMATS
from erqi_kg.errors import UsageError
from erqi_kg.namespaces import Names
from erqi_kg.settings import Settings

TABLE = "table"
GRAPH_FORMATS = frozenset(("ttl", "nt", "jsonld"))


@click.command()
@click.argument("query")
@click.option("--endpoint", metavar="URL", help="Ask this endpoint instead of the local release.")
@click.option(
    "--format",
    "-f",
    "wanted",
    type=click.Choice([TABLE, *FORMATS]),
    default=None,
    help="Default: a table on a terminal, else CSV; Turtle for CONSTRUCT and DESCRIBE.",
)
@reports_errors
def query(query: str, endpoint: str | None, wanted: str | None) -> None:
    """Ask one SPARQL query.

    QUERY is a file, `-` for standard input, or the query itself. Limits are those of the settings,
    such as ERQI_QUERY_TIMEOUT_S (default: 10).

    Exit code: 0 answered, 1 the query is wrong (with line and column) or could not be answered,
    2 wrong usage.
    """
    from erqi_kg.client.tables import print_solutions
    from erqi_kg.sparql.scan import form_of
    from erqi_kg.sparql.words import GRAPH_FORMS as GRAPH_QUERIES

    settings = Settings.load()
    text = _query_text(query)
    makes_graph = form_of(text) in GRAPH_QUERIES
    chosen = wanted or ("ttl" if makes_graph else TABLE if sys.stdout.isatty() else "csv")
    if makes_graph != (chosen in GRAPH_FORMATS):
        offers = [TABLE, *FORMATS]
        fitting = [name for name in offers if (name in GRAPH_FORMATS) == makes_graph]
        raise UsageError(f"--format {chosen} does not fit this query; use {', '.join(fitting)}")
    media_type = FORMATS["json" if chosen == TABLE else chosen]
    answer = (
        _ask_remote(endpoint, text, media_type, settings)
        if endpoint
        else _ask_local(text, media_type, settings)
    )
    if chosen == TABLE:
        print_solutions(answer, Names(settings.base_iri).prefixes())
    else:
        sys.stdout.buffer.write(answer)


def _query_text(query: str) -> str:
    if query == "-":
        return _decoded(sys.stdin.buffer.read(), "standard input")
    if any(letter in query for letter in " \n{"):
        return query
    path = Path(query)
    if not path.is_file():
        raise UsageError(f"there is no query file {query!r}")
    return _decoded(path.read_bytes(), query)


def _decoded(read: bytes, place: str) -> str:
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{place} is not UTF-8 text: byte {error.start}") from error


def _ask_remote(endpoint: str, text: str, media_type: str, settings: Settings) -> bytes:
    from erqi_kg.client.transport import Transport

    return Transport(endpoint, settings.query_timeout_s).query(text, media_type).body


def _ask_local(text: str, media_type: str, settings: Settings) -> bytes:
    from erqi_kg.engine import start_engine
    from erqi_kg.engine.interface import QueryRequest

    engine = start_engine(settings)
    try:
        return engine.answer(QueryRequest(text, media_type)).read()
    finally:
        engine.close()
