"""The command line."""

from __future__ import annotations

import click

from erqi_kg import __version__
from erqi_kg.cli import benching, building, modelling, publishing, pulling, querying, serving


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="erqi-kg")
def main() -> None:
    """A knowledge graph of Erqi District (二七区), and the service over it.

    Settings come from ERQI_* environment variables, else from the TOML file named by
    ERQI_SETTINGS, else from the defaults; `erqi-kg serve --help` lists them all.

    Exit code of every command: 0 good; 1 the data, the query or the store is wrong; 2 wrong usage
    or a wrong setting. Messages go to standard error. Colours and progress bars are for terminals
    only; NO_COLOR=1 turns colours off.
    """


main.add_command(benching.bench)
main.add_command(building.build)
main.add_command(building.check)
main.add_command(building.dump)
main.add_command(building.releases)
main.add_command(modelling.mcp)
main.add_command(publishing.publish)
main.add_command(pulling.pull)
main.add_command(querying.query)
main.add_command(serving.serve)
