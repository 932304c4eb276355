"""The first things a user does, with the clients users have."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
import requests
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from tests.servers import Server, clean_environment

PLACES = r"""
PREFIX erqi: <https://w3id.org/erqi/def#>
PREFIX id: <https://w3id.org/erqi/id/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?list ?rank ?words WHERE {
    ?placement a erqi:Placement ; erqi:division id:division\/410103 ;
        erqi:ranking ?list ; erqi:rank ?rank .
    ?list erqi:editionYear ?year .
    FILTER (STR(?year) = "2018")
    ?support erqi:supports ?placement ; erqi:property erqi:rank ;
        erqi:quote/oa:hasSelector/oa:exact ?words .
}
ORDER BY ?rank
"""
RANKS = ["63", "76", "86", "91"]


def test_curl_gets_the_four_places_and_their_words_as_csv(server: Server) -> None:
    curl = shutil.which("curl")
    assert curl
    answer = subprocess.run(
        [curl, "-sS", "-G", f"{server.url}/sparql", "-H", "Accept: text/csv",
         "--data-urlencode", f"query={PLACES}"],
        capture_output=True, text=True, check=True, env=clean_environment(),
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    assert [row["rank"] for row in rows] == RANKS
    for row in rows:
        assert row["rank"] in row["words"]


def test_rdflib_queries_the_endpoint_as_a_store(server: Server) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{server.url}/sparql"))
    assert [str(row["rank"]) for row in graph.query(PLACES)] == RANKS


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_every_result_format(server: Server, form: str, method: str) -> None:
    wrapper = SPARQLWrapper(f"{server.url}/sparql")
    wrapper.setQuery(PLACES)
    wrapper.setReturnFormat(form)
    wrapper.setMethod(method)
    with wrapper.query().response as response:
        body = response.read().decode()
    assert all(rank in body for rank in RANKS)
    if form == JSON:
        bindings = json.loads(body)["results"]["bindings"]
        assert [binding["rank"]["value"] for binding in bindings] == RANKS


@pytest.mark.parametrize("form", [TURTLE, N3, JSONLD, RDFXML, XML])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_sparqlwrapper_reads_a_constructed_graph(server: Server, form: str) -> None:
    wrapper = SPARQLWrapper(f"{server.url}/sparql")
    wrapper.setQuery("DESCRIBE <https://w3id.org/erqi/id/division/410103>")
    wrapper.setReturnFormat(form)
    with wrapper.query().response as response:
        body = response.read()
    syntax = {JSONLD: "json-ld", TURTLE: "turtle", N3: "turtle"}.get(form, "xml")
    assert len(rdflib.Graph().parse(data=body, format=syntax)) > 3


def test_following_a_things_iri_gives_turtle_that_rdflib_reads(server: Server) -> None:
    answer = requests.get(
        f"{server.url}/id/division/410103", headers={"Accept": "text/turtle"}, timeout=10
    )
    assert [step.status_code for step in answer.history] == [303]
    assert answer.headers["Content-Type"].startswith("text/turtle")
    graph = rdflib.Graph().parse(data=answer.content, format="turtle")
    labels = set(graph.objects(rdflib.URIRef("https://w3id.org/erqi/id/division/410103"),
                               rdflib.RDFS.label))  # fmt: skip
    assert rdflib.Literal("二七区", lang="zh") in labels
    assert "第76位" in answer.text


@pytest.mark.parametrize(("language", "word"), [("zh", "二七区"), ("en", "Erqi District")])
def test_a_browser_gets_a_page_in_its_language(server: Server, language: str, word: str) -> None:
    answer = requests.get(
        f"{server.url}/id/division/410103",
        headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": language},
        timeout=10,
    )
    assert answer.headers["Content-Type"].startswith("text/html")
    assert f'<html lang="{language}' in answer.text
    assert word in answer.text


def test_the_command_line_asks_a_release_and_an_endpoint_alike(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "places.rq"
    file.write_text(PLACES, encoding="utf-8")
    command = [sys.executable, "-m", "erqi_kg", "query", str(file), "--format", "csv"]
    environment = clean_environment(ERQI_STORE_DIR=server.store_dir)
    local = subprocess.run(command, capture_output=True, check=True, env=environment)
    remote = subprocess.run(
        [*command, "--endpoint", f"{server.url}/sparql"],
        capture_output=True, check=True, env=environment,
    )  # fmt: skip
    assert local.stdout == remote.stdout
    assert [row["rank"] for row in csv.DictReader(io.StringIO(local.stdout.decode()))] == RANKS


def test_the_command_line_ends_with_1_for_a_wrong_query_and_2_for_wrong_usage(
    server: Server,
) -> None:
    command = [sys.executable, "-m", "erqi_kg", "query"]
    environment = clean_environment(ERQI_STORE_DIR=server.store_dir)
    for arguments, code, said in (
        (["SELEC * WHERE {}"], 1, "line 1"),
        (["nowhere.rq"], 2, "no query file"),
        (["ASK {}", "--format", "ttl"], 2, "does not fit"),
        (["ASK {}", "--endpoint", "http://127.0.0.1:9/sparql"], 1, "cannot be reached"),
    ):
        ended = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, env=environment, check=False
        )
        assert (ended.returncode, said in ended.stderr) == (code, True), ended.stderr
