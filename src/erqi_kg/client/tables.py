"""Show solutions as a table for people."""

from __future__ import annotations

import json
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_solutions(results_json: bytes, prefixes: Mapping[str, str]) -> None:
    """Print SPARQL JSON results as a table, or as yes or no for an ASK query."""
    results = json.loads(results_json)
    console = Console()
    if "boolean" in results:
        console.print("yes" if results["boolean"] else "no")
        return
    table = Table()
    variables = results["head"]["vars"]
    for name in variables:
        table.add_column(name)
    solutions = results["results"]["bindings"]
    for solution in solutions:
        table.add_row(*(Text(_shown(solution.get(name), prefixes)) for name in variables))
    console.print(table)
    console.print(f"{len(solutions)} solution(s)", style="dim")


def _shown(term: Mapping[str, str] | None, prefixes: Mapping[str, str]) -> str:
    if term is None:
        return ""
    if term["type"] == "uri":
        for prefix, namespace in prefixes.items():
            if term["value"].startswith(namespace):
                return f"{prefix}:{term['value'].removeprefix(namespace)}"
        return f"<{term['value']}>"
    language = term.get("xml:lang")
    return f"{term['value']} @{language}" if language else str(term["value"])
