"""A mistake in a query leads to the advice that repairs it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import BROWSER

PROLOGUE = """PREFIX : <https://w3id.org/erqi/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
BASE <https://w3id.org/erqi/id/>
"""


def report(client: FlaskClient, where: str):
    answer = client.get(
        "/sparql/doctor", query_string={"query": f"{PROLOGUE}SELECT * {{ {where} }}"}
    )
    assert answer.status_code == 200
    return answer.get_json()


@pytest.mark.parametrize(
    ("where", "code", "pattern", "suggestion"),
    [
        ("?p a :Placement ; :ranks ?r", "unknown-predicate", 2, "erqi:rank"),
        ("?p a :Placemant", "unknown-class", 1, "erqi:Placement"),
        ('?d rdfs:label "城东区"', "other-literal", 1, '"城东区"@zh'),
        ('?d rdfs:label "East District"@zh', "other-literal", 1, '"East District"@en'),
        ('?d rdfs:label "east district"@en', "other-literal", 1, '"East District"@en'),
        ("?d :code 000001", "other-literal", 1, '"000001"'),
        ('?p :rank "12"', "other-literal", 1, '"12"^^xsd:integer'),
        ('?p :division "城东区"@zh', "thing-not-name", 1, "<https://w3id.org/erqi/id/division/1>"),
        ('?d :code "城东区"@zh', "other-predicate", 1, "rdfs:label"),
        ('?d rdfs:label "nothing like it"', "unknown-literal", 1, None),
        ("?p :division <http://w3id.org/erqi/id/division/1>", "other-iri", 1,
         "<https://w3id.org/erqi/id/division/1>"),
        ("<https://w3id.org/erqi/doc/division/1> rdfs:label ?l", "other-iri", 1,
         "<https://w3id.org/erqi/id/division/1>"),
        ("<division/1/> rdfs:label ?l", "other-iri", 1, "<https://w3id.org/erqi/id/division/1>"),
        ("?p :division <division/99>", "unknown-iri", 1, None),
        ("?p :division <division/2>", "never-with-these", 1, None),
        ("?d :code ?c . ?d :rank ?r", "not-together", 2, None),
        ("?p :rank ?r FILTER(?r > 99)", "left-out-removes", None, None),
        ("?s <http://www.w3.org/2000/01/rdf-schema#lable> ?o",
         "unknown-predicate", 1, "rdfs:label"),
        ("?s rdfs:label/:x ?o", "nothing-understood", None, None),
    ],
)  # fmt: skip
def test_a_mistake_leads_to_its_advice(
    client: FlaskClient, where: str, code: str, pattern: int | None, suggestion: str | None
) -> None:
    first = report(client, where)["advice"][0]
    assert (first["code"], first["pattern"]) == (code, pattern)
    assert suggestion is None or first["suggestions"][0]["term"] == suggestion
    assert set(first["message"]) == {"zh", "en"}


def test_the_nearest_predicate_is_told_with_its_count(client: FlaskClient) -> None:
    found = report(client, "?p :ranks ?r")["advice"][0]
    assert found["suggestions"][0]["count"] == 1
    assert "Pattern 1 matches nothing" in found["message"]["en"]


def test_what_was_not_looked_at_is_told(client: FlaskClient) -> None:
    found = report(client, "?p :rank ?r OPTIONAL { ?p :code ?c } FILTER(?r > 99)")
    assert found["left_out"] == ["OPTIONAL", "FILTER"]
    assert [one["matches"] for one in found["patterns"]] == [True]


def test_a_long_query_stays_within_the_budget(client: FlaskClient) -> None:
    found = report(client, " . ".join(f'?s{n} rdfs:label "{n}"' for n in range(200)))
    assert found["probes"] <= 30
    assert not found["complete"]


EMPTY = f'{PROLOGUE}SELECT ?d {{ ?d rdfs:label "城东区" }}'


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_an_answer_without_solutions_points_to_the_report_and_is_not_altered(
    client: FlaskClient, form: str
) -> None:
    answer = client.get("/sparql", query_string={"query": EMPTY, "format": form})
    target = answer.headers["Link"].removeprefix("<").partition(">")[0]
    assert answer.headers["Link"].endswith('; rel="help"')
    assert client.get(target).get_json()["advice"][0]["code"] == "other-literal"
    assert b"doctor" not in answer.data
    some = client.get(
        "/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 1", "format": form}
    )
    assert 'rel="help"' not in some.headers.get("Link", "")


@pytest.mark.parametrize(("language", "words"), [("zh", "是这样写的"), ("en", "is written with")])
@pytest.mark.parametrize("path", ["/sparql", "/sparql/doctor"])
def test_people_read_the_report(client: FlaskClient, path: str, language: str, words: str) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": language}
    page = client.get(path, query_string={"query": EMPTY}, headers=headers).text
    assert words in page
    assert "<code>&#34;城东区&#34;@zh</code>" in page


@pytest.mark.parametrize("query", ["", "ASK {}", "CLEAR ALL"])
def test_only_a_select_query_is_looked_at(client: FlaskClient, query: str) -> None:
    assert client.get("/sparql/doctor", query_string={"query": query}).status_code == 400


def test_a_query_that_is_wrong_is_still_answered(client: FlaskClient) -> None:
    found = report(client, "?s :p ?o . } } SERVICE <http://a/> { ?s ?p")
    assert found["advice"]
