"""/api: questions with typed parameters, rows in pages that never pretend to be the whole."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erqi_kg.engine import start_engine
from erqi_kg.questions import read_library
from erqi_kg.sparql.projection import projected
from erqi_kg.sparql.quick import is_volatile
from erqi_kg.sparql.scan import form_of
from erqi_kg.web.api.rows import plain
from erqi_kg.web.app import create_app
from erqi_kg.web.showing.terms import XSD, Term
from tests.releases import make_release
from tests.web.conftest import WholeClient, settings_for

LIBRARY = read_library(Path(__file__).parents[2] / "queries/competency")
ID = "https://w3id.org/erqi/id/"
DEF = "https://w3id.org/erqi/def#"
GRAPH = "<https://w3id.org/erqi/graph/x>"
ROWS = 25
QUADS = "".join(
    f'<{ID}item/{n}> <{DEF}size> "{n}"^^<{XSD}integer> {GRAPH} .\n'
    f'<{ID}item/{n}> <{DEF}kind> <{ID}kind/{n % 2}> {GRAPH} .\n'
    for n in range(ROWS)
) + (
    f'<{ID}kind/0> <http://www.w3.org/2000/01/rdf-schema#label> "偶,数"@zh {GRAPH} .\n'
    f'<{ID}item/0> <{DEF}note> "line\\nbreak, \\"quoted\\""@en {GRAPH} .\n'
)  # fmt: skip
SIZES = """#+ id: sizes
#+ question: {zh: "多大？", en: "How large is everything?"}
#+ parameters:
#+   least: {type: integer, default: 0, label: {zh: 至少, en: at least}}
#+ tags: [code]
PREFIX erqi: <https://w3id.org/erqi/def#>
SELECT ?least ?item ?size ?kind ?note
WHERE {
  ?item erqi:size ?size ; erqi:kind ?kind .
  OPTIONAL { ?item erqi:note ?note }
  FILTER (?size >= ?least)
}
ORDER BY ?size
"""
NAMED = """#+ id: named
#+ question: {zh: "谁叫这个？", en: "What is called so?"}
#+ parameters:
#+   name: {type: string, default: x, label: {zh: 名称, en: name}}
#+ tags: [code]
SELECT ?name ?thing WHERE { ?thing ?property ?name } ORDER BY ?thing
"""
TRUTH = """#+ id: any
#+ question: {zh: "有吗？", en: "Is there any?"}
#+ tags: [code]
ASK { ?s ?p ?o }
"""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    files = {f"queries/competency/{name}.rq": text for name, text in
             (("sizes", SIZES), ("named", NAMED), ("any", TRUTH))}  # fmt: skip
    files["ontology/context.jsonld"] = '{"@context": {}}'
    release = make_release(tmp_path_factory.mktemp("api"), QUADS, files=files)
    with start_engine(settings_for(release)) as engine:
        app = create_app(settings_for(release), engine)
        app.test_client_class = WholeClient
        yield app


@pytest.fixture
def asking(rows: Flask) -> FlaskClient:
    return rows.test_client()


def test_every_question_of_the_library_is_an_operation(client: FlaskClient) -> None:
    listed = client.get("/api").get_json()
    assert listed["count"] == len(listed["questions"]) == 1
    (one,) = listed["questions"]
    assert one["parameters"][0]["type"] == "iri"
    assert client.get(one["href"]).status_code == 200


def test_rows_are_plain_and_iris_have_their_names_beside(asking: FlaskClient) -> None:
    answer = asking.get("/api/sizes?limit=2").get_json()
    assert answer["rows"] == [
        {"least": 0, "item": f"{ID}item/0", "size": 0, "kind": f"{ID}kind/0",
         "note": 'line\nbreak, "quoted"'},
        {"least": 0, "item": f"{ID}item/1", "size": 1, "kind": f"{ID}kind/1", "note": None},
    ]  # fmt: skip
    assert answer["labels"] == {f"{ID}kind/0": {"zh": "偶,数"}}
    assert {one["name"]: one["types"] for one in answer["columns"]} == {
        "least": ["integer"], "item": ["iri"], "size": ["integer"], "kind": ["iri"],
        "note": ["langString"],
    }  # fmt: skip


@pytest.mark.parametrize("limit", [1, 7, 24, 25, 26])
def test_the_pages_are_the_whole_answer_once_and_in_order(asking: FlaskClient, limit: int) -> None:
    url, seen = f"/api/sizes?limit={limit}", []
    for place in count():
        answer = asking.get(url)
        document = answer.get_json()
        assert document["total"] == ROWS == int(answer.headers["X-Total-Count"])
        assert document["offset"] == place * limit
        assert document["release"] in document["links"]["self"]
        seen += [row["size"] for row in document["rows"]]
        url = document["links"].get("next")
        assert (f'<{url}>; rel="next"' in answer.headers["Link"]) is (url is not None)
        if url is None:
            break
    assert seen == list(range(ROWS))
    assert asking.get(document["links"]["last"]).get_json()["rows"][-1]["size"] == ROWS - 1


def test_a_page_past_the_end_says_so_and_leads_back(asking: FlaskClient) -> None:
    answer = asking.get("/api/sizes?limit=10&offset=90").get_json()
    assert (answer["rows"], answer["total"]) == ([], ROWS)
    assert "next" not in answer["links"]
    back = asking.get(answer["links"]["prev"]).get_json()
    assert [row["size"] for row in back["rows"]] == [20, 21, 22, 23, 24]


def test_csv_is_whole_unless_a_page_is_asked_for(asking: FlaskClient) -> None:
    whole = asking.get("/api/sizes", headers={"Accept": "text/csv"})
    assert whole.headers["Content-Type"] == "text/csv; charset=utf-8"
    read = list(csv.DictReader(io.StringIO(whole.text)))
    assert [row["size"] for row in read] == [str(n) for n in range(ROWS)]
    assert read[0]["note"] == 'line\nbreak, "quoted"'
    part = asking.get("/api/sizes?format=csv&limit=2&offset=1")
    assert [row["size"] for row in csv.DictReader(io.StringIO(part.text))] == ["1", "2"]
    assert 'rel="next"' in part.headers["Link"]
    assert 'rel="next"' not in whole.headers["Link"]


def test_csv_is_what_the_endpoint_writes(client: FlaskClient, asking: FlaskClient) -> None:
    for one, path in ((client, "places-of-a-division"), (asking, "sizes")):
        accept = {"Accept": "text/csv"}
        ours, theirs = (one.get(f"{at}/{path}", headers=accept) for at in ("/api", "/queries"))
        assert list(csv.reader(io.StringIO(ours.text))) == list(
            csv.reader(io.StringIO(theirs.text))
        )


def test_json_ld_says_rows_pages_and_names_as_triples(asking: FlaskClient) -> None:
    answer = asking.get("/api/sizes?limit=2&offset=2&format=jsonld")
    assert answer.mimetype == "application/ld+json"
    store = ox.Store()
    store.bulk_load(answer.data, format=ox.RdfFormat.JSON_LD)
    found = store.query("""
        PREFIX hydra: <http://www.w3.org/ns/hydra/core#>
        PREFIX column: <https://w3id.org/erqi/queries/sizes#>
        SELECT ?total ?row ?item ?size ?name ?next WHERE {
          ?all hydra:totalItems ?total ; hydra:member ?row ; hydra:view/hydra:next ?next .
          ?row a column:Row ; column:item ?item ; column:size ?size ; column:kind ?kind .
          OPTIONAL { ?kind <http://www.w3.org/2000/01/rdf-schema#label> ?name }
        } ORDER BY ?size""")
    solutions = [{str(name.value): one[name.value] for name in found.variables} for one in found]
    assert [one["size"] for one in solutions] == [ox.Literal(2), ox.Literal(3)]
    assert {one["total"] for one in solutions} == {ox.Literal(ROWS)}
    assert solutions[0]["name"] == ox.Literal("偶,数", language="zh")
    assert solutions[0]["row"].value.endswith("#row-3")
    assert "offset=4" in solutions[0]["next"].value


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [("limit=0", "limit"), ("limit=10001", "limit"), ("limit=x", "limit"),
     ("limit=%D9%A1", "limit"),
     ("offset=-1", "offset"), ("offset=9999999999999", "offset"), ("format=xls", "format"),
     ("least=one", "least"), ("least=1.5", "least"), ("lest=1", "lest"),
     ("least=1&least=2", "least"), ("limit=1&limit=2", "limit")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(asking: FlaskClient, asked: str, parameter: str) -> None:
    answer = asking.get(f"/api/sizes?{asked}")
    assert answer.status_code == 400
    assert answer.get_json()["parameter"] == parameter


def test_a_number_is_bound_as_a_number(asking: FlaskClient) -> None:
    answer = asking.get("/api/sizes?least=%2B20").get_json()
    assert [row["size"] for row in answer["rows"]] == [20, 21, 22, 23, 24]
    assert answer["parameters"] == {"least": 20}


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.text(min_size=1, max_size=30))
def test_any_text_is_bound_and_never_becomes_part_of_the_query(
    asking: FlaskClient, name: str
) -> None:
    encoded = quote(name.encode("utf-8", "surrogatepass"))
    answer = asking.get(f"/api/named?name={encoded}")
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["total"] == 0


def test_yes_or_no_is_a_row_too(asking: FlaskClient) -> None:
    assert asking.get("/api/any").get_json()["rows"] == [{"answer": True}]


def test_a_page_of_a_named_release_stays(asking: FlaskClient) -> None:
    release = asking.get("/api").get_json()["release"]
    usual, pinned = (asking.get("/api/sizes" + more) for more in ("", f"?release={release}"))
    assert usual.headers["Cache-Control"] == "public, no-cache"
    assert "max-age" in pinned.headers["Cache-Control"]
    assert usual.get_json()["rows"] == pinned.get_json()["rows"]
    assert asking.get("/api/sizes?release=0123456789abcdef.0").status_code == 404


def test_every_part_of_a_request_has_its_own_entity_tag(asking: FlaskClient) -> None:
    asked = ("", "?limit=3", "?offset=1", "?least=4", "?format=csv", "?format=jsonld")
    tags = [asking.get("/api/sizes" + one).headers["ETag"] for one in asked]
    assert len(set(tags)) == len(asked)
    for one, tag in zip(asked, tags, strict=True):
        again = asking.get("/api/sizes" + one, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("value", "datatype", "expected"),
    [("7", "integer", 7), ("007", "int", 7), ("282.80", "decimal", 282.8), ("0.1", "decimal", 0.1),
     ("28280000000", "decimal", 28280000000), ("9007199254740993", "integer", "9007199254740993"),
     ("0.1234567890123456789", "decimal", "0.1234567890123456789"), ("1e400", "double", "1e400"),
     ("1.5E0", "double", 1.5), ("NaN", "double", "NaN"), ("INF", "double", "INF"),
     ("true", "boolean", True), ("0", "boolean", False), ("2018", "gYear", "2018"),
     ("x", "integer", "x"), ("NaN", "decimal", "NaN"), ("1e3", "string", "1e3")],
)  # fmt: skip
def test_a_number_is_a_number_unless_json_would_change_it(
    value: str, datatype: str, expected: object
) -> None:
    found = plain(Term("literal", value, datatype=XSD + datatype))
    assert (found, type(found)) == (expected, type(expected))


def test_answers_are_as_their_schemas_say(asking: FlaskClient) -> None:
    document = json.loads(asking.get("/openapi.json").data)
    for path in ("/api", "/api/sizes", "/api/named", "/api/any"):
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        schema = content["application/json"]["schema"]
        jsonschema.validate(asking.get(path).get_json(), schema)
    wrong = asking.get("/api/sizes").get_json()
    wrong["rows"][0]["colour"] = "red"
    content = document["paths"]["/api/sizes"]["get"]["responses"]["200"]["content"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, content["application/json"]["schema"])


@pytest.mark.parametrize(
    ("text", "names"),
    [("PREFIX a: <b> SELECT DISTINCT ?a (COUNT(?x) AS ?n) ?f { ?x ?y ?z }", ("a", "n", "f")),
     ("SELECT ?a (IF(?a > ?b, STR(?c), ?d) as $e) WHERE { ?a ?b ?c }", ("a", "e")),
     ("# SELECT ?no\nSELECT?b FROM <x:y> {}", ("b",)),
     ("SELECT * { ?a ?b ?c }", ()), ("ASK { SELECT ?a { ?a ?b ?c } }", ())],
)  # fmt: skip
def test_the_columns_of_a_query_are_read_from_its_text(text: str, names: tuple[str, ...]) -> None:
    assert projected(text) == names


@pytest.mark.parametrize("question", LIBRARY, ids=lambda question: question.id)
def test_every_question_can_be_paged(question) -> None:
    assert form_of(question.text) == "SELECT"
    assert not is_volatile(question.text, "http://x/", 200)
    assert projected(question.text)
    assert re.search(r"^ORDER BY ", question.text, re.MULTILINE)
    assert not re.search(r"^(LIMIT|OFFSET)\b", question.text, re.MULTILINE)


def test_over_a_remote_engine_pages_name_no_release(rows: Flask) -> None:
    parts = rows.extensions["erqi_kg"]
    address = "http://127.0.0.1:1/sparql"
    app = create_app(replace(parts.settings, remote_query_url=address), parts.engine)
    app.test_client_class = WholeClient
    client = app.test_client()
    links = client.get("/api/sizes?limit=2").get_json()["links"]
    assert "release=" not in links["next"]
    assert client.get(links["next"]).status_code == 200
    page = client.get("/fragments", headers={"Accept": "application/n-quads"})
    assert page.status_code == 200
    assert "release=" not in page.headers["Link"]
