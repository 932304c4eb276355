"""Names and texts of any script pass every place they can stand in, and come back the same.

Each row of the table is written to a workspace graph of the running service over HTTP and read
back through the path, the query string, a form, headers and every format.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

import pyoxigraph as ox
import pytest
import rdflib
import requests

from tests.releases import make_release
from tests.servers import Server, running_server

TOKEN = "s3cret"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
SPACE = "https://w3id.org/erqi/graph/workspace/"
P = "http://example.org/p"

IRIS = {
    "Chinese": "http://example.org/二七区",
    "beyond the BMP": "http://example.org/𠀀",
    "combining marks": "http://example.org/Erqi\u0304\u0301",
    "composed": "http://example.org/\u00e9",
    "decomposed": "http://example.org/e\u0301",
    "right to left": "http://example.org/العربية",
    "joiners": "http://example.org/نامه\u200cای",
    "an encoded slash": "http://example.org/a%2Fb",
    "an encoded letter": "http://example.org/%E4%BA%8C",
    "lower-case encoding": "http://example.org/%e4%ba%8c",
    "an encoded percent": "http://example.org/100%25",
    "plus": "http://example.org/a+b",
    "parentheses": "http://example.org/二七塔_(郑州)",
    "brackets and quotes": "http://example.org/a'b!c*d;e,f@g~h$i",
    "query and fragment": "http://example.org/?名=值&x=1%26y#片段",
    "an internationalised host": "http://例え.jp/路",
    "a punycode host": "http://xn--r8jz45g.jp/a",
    "dots": "http://example.org/a/../b/./c",
    "a URN": "urn:x:二七:+%2B",
    "emoji": "http://example.org/🏯",
}

LITERALS = {
    "empty": '""',
    "Chinese": '"二七区"@zh',
    "beyond the BMP": '"𠀀𪚥"',
    "combining marks": '"Erqi\u0304\u0301 e\u0301 \u00e9"',
    "right to left": '"\u200fالعربية \u202eabc\u202c"@ar',
    "quotes": r'"say \"二七\" and \'it\'"',
    "backslashes": r'"a\\b\\n"',
    "tab": r'"a\tb"',
    "newline": r'"a\nb"',
    "carriage return": r'"a\rb"',
    "CRLF and blank ends": r'" a\r\nb\n "',
    "comma and semicolon": '"a,b;c"',
    "markup": '"<b>&amp;</b>]]>"',
    "percent and plus": '"100% + %2F %e4"',
    "a formula": '"=1+1"',
    "a language with region": '"位次"@zh-hans-cn',
    "a datatype": '"7"^^<http://www.w3.org/2001/XMLSchema#integer>',
    "a datatype beyond ASCII": '"x"^^<http://example.org/类型>',
    "white space beyond ASCII": '"\u3000\u00a0\u2028\u2029\u0085"',
    "the last character": '"\U0010fffd\ufffd"',
    "control characters": r'"\u0001\u001f\u007f"',
}

GRAPH_FORMATS = {
    "text/turtle": "ttl", "application/n-triples": "nt", "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld", "application/trig": "trig", "application/n-quads": "nq",
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path: Path = tmp_path_factory.mktemp("round")
    context = {"@context": {"ex": "http://example.org/", "p": {"@id": P}}}
    make_release(
        path,
        "<urn:a> <urn:b> <urn:c> <https://w3id.org/erqi/graph/reference/a> .\n",
        files={"ontology/context.jsonld": json.dumps(context)},
    )
    with running_server(path, path / "log", ERQI_UPDATE_TOKEN=TOKEN, ERQI_WORKERS=1) as running:
        yield running


class Rows:
    """One triple a row of the table, in a graph of its own kind, and how to ask for it."""

    def __init__(self, server: Server, name: str) -> None:
        self.url = server.url
        self.graph = SPACE + name

    def update(self, text: str) -> None:
        done = requests.post(
            f"{self.url}/update", headers=BEARER, data={"update": text}, timeout=20
        )
        assert done.status_code == 200, done.text

    def answers(self, text: str, accept: str) -> Iterator[requests.Response]:
        """Yield the answers to one query in the query string, in a form, and as a body."""
        url, headers = f"{self.url}/sparql", {"Accept": accept}
        for encode in (quote, quote_plus):
            address = f"{url}?query={encode(text, safe='')}"
            yield requests.get(address, headers=headers, timeout=20)
        yield requests.post(url, data={"query": text}, headers=headers, timeout=20)
        body = {"Content-Type": "application/sparql-query"}
        for method in ("POST", "QUERY"):
            yield requests.request(
                method, url, data=text.encode(), headers=headers | body, timeout=20
            )


def written(server: Server, name: str, term: str) -> Rows:
    rows = Rows(server, name)
    rows.update(f"CLEAR SILENT GRAPH <{rows.graph}>")
    rows.update(f"INSERT DATA {{ GRAPH <{rows.graph}> {{ <urn:s> <{P}> {term} }} }}")
    return rows


def value_of(term: str) -> ox.NamedNode | ox.Literal:
    (quad,) = ox.parse(f"<urn:s> <{P}> {term} .", format=ox.RdfFormat.TURTLE)
    assert isinstance(quad.object, ox.NamedNode | ox.Literal)
    return quad.object


TERMS = {
    **{f"IRI: {name}": f"<{iri}>" for name, iri in IRIS.items()},
    **{f"literal: {name}": term for name, term in LITERALS.items()},
}
NOT_XML = {"literal: control characters"}
"""XML 1.0 has no characters for these; no document in it can hold them."""


@pytest.mark.parametrize(("name", "term"), TERMS.items(), ids=TERMS)
def test_a_term_comes_back_as_solutions(server: Server, name: str, term: str) -> None:
    rows, value = written(server, "terms", term), value_of(term)
    text = f"SELECT ?o {{ GRAPH <{rows.graph}> {{ ?s <{P}> ?o FILTER(?o = {term}) }} }}"
    for answer in rows.answers(text, "text/csv"):
        assert answer.status_code == 200, answer.text
        answer.encoding = "utf-8"
        (row,) = list(csv.reader(io.StringIO(answer.text, newline="")))[1:] or [[""]]
        assert (row or [""]) == [value.value]
    kinds = ["application/sparql-results+json", "text/tab-separated-values"]
    kinds += [] if name in NOT_XML else ["application/sparql-results+xml"]
    for kind in kinds:
        for answer in rows.answers(text, kind):
            form = ox.QueryResultsFormat.from_media_type(kind)
            found = ox.parse_query_results(answer.content, format=form)
            assert [solution["o"] for solution in found] == [value]


@pytest.mark.parametrize(("name", "term"), TERMS.items(), ids=TERMS)
def test_a_term_comes_back_in_every_format(server: Server, name: str, term: str) -> None:
    rows, value = written(server, "terms", term), value_of(term)
    text = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{rows.graph}> {{ ?s ?p ?o }} }}"
    for kind in GRAPH_FORMATS:
        if name in NOT_XML and kind == "application/rdf+xml":
            continue
        for answer in (
            next(rows.answers(text, kind)),
            requests.get(f"{rows.url}/graph/workspace/terms", headers={"Accept": kind}, timeout=20),
        ):
            assert answer.status_code == 200, answer.text
            form = ox.RdfFormat.from_media_type(kind)
            found = [quad.object for quad in ox.parse(answer.content, format=form)]
            assert found == [value], (kind, answer.text)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib's own reader
@pytest.mark.parametrize(("name", "term"), TERMS.items(), ids=TERMS)
def test_another_reader_reads_the_same(server: Server, name: str, term: str) -> None:
    rows, value = written(server, "terms", term), value_of(term)
    for kind, short in (("text/turtle", "turtle"), ("application/n-triples", "nt"),
                        ("application/ld+json", "json-ld")):  # fmt: skip
        answer = requests.get(
            f"{rows.url}/graph/workspace/terms", headers={"Accept": kind}, timeout=20
        )
        (found,) = rdflib.Graph().parse(data=answer.content, format=short).objects()
        assert str(found) == value.value, kind


@pytest.mark.parametrize("kind", list(GRAPH_FORMATS)[:4])
@pytest.mark.parametrize(("name", "term"), TERMS.items(), ids=TERMS)
def test_what_was_read_can_be_written_again(
    server: Server, name: str, term: str, kind: str
) -> None:
    if name in NOT_XML and kind == "application/rdf+xml":
        return
    rows, value = written(server, "terms", term), value_of(term)
    read = requests.get(f"{rows.url}/graph/workspace/terms", headers={"Accept": kind}, timeout=20)
    copy = f"{rows.url}/graph/workspace/copy"
    headers = BEARER | {"Content-Type": kind}
    put = requests.put(copy, data=read.content, headers=headers, timeout=20)
    assert put.status_code in (201, 204), put.text
    back = requests.get(copy, headers={"Accept": "application/n-quads"}, timeout=20)
    assert [quad.object for quad in ox.parse(back.content, format=ox.RdfFormat.N_QUADS)] == [value]


@pytest.mark.parametrize("name", list(IRIS))
def test_an_iri_is_a_parameter_and_the_name_of_a_graph(server: Server, name: str) -> None:
    """In `?graph=`, in `default-graph-uri`, and as any term of a query."""
    tail = IRIS[name].replace("http://", "").replace("urn:", "")
    graph = f"{SPACE}{tail}"
    address = f"{server.url}/store?graph={quote(graph, safe='')}"
    headers = BEARER | {"Content-Type": "application/n-triples"}
    line = f"<{IRIS[name]}> <{P}> <{IRIS[name]}> .\n"
    put = requests.put(address, data=line.encode(), headers=headers, timeout=20)
    assert put.status_code == 201, put.text
    assert put.json()["graphs"]["created"] == [graph]
    got = requests.get(address, headers={"Accept": "application/n-triples"}, timeout=20)
    assert got.content.decode() == line
    asked = {"query": f"ASK {{ ?s ?p <{IRIS[name]}> }}", "default-graph-uri": graph}
    for answer in (
        requests.get(f"{server.url}/sparql", params=asked, timeout=20),
        requests.post(f"{server.url}/sparql", data=asked, timeout=20),
    ):
        assert answer.json()["boolean"] is True
    assert requests.delete(address, headers=BEARER, timeout=20).status_code == 204
    assert requests.get(address, timeout=20).status_code == 404


@pytest.mark.parametrize("name", list(IRIS))
def test_a_header_holds_ascii_that_leads_back(server: Server, name: str) -> None:
    """`Link` to the report about a query without solutions names the query, percent-encoded."""
    text = f"SELECT * {{ <{IRIS[name]}> <urn:none> ?o }}"
    answer = requests.get(f"{server.url}/sparql", params={"query": text}, timeout=20)
    link = answer.headers["Link"]
    assert link.isascii()
    target = link.partition("<")[2].partition(">")[0]
    assert unquote(target.partition("query=")[2].replace("+", " ")) == text
    report = requests.get(server.url + target, timeout=20).json()
    assert report["patterns"][0]["text"].startswith(f"<{IRIS[name]}>")


PATHS = [
    "二七",
    "𠀀",
    "e\u0301",
    "a%2Fb",
    "a+b",
    "塔_(郑州)",
    "a'b",
    "العربية",
    "🏯",
    "a b",
    "100%25",
]


@pytest.mark.parametrize("path", PATHS)
def test_an_address_that_leads_nowhere_says_so_whatever_its_script(
    server: Server, path: str
) -> None:
    for place in ("id", "doc", "graph", "queries", "sources", "def", "dump"):
        answer = requests.get(f"{server.url}/{place}/{quote(path, safe='%')}", timeout=20)
        assert answer.status_code == 404, place
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path: Path = tmp_path_factory.mktemp("plain")
    settings = {"ERQI_UPDATE_TOKEN": TOKEN, "ERQI_PLAIN": 1, "ERQI_WORKERS": 1}
    with running_server(path, path / "log", **settings) as running:
        yield running


@pytest.mark.parametrize("path", PATHS)
def test_a_graph_at_its_own_address_is_found_by_the_same_address(
    server: Server, plain: Server, path: str
) -> None:
    for one, place in ((server, "graph/workspace"), (plain, "store")):
        address = f"{one.url}/{place}/{quote(path, safe='%')}"
        headers = BEARER | {"Content-Type": "text/turtle"}
        put = requests.put(address, data="<> a <urn:c> .", headers=headers, timeout=20)
        assert put.status_code == 201, put.text
        (graph,) = put.json()["graphs"]["created"]
        # Servers decode paths: an encoded slash and a slash are the same there.
        assert graph.endswith(f"/{unquote(path).replace('%', '%25').replace(' ', '%20')}")
        got = requests.get(address, headers={"Accept": "application/n-triples"}, timeout=20)
        assert got.content.decode().startswith(f"<{graph}> ")
        asked = {"query": f"ASK {{ GRAPH <{graph}> {{ <{graph}> a <urn:c> }} }}"}
        assert requests.get(f"{one.url}/sparql", params=asked, timeout=20).json()["boolean"]
        seen = requests.get(f"{one.url}/store", params={"graph": graph}, timeout=20)
        assert seen.status_code == 200
        assert requests.delete(address, headers=BEARER, timeout=20).status_code == 204


NO_IRIS = ["http://x/100%", "http://x/%zz", "http://x/a b", "http://[x", "http://x:port/", "//x",
           "二七", "http://x/<", 'http://x/"', "http://x/\n", "1a:b", ""]  # fmt: skip


@pytest.mark.parametrize("iri", NO_IRIS)
def test_what_is_no_iri_is_refused_as_the_name_of_a_graph(server: Server, iri: str) -> None:
    name, ask = quote(iri, safe=""), quote("ASK {}")
    headers = BEARER | {"Content-Type": "text/turtle"}
    for method, address in (
        ("GET", f"store?graph={name}"), ("PUT", f"store?graph={name}"),
        ("DELETE", f"store?graph={name}"), ("GET", f"sparql?query={ask}&default-graph-uri={name}"),
        ("GET", f"sparql?query={ask}&named-graph-uri={name}"),
        ("POST", f"update?using-graph-uri={name}"),
    ):  # fmt: skip
        kind = {"Content-Type": "application/sparql-update"} if address[0] == "u" else {}
        answer = requests.request(
            method, f"{server.url}/{address}", data="", headers=headers | kind, timeout=20
        )
        assert answer.status_code == 400, (method, address, answer.text)


def test_iris_with_commas_are_quoted_among_other_columns(server: Server) -> None:
    rows = Rows(server, "commas")
    rows.update(
        f"INSERT DATA {{ GRAPH <{rows.graph}> {{ <urn:a,b> <urn:p> 'c,\"d', <urn:,,> , _:x }} }}"
    )
    pattern = f"GRAPH <{rows.graph}> {{ ?s ?p ?o }} OPTIONAL {{ ?s <urn:none> ?u }}"
    text = f"SELECT ?s ?p ?o ?u {{ {pattern} }}"
    for answer in rows.answers(text, "text/csv"):
        head, *found = csv.reader(io.StringIO(answer.content.decode(), newline=""))
        assert head == ["s", "p", "o", "u"]
        assert {tuple(row[:3]) for row in found if not row[2].startswith("_:")} == {
            ("urn:a,b", "urn:p", 'c,"d'), ("urn:a,b", "urn:p", "urn:,,")
        }  # fmt: skip
        assert [len(row) for row in found] == [4, 4, 4]


def test_a_large_answer_with_commas_in_iris_is_whole(server: Server) -> None:
    numbers = " ".join(map(str, range(24)))
    values = " ".join(f"VALUES ?{name} {{ {numbers} }}" for name in "abc")
    bind = 'BIND(IRI(CONCAT("urn:", STR(?a), ",", STR(?b), ",", STR(?c))) AS ?i)'
    text = f"SELECT ?i ?c {{ {values} {bind} }}"
    answer = requests.get(
        f"{server.url}/sparql", params={"query": text, "format": "csv"}, timeout=20
    )
    found = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))[1:]
    assert len({row[0] for row in found}) == len(found) == 24**3
    assert all(row[0].endswith(f",{row[1]}") and len(row) == 2 for row in found)


def test_a_new_graph_is_where_its_location_says(server: Server, plain: Server) -> None:
    for one in (server, plain):
        headers = BEARER | {"Content-Type": "text/turtle"}
        made = requests.post(
            f"{one.url}/store", data=f"<> <{P}> '𠀀'.".encode(), headers=headers, timeout=20
        )
        assert made.headers["Location"].isascii()
        found = requests.get(one.url + made.headers["Location"], timeout=20)
        assert "𠀀" in found.content.decode()
