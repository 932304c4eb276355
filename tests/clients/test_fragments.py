"""Comunica joins triple pattern fragments and gets the rows that the endpoint has."""

from __future__ import annotations

import json
import subprocess

import pytest
import requests

from tests.clients.programs import Programs
from tests.servers import Server

PREFIXES = """
PREFIX erqi: <https://w3id.org/erqi/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
JSON = "application/sparql-results+json"
QUERIES = {
    "join": """SELECT ?rank ?name ?list WHERE {
        ?placement a erqi:Placement ; erqi:division ?division ; erqi:rank ?rank ;
            erqi:ranking ?ranking .
        ?division rdfs:label ?name . ?ranking rdfs:label ?list
        FILTER (LANG(?name) = "zh" && LANG(?list) = "en") }""",
    "literal": 'SELECT ?thing WHERE { ?thing rdfs:label "二七区"@zh }',
    "number": "SELECT ?placement WHERE { ?placement erqi:rank 76 }",
    "pages": "SELECT ?thing ?code WHERE { ?thing a erqi:Division ; erqi:code ?code }",
}


def rows(results: bytes | str) -> list[tuple[tuple[str, str], ...]]:
    found = json.loads(results)["results"]["bindings"]
    return sorted(tuple(sorted((name, term["value"]) for name, term in one.items()))
                  for one in found)  # fmt: skip


@pytest.mark.parametrize("name", QUERIES)
def test_comunica_gets_the_same_rows_from_fragments(
    programs: Programs, server: Server, name: str
) -> None:
    query = PREFIXES + QUERIES[name]
    endpoint = requests.get(f"{server.url}/sparql", params={"query": query},
                            headers={"Accept": JSON}, timeout=60)  # fmt: skip
    done = subprocess.run(
        [programs.node, programs.comunica, f"{server.url}/fragments", "-q", query, "-t", JSON],
        capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert rows(done.stdout) == rows(endpoint.content) != []
