"""The wire of /sparql, case by case (SPARQL 1.1 Protocol)."""

from __future__ import annotations

import gzip
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from tests.web.conftest import BROWSER

SELECT = "SELECT ?rank WHERE { ?p <https://w3id.org/erqi/def#rank> ?rank }"
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?p <https://w3id.org/erqi/def#rank> ?rank }"
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
QUERY_TYPE = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_query_in_the_address_is_answered(client: FlaskClient, method: str) -> None:
    answer = client.open("/sparql", method=method, query_string={"query": SELECT})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, JSON)
    assert int(answer.headers["Content-Length"]) > 50
    assert answer.data == b"" if method == "HEAD" else b'"12"' in answer.data


@pytest.mark.parametrize("method", ["POST", "QUERY"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, urlencode({"query": SELECT})),
        (f"{FORM}; charset=UTF-8", urlencode({"query": SELECT})),
        (QUERY_TYPE, SELECT),
        (f"{QUERY_TYPE}; charset=utf-8", SELECT),
    ],
)
def test_a_query_in_the_body_is_answered(
    client: FlaskClient, method: str, content_type: str, body: str
) -> None:
    answer = client.open("/sparql", method=method, data=body.encode(), content_type=content_type)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, JSON)


@pytest.mark.parametrize("path", ["/sparql", "/update", "/store?default", "/graph/workspace/x"])
@pytest.mark.parametrize("coding", ["gzip", "BR", "gzip, identity"])
def test_a_coded_body_is_refused_as_such(client: FlaskClient, path: str, coding: str) -> None:
    headers = {"Content-Encoding": coding, "Content-Type": QUERY_TYPE}
    answer = client.post(path, data=gzip.compress(ASK.encode()), headers=headers)
    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")
    assert coding in answer.get_json()["detail"]


def test_a_body_said_to_be_uncoded_is_read(client: FlaskClient) -> None:
    headers = {"Content-Encoding": "identity", "Content-Type": QUERY_TYPE}
    assert client.post("/sparql", data=ASK, headers=headers).status_code == 200


def test_columns_have_the_order_of_the_query(client: FlaskClient) -> None:
    for text, names in (("?z ?s ?a", "z,s,a"), ("*", "a,s,z")):
        query = f"SELECT {text} {{ ?z ?a ?s }}"
        answer = client.get("/sparql", query_string={"query": query, "format": "csv"})
        assert answer.text.splitlines()[0] == names


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a%2Bb", "a+b"),
        ("a+b", "a b"),
        ("a%20b", "a b"),
        ("100%25", "100%"),
        ("%E4%BA%8C%E4%B8%83", "二七"),
        ("a%26b%3Dc", "a&b=c"),
        ("%2525", "%25"),
    ],
)
def test_an_address_is_decoded_once(client: FlaskClient, written: str, read: str) -> None:
    raw = f"query={quote('SELECT (')}'{written}'{quote(' AS ?x) {}')}"
    by_get = client.get("/sparql", query_string=raw)
    by_post = client.post("/sparql", data=raw, content_type=FORM)
    for answer in (by_get, by_post):
        assert answer.get_json(force=True)["results"]["bindings"][0]["x"]["value"] == read


WRONG = [
    ("two queries", "GET", urlencode([("query", ASK), ("query", ASK)]), None, b"", 400),
    ("empty query", "GET", "query=", None, b"", 400),
    ("an update by GET", "GET", urlencode({"update": "CLEAR ALL"}), None, b"", 400),
    ("an update as query", "GET", urlencode({"query": "CLEAR ALL"}), None, b"", 400),
    ("no SPARQL", "GET", urlencode({"query": "SELEC"}), None, b"", 400),
    ("broken percent", "GET", "query=%zz", None, b"", 400),
    ("no UTF-8", "GET", "query=%ff%fe", None, b"", 400),
    ("relative graph", "GET", urlencode({"query": ASK, "default-graph-uri": "a"}), None, b"", 400),
    ("relative named", "GET", urlencode({"query": ASK, "named-graph-uri": "/a"}), None, b"", 400),
    ("timeout zero", "GET", urlencode({"query": ASK, "timeout": "0"}), None, b"", 400),
    ("timeout word", "GET", urlencode({"query": ASK, "timeout": "soon"}), None, b"", 400),
    ("timeout nan", "GET", urlencode({"query": ASK, "timeout": "nan"}), None, b"", 400),
    ("unknown format", "GET", urlencode({"query": ASK, "format": "pdf"}), None, b"", 400),
    ("unfit format", "GET", urlencode({"query": ASK, "format": "ttl"}), None, b"", 406),
    ("unfit format", "GET", urlencode({"query": CONSTRUCT, "format": "csv"}), None, b"", 406),
    ("no such release", "GET", urlencode({"query": ASK, "release": "0" * 16 + ".0"}), None, b"",
     404),
    ("no release id", "GET", urlencode({"query": ASK, "release": "../.."}), None, b"", 404),
    ("long query", "GET", urlencode({"query": "#" * 30_000}), None, b"", 413),
    ("no query in form", "POST", "", FORM, b"a=b", 400),
    ("two queries in form", "POST", "", FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400),
    ("query twice over", "POST", "query=ASK%7B%7D", QUERY_TYPE, b"ASK{}", 400),
    ("no UTF-8 in body", "POST", "", QUERY_TYPE, b"ASK{} #\xff", 400),
    ("no UTF-8 in form", "POST", "", FORM, b"query=%ff", 400),
    ("long body", "POST", "", QUERY_TYPE, b"#" * 200_000, 413),
    ("long query in body", "POST", "", QUERY_TYPE, b"#" * 30_000, 413),
    ("other type", "POST", "", "text/plain", b"ASK{}", 415),
    ("no type", "POST", "", None, b"ASK{}", 415),
    ("other charset", "POST", "", f"{QUERY_TYPE}; charset=utf-16", b"ASK{}", 415),
    ("update in form", "POST", "", FORM, b"update=CLEAR+ALL", 403),
    ("update type", "POST", "", "application/sparql-update", b"CLEAR ALL", 403),
    ("SERVICE", "GET", urlencode({"query": "ASK { SERVICE <http://a/> {} }"}), None, b"", 403),
    ("PUT", "PUT", "", None, b"", 405),
    ("DELETE", "DELETE", "", None, b"", 405),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "query", "content_type", "body", "status"),
    [case[1:] for case in WRONG],
    ids=[case[0] for case in WRONG],
)
def test_a_wrong_request_is_told_so(
    client: FlaskClient, method: str, query: str, content_type: str, body: bytes, status: int
) -> None:
    answer = client.open(
        "/sparql", method=method, query_string=query, content_type=content_type, data=body
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["detail"]


def test_a_mistake_has_its_line_and_column(client: FlaskClient) -> None:
    query = {"query": "SELECT *\nWHERE { ?s ?p }"}
    problem = client.get("/sparql", query_string=query).get_json()
    assert (problem["line"], problem["title"]) == (2, "Malformed query")
    assert problem["column"] > 0
    page = client.get("/sparql", query_string=query, headers={"Accept": BROWSER}).text
    assert "WHERE { ?s ?p }</textarea>" in page


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, None, JSON),
        (SELECT, "", JSON),
        (SELECT, "*/*", JSON),
        (SELECT, "text/csv", "text/csv; charset=utf-8"),
        (SELECT, "text/csv;charset=utf-8", "text/csv; charset=utf-8"),
        (SELECT, "TEXT/CSV", "text/csv; charset=utf-8"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (SELECT, XML, XML),
        (SELECT, f"{XML};q=0.5, {JSON};q=0.4", XML),
        (SELECT, "text/*", "text/csv; charset=utf-8"),
        (SELECT, "text/*;q=0.5, text/csv;q=0.1, */*;q=0.05", "text/tab-separated-values; "
         "charset=utf-8"),
        (SELECT, "application/json", "application/json"),
        (SELECT, "application/xml", "application/xml"),
        (SELECT, "image/png, *;q=0.2", JSON),
        (SELECT, "text/csv, */*", "text/csv; charset=utf-8"),
        (SELECT, BROWSER, "text/html; charset=utf-8"),
        (ASK, "*/*", JSON),
        (ASK, BROWSER, "text/html; charset=utf-8"),
        (CONSTRUCT, None, "text/turtle; charset=utf-8"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/trig", "application/trig"),
        (CONSTRUCT, "application/n-quads", "application/n-quads"),
        (CONSTRUCT, "text/n3", "text/n3; charset=utf-8"),
        (CONSTRUCT, "application/json", "application/json"),
        (CONSTRUCT, BROWSER, "text/html; charset=utf-8"),
        ("DESCRIBE <https://w3id.org/erqi/id/division/1>", None, "text/turtle; charset=utf-8"),
    ],
)  # fmt: skip
def test_the_client_gets_what_it_accepts(
    client: FlaskClient, query: str, accept: str | None, media_type: str
) -> None:
    headers = Headers() if accept is None else Headers({"Accept": accept})
    answer = client.get("/sparql", query_string={"query": query}, headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    assert {"Accept", "Accept-Language", "Accept-Encoding"} <= answer.vary


@pytest.mark.parametrize(
    ("query", "accept"),
    [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "*/*;q=0"), (ASK, "image/png"),
     (SELECT, "nonsense")],
)  # fmt: skip
def test_what_cannot_be_accepted_lists_the_offers(
    client: FlaskClient, query: str, accept: str
) -> None:
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 406
    assert len(answer.get_json()["offers"]) > 4


@pytest.mark.parametrize(
    ("query", "name", "media_type"),
    [
        (SELECT, "json", JSON), (SELECT, "xml", XML), (SELECT, "csv", "text/csv; charset=utf-8"),
        (SELECT, "tsv", "text/tab-separated-values; charset=utf-8"),
        (SELECT, "html", "text/html; charset=utf-8"), (SELECT, XML, XML),
        (CONSTRUCT, "turtle", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "ttl", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "nt", "application/n-triples"), (CONSTRUCT, "jsonld", "application/ld+json"),
        (CONSTRUCT, "json", "application/ld+json"), (CONSTRUCT, "rdf", "application/rdf+xml"),
        (CONSTRUCT, "xml", "application/rdf+xml"), (CONSTRUCT, "trig", "application/trig"),
        (CONSTRUCT, "nq", "application/n-quads"), (CONSTRUCT, "text/n3", "text/n3; charset=utf-8"),
    ],
)  # fmt: skip
def test_format_wins_over_accept(
    client: FlaskClient, query: str, name: str, media_type: str
) -> None:
    answer = client.get(
        "/sparql", query_string={"query": query, "format": name}, headers={"Accept": "text/x-no"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)


PLACES = "https://w3id.org/erqi/graph/reference/places"
NEWS = "https://w3id.org/erqi/graph/source/news"
DATASET_QUERY = (
    "SELECT (COUNT(*) AS ?n) (SUM(?named) AS ?m) WHERE "
    "{ { ?s ?p ?o BIND(0 AS ?named) } UNION { GRAPH ?g { ?s ?p ?o } BIND(1 AS ?named) } }"
)


@pytest.mark.parametrize(
    ("parameters", "sees_default", "sees_named"),
    [
        ([], True, True),
        ([("default-graph-uri", PLACES)], True, False),
        ([("named-graph-uri", NEWS)], False, True),
        ([("default-graph-uri", PLACES), ("named-graph-uri", NEWS)], True, True),
        ([("default-graph-uri", "http://nowhere.example/")], False, False),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST form", "POST query"])
def test_dataset_parameters_make_the_dataset(
    client: FlaskClient, method: str, parameters: list[tuple[str, str]], *, sees_default: bool,
    sees_named: bool,
) -> None:  # fmt: skip
    all_parameters = [("query", DATASET_QUERY), *parameters]
    if method == "GET":
        answer = client.get("/sparql", query_string=urlencode(all_parameters))
    elif method == "POST form":
        answer = client.post("/sparql", data=urlencode(all_parameters), content_type=FORM)
    else:
        answer = client.post(
            "/sparql", query_string=urlencode(parameters), data=DATASET_QUERY,
            content_type=QUERY_TYPE,
        )  # fmt: skip
    solution = answer.get_json(force=True)["results"]["bindings"][0]
    total, named = (int(solution[name]["value"]) if name in solution else 0 for name in "nm")
    assert (total - named > 0, named > 0) == (sees_default, sees_named)


def test_an_answer_is_asked_again_for_nothing(client: FlaskClient) -> None:
    first = client.get("/sparql", query_string={"query": SELECT})
    tag = first.headers["ETag"]
    again = client.get(
        "/sparql", query_string={"query": SELECT}, headers={"If-None-Match": f'"x", {tag}'}
    )
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.vary == first.vary
    assert "2026" in first.headers["Last-Modified"]
    assert first.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(
    "other",
    [
        {"query": SELECT + " "},
        {"query": SELECT, "format": "csv"},
        {"query": SELECT, "default-graph-uri": PLACES},
    ],
)
def test_another_answer_has_another_tag(client: FlaskClient, other: dict[str, str]) -> None:
    tags = {
        client.get("/sparql", query_string=query).headers["ETag"]
        for query in ({"query": SELECT}, other)
    }
    assert len(tags) == 2


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()"])
def test_a_volatile_answer_is_not_stored(client: FlaskClient, call: str) -> None:
    answer = client.get("/sparql", query_string={"query": f"SELECT ({call} AS ?x) {{}}"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_larger_answer_is_compressed_when_asked(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o }"}
    plain = client.get("/sparql", query_string=query)
    packed = client.get("/sparql", query_string=query, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 2
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = client.get(
        "/sparql", query_string=query, headers={"If-None-Match": packed.headers["ETag"]}
    )
    assert again.status_code == 304
    small = client.get("/sparql", query_string={"query": ASK}, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in small.headers


def test_a_named_release_is_asked(client: FlaskClient, release: object) -> None:
    asked = {"query": SELECT, "release": release.id}  # type: ignore[attr-defined]
    answer = client.get("/sparql", query_string=asked)
    assert answer.status_code == 200
    assert "max-age" in answer.headers["Cache-Control"]


def test_the_answer_as_a_page_shows_terms_and_other_formats(client: FlaskClient) -> None:
    query = "SELECT ?d ?l { ?d <http://www.w3.org/2000/01/rdf-schema#label> ?l } ORDER BY ?d ?l"
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": BROWSER}).text
    shown = 'lang="zh-Hans">城东区</a><br><span class="name">id:division/<wbr>1</span>'
    assert f'<a href="/doc/division/1" title="https://w3id.org/erqi/id/division/1" {shown}' in page
    assert '<span class="tag">zh</span>' in page
    assert "format=csv" in page
    yes = client.get("/sparql", query_string={"query": ASK, "lang": "en"},
                     headers={"Accept": BROWSER})  # fmt: skip
    assert "Yes</p>" in yes.text
    graph = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": BROWSER})
    assert "erqi:rank" in graph.text


QUERIES_BY_METHOD = {
    "a body": ({"data": "ASK {}", "content_type": "application/sparql-query"}, 200),
    "a form": ({"data": {"query": "ASK {}"}}, 200),
    "in the address": (
        {"query_string": {"query": "ASK {}"}, "data": {"format": "csv"}}, 200,
    ),
    "both": (
        {
            "query_string": {"query": "ASK {}"},
            "data": "ASK {}",
            "content_type": "application/sparql-query",
        },
        400,
    ),
    "no type": ({"data": "ASK {}"}, 415),
    "another type": ({"data": "ASK {}", "content_type": "text/plain"}, 415),
    "an update": ({"data": "CLEAR ALL", "content_type": "application/sparql-update"}, 403),
}  # fmt: skip


@pytest.mark.parametrize("method", ["QUERY", "POST"])
@pytest.mark.parametrize(("sent", "status"), QUERIES_BY_METHOD.values(), ids=QUERIES_BY_METHOD)
def test_the_method_query_is_treated_like_post(
    client: FlaskClient, method: str, sent: dict[str, object], status: int
) -> None:
    answer = client.open("/sparql", method=method, **sent)
    assert answer.status_code == status, answer.text
