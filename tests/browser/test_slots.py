"""What may stand where a query is being written, as the editor's own script says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "assets" / "src"
START = "PREFIX erqi: <https://w3id.org/erqi/def#>\nSELECT * WHERE { "
SLOTS = [
    ("", "head"),
    ("PREFIX ", "prefix"),
    ("SELECT ?a (COUNT(", "expression"),
    ("SELECT * FROM ", "graph"),
    ("SELECT * FROM NAMED ", "graph"),
    (START, "subject"),
    (START + "?s ", "predicate"),
    (START + "?s a ", "class"),
    (START + "?s a erqi:Placement ; ", "predicate"),
    (START + "?s erqi:rank ", "object"),
    (START + "?s erqi:rank 1, ", "object"),
    (START + "?s erqi:rank 1.5 . ", "subject"),
    (START + "?s erqi:ranking/", "predicate"),
    (START + "?s ^erqi:about/erqi:rank ?r ; ", "predicate"),
    (START + "?s (erqi:about|", "predicate"),
    (START + "?s (erqi:about|erqi:rank)+ ", "object"),
    (START + '?s rdfs:label "a . b { c"@en ; ', "predicate"),
    (START + "?s rdfs:label 'x' # . { \n ; ", "predicate"),
    (START + '?s erqi:rank "1"^^', "datatype"),
    (START + '?s erqi:rank "1"^^xsd:integer ; ', "predicate"),
    (START + "?s ?p [ ", "predicate"),
    (START + "?s ?p [ a ", "class"),
    (START + "?s ?p [ a erqi:Source ] ; ", "predicate"),
    (START + "GRAPH ", "graph"),
    (START + "GRAPH ?g { ", "subject"),
    (START + "GRAPH ?g { ?s ?p ?o } ", "subject"),
    (START + "OPTIONAL { ?s ", "predicate"),
    (START + "FILTER(", "expression"),
    (START + "FILTER(?a > 1 && ", "expression"),
    (START + "FILTER(STR(?a) = 'x') ", "subject"),
    (START + "?s erqi:rank ?r . FILTER(?r < 9) ?s ", "predicate"),
    (START + "FILTER NOT EXISTS { ?s ", "predicate"),
    (START + "BIND(1 AS ?x) ?s ", "predicate"),
    (START + "VALUES ?d { ", "values"),
    (START + "VALUES ?d { <urn:a> } ?s ", "predicate"),
    (START + "{ ?s ?p ?o } UNION { ?s ", "predicate"),
    (START + "?s ?p ?o } ORDER BY ", "tail"),
    ("CONSTRUCT { ?s ", "predicate"),
    ("CONSTRUCT { ?s a ?c } WHERE { ?s a ", "class"),
]


@pytest.fixture(scope="module")
def answers() -> list[str]:
    """The kinds of all slots, asked of the script in one run of Node.js."""
    program = (
        f"import {{ slotAfter }} from {json.dumps((SCRIPTS / 'slots.js').as_uri())};"
        f"const texts = {json.dumps([text for text, _ in SLOTS])};"
        "console.log(JSON.stringify(texts.map((text) => slotAfter(text).kind)));"
    )
    node = Path(sys.executable).parent / "node"
    command = [str(node) if node.exists() else "node", "--input-type=module", "-e", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("index", range(len(SLOTS)), ids=[text[-30:] for text, _ in SLOTS])
def test_the_slot_is_told_from_what_stands_before(answers: list[str], index: int) -> None:
    assert answers[index] == SLOTS[index][1], SLOTS[index][0]
