"""Clients that are programs: the right rows, and every error seen as one."""

from __future__ import annotations

import json
import subprocess
import time

import pytest

from tests.clients.programs import Programs
from tests.servers import Server, clean_environment

PLACES = """
PREFIX erqi: <https://w3id.org/erqi/def#>
PREFIX id: <https://w3id.org/erqi/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?rank ?name WHERE {
    ?placement a erqi:Placement ; erqi:division <https://w3id.org/erqi/id/division/410103> ;
        erqi:ranking/erqi:editionYear ?year ; erqi:rank ?rank .
    <https://w3id.org/erqi/id/division/410103> rdfs:label ?name
    FILTER (STR(?year) = "2018" && LANG(?name) = "zh")
}
ORDER BY ?rank
"""
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CLIENTS = ["curl", "comunica", "rsparql"]
ended = subprocess.CompletedProcess[str]


def ask(programs: Programs, client: str, url: str, query: str) -> ended:
    return subprocess.run(
        programs.command(client, url, query), capture_output=True, text=True, check=False,
        timeout=60, env=clean_environment(), stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("client", CLIENTS)
def test_the_right_rows_come_with_chinese(programs: Programs, server: Server, client: str) -> None:
    done = ask(programs, client, f"{server.url}/sparql", PLACES)
    assert done.returncode == 0, done.stderr
    bindings = json.loads(done.stdout)["results"]["bindings"]
    found = [(binding["rank"]["value"], binding["name"]["value"]) for binding in bindings]
    assert found == [(rank, "二七区") for rank in ("63", "76", "86", "91")]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("query", "said"),
    [("SELECT * WHERE { SERVICE <urn:x> { ?s ?p ?o } }", "403"), (RUNAWAY, "503")],
    ids=["refused", "timeout"],
)
def test_an_error_is_seen_as_one(
    programs: Programs, server: Server, client: str, query: str, said: str
) -> None:
    started = time.monotonic()
    done = ask(programs, client, f"{server.url}/sparql", query)
    assert done.returncode != 0, done.stdout
    assert said in done.stdout + done.stderr
    assert time.monotonic() - started < 30
