"""What a page weighs, what others show of it, and that what stands on it has a name."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import BROWSER

MOST_BYTES = 150_000
PAGES = [
    "/", "/doc/division/410103", "/doc/ranking/2018-green-development", "/doc/division/100000",
    "/sources/erqi-four-top100-2018", "/def", "/queries", "/queries/values-from-two-sources",
    "/search?q=erqi", "/sources", "/catalog", "/status", "/fragments", "/sparql", "/releases",
]  # fmt: skip
KINDS = """
    SELECT ?kind (MIN(STR(?thing)) AS ?first) (MAX(STR(?thing)) AS ?last)
    WHERE { ?thing a ?kind FILTER(CONTAINS(STR(?thing), "/id/")) } GROUP BY ?kind
"""
SHORT = re.compile(
    r"(?:id|graph|def|erqi|qb|oa|prov|schema|skos|rdfs?|owl|geo|xsd|dcterms|dcat|foaf|org|qudt|unit"
    r"|sdmx-\w+):\S+"
)


def asked(client: FlaskClient, path: str, lang: str = "en") -> str:
    answer = client.get(path, headers={"Accept": BROWSER, "Accept-Language": lang})
    assert answer.status_code == 200, path
    return str(answer.text)


def meta(page: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([\w:-]+)" content="([^"]*)">', page)
    assert len(found) == len(dict(found))
    return {name: html.unescape(text) for name, text in found}


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_to_a_page_takes_less_than_150_kilobytes(built_app: Flask, path: str) -> None:
    client = built_app.test_client()
    page = asked(client, path)
    needed = re.findall(
        r'(?:<script src|<link rel="(?:stylesheet|icon)" href|<img src)="([^"]+)', page
    )
    assert len(needed) == 3
    bodies = [page.encode(), *(client.get(one).data for one in needed)]
    assert sum(len(gzip.compress(body)) for body in bodies) < MOST_BYTES
    if path == "/":
        assert sum(map(len, bodies)) < MOST_BYTES


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", [*PAGES, "/queries/places-of-a-division", "/problems", "/editor"])
def test_a_page_tells_others_its_title_and_what_is_on_it(
    built_app: Flask, path: str, lang: str
) -> None:
    page = asked(built_app.test_client(), path, lang)
    told = meta(page)
    title = re.search(r"<title>(.*) · [^·]*</title>", page)
    assert title is not None
    assert told["og:title"] == html.unescape(title[1])
    assert told["og:description"] == told["description"]
    assert told["og:locale"] == {"zh": "zh_CN", "en": "en_GB"}[lang]
    assert 5 < len(told["description"]) < 500


def test_no_two_pages_describe_themselves_alike(built_app: Flask) -> None:
    client = built_app.test_client()
    told = [meta(asked(client, path))["description"] for path in PAGES]
    assert len(set(told)) == len(told)


def test_a_thing_is_described_by_its_kind_its_names_and_its_first_facts(built_app: Flask) -> None:
    client = built_app.test_client()
    described = {
        lang: meta(asked(client, "/doc/division/410103", lang))["description"]
        for lang in ("zh", "en")
    }
    assert described["zh"].startswith("行政区。二七区，Erqi District。代码：410103。")
    assert described["en"].startswith(
        "Administrative division. Erqi District, 二七区. Code: 410103."
    )
    assert "郑州市" in described["zh"]
    assert "Zhengzhou" in described["en"]


@pytest.fixture(scope="module")
def one_of_each_kind(built_app: Flask) -> list[str]:
    """The paths of the first and the last thing of each kind."""
    answer = built_app.test_client().get(
        "/sparql", query_string={"query": KINDS}, headers={"Accept": "text/csv"}
    )
    rows = [row.split(",") for row in answer.text.split()[1:]]
    return sorted({iri.partition("/id/")[2] for row in rows for iri in row[1:]})


def names_on(page: str) -> Iterator[str]:
    main = re.sub(r"<(code|pre)\b.*?</\1>", " ", page.partition("<main")[2], flags=re.DOTALL)
    return (html.unescape(text.strip()) for text in re.findall(r">([^<>]+)<", main))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_of_a_thing_shows_an_identifier_where_a_name_should_be(
    built_app: Flask, one_of_each_kind: list[str], lang: str
) -> None:
    client = built_app.test_client()
    assert len(one_of_each_kind) > 90
    bare = {
        path: found
        for path in one_of_each_kind
        if (found := [text for text in names_on(asked(client, f"/doc/{path}", lang))
                      if SHORT.fullmatch(text)])
    }  # fmt: skip
    assert bare == {}


def test_a_long_text_in_a_table_of_results_unfolds_and_a_short_one_stands(built_app: Flask) -> None:
    client = built_app.test_client()
    for length, is_folded in ((400, False), (401, True)):
        query = f'SELECT ("{"word " * 79}{"x" * (length - 395)}" AS ?text) {{}}'
        page = asked(client, "/sparql?query=" + quote(query))
        table = page.partition("<table")[2].partition("</table>")[0]
        assert ("<details" in table) is is_folded
        assert table.count("x" * (length - 395)) == 1


def test_what_was_found_is_marked_where_it_stands_and_not_said_twice(built_app: Flask) -> None:
    page = asked(built_app.test_client(), "/search?q=erqi%20district", "en")
    first = page.partition('<ol class="hits"')[2].partition("</li>")[0]
    assert "<mark>Erqi</mark>" in first
    assert len(re.findall("二七区", first)) == 1
    assert "matched" not in first
