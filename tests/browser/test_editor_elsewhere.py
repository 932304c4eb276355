"""The editor where things are not as usual: no bundle, little time, hostile data, plain mode."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser

from erqi_kg.storedir import Release
from tests.browser.conftest import ASSETS, ROOT, visits_to
from tests.browser.editing import READY, is_painted, open_editor, run, show
from tests.releases import make_release
from tests.servers import Server, running_server

SLOW = """SELECT (COUNT(*) AS ?n) WHERE {
  VALUES ?a { 1 2 3 4 5 6 7 8 9 10 } VALUES ?b { 1 2 3 4 5 6 7 8 9 10 }
  VALUES ?c { 1 2 3 4 5 6 7 8 9 10 } VALUES ?d { 1 2 3 4 5 6 7 8 9 10 }
  VALUES ?e { 1 2 3 4 5 6 7 8 9 10 } VALUES ?f { 1 2 3 4 5 6 7 8 9 10 }
  VALUES ?g { 1 2 3 4 5 6 7 8 9 10 } VALUES ?h { 1 2 3 4 5 6 7 8 9 10 }
  FILTER(?a + ?b + ?c + ?d + ?e + ?f + ?g + ?h = 0)
}"""
MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
QUOTED = MARKUP.replace('"', r"\"")
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
GEO = "http://www.opengis.net/ont/geosparql#"
GRAPH = "https://w3id.org/erqi/graph/source/x"
HOSTILE = "\n".join(
    f"{triple} <{GRAPH}> ."
    for triple in (
        f'<https://w3id.org/erqi/id/division/1> <{RDFS}label> "{QUOTED}"@en',
        f'<https://w3id.org/erqi/id/division/1> <{RDFS}seeAlso> <javascript:alert(3)>',
        '<https://w3id.org/erqi/id/division/1> <https://w3id.org/erqi/def#rank> '
        '"7"^^<http://www.w3.org/2001/XMLSchema#integer>',
        f'<https://w3id.org/erqi/id/division/1> <{GEO}asWKT> "POINT(113 34)"^^<{GEO}wktLiteral>',
        f'<https://w3id.org/erqi/id/division/2> <{GEO}asWKT> "POINT(114 35)"^^<{GEO}wktLiteral>',
    )
) + "\n"  # fmt: skip
ALL = f"""PREFIX geo: <{GEO}>
PREFIX rdfs: <{RDFS}>
SELECT ?thing ?see ?label ?point ?n WHERE {{
  ?thing geo:asWKT ?point ; rdfs:label ?label ; rdfs:seeAlso ?see . BIND(STRLEN(?label) AS ?n) }}"""


@pytest.fixture(scope="module")
def hurried(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over hostile data that gives queries little time."""
    place = tmp_path_factory.mktemp("hurried")
    make_release(place / "store", HOSTILE, is_described=True)
    with running_server(place / "store", place / "log", ERQI_QUERY_TIMEOUT_S=1) as running:
        yield running


@pytest.fixture
def package(built_release: Release, tmp_path: Path) -> Path:
    """A copy of the package that has no bundle."""
    without = shutil.ignore_patterns("assets", "__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=without)
    shutil.copytree(built_release.path.parent.parent, tmp_path / "store", symlinks=True)
    return tmp_path


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "查询超时"), ("en", "Query timed out")], ids=["zh", "en"]
)
def test_a_timeout_is_told_as_one_and_the_query_is_kept(
    chromium: Browser, hurried: Server, language: str, told: str
) -> None:
    with visits_to(hurried.url, chromium) as visit:
        visited = visit("/editor", locale=language)
        answer = run(visited.page, SLOW)
        assert told in answer.inner_text()
        assert visited.page.locator("#query").input_value() == SLOW
        assert visited.page.locator("#editor button[type=submit]").is_enabled()
        visited.complaints[:] = [text for text in visited.complaints if "of 503" not in text]


def test_hostile_labels_and_iris_stay_text_in_every_view(
    chromium: Browser, hurried: Server
) -> None:
    with visits_to(hurried.url, chromium) as visit:
        page = visit("/editor", locale="en").page
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        run(page, ALL)
        page.locator("#answer tbody a", has_text=MARKUP).wait_for()
        for view in ("Table", "Chart", "Map", "Raw"):
            panel = show(page, view)
            assert panel.locator("img, script, [onerror]").count() == 0, view
            assert panel.locator("[href^='javascript:']").count() == 0, view
        assert MARKUP in show(page, "Map").locator("a.place title").text_content()
        run(page, "CONSTRUCT WHERE { ?s ?p ?o }")
        graph = show(page, "Graph")
        assert any(is_painted(canvas) for canvas in graph.locator("canvas").all())
        assert page.locator("#editor script, #editor img").count() == 0
        page.goto("/editor#" + f"query={MARKUP}&view={MARKUP}")
        page.reload()
        assert MARKUP in open_editor(page).inner_text()


def test_without_a_bundle_it_is_the_plain_form_until_there_is_one(
    chromium: Browser, package: Path, bundle: Path
) -> None:
    with (
        running_server(package / "store", package / "log", PYTHONPATH=package / "src") as server,
        visits_to(server.url, chromium) as visit,
    ):
        page = visit("/editor", locale="en").page
        assert page.locator("#editor textarea").is_visible()
        page.fill("textarea", "SELECT ?n WHERE { VALUES ?n { 7 11 } }")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/sparql?query=**")
        assert page.locator("table.results tbody tr").count() == 2
        shutil.copytree(bundle, package / ASSETS)
        page.goto("/editor")
        page.wait_for_selector(READY)
        assert "2 solutions" in run(page, "SELECT ?n WHERE { VALUES ?n { 7 11 } }").inner_text()


def test_in_plain_mode_it_queries_and_writes(
    chromium: Browser, bundle: Path, tmp_path: Path
) -> None:
    settings = {"ERQI_PLAIN": 1, "ERQI_UPDATE_TOKEN": "t"}
    with (
        running_server(tmp_path, tmp_path / "log", **settings) as server,
        visits_to(server.url, chromium) as visit,
    ):
        visited = visit("/editor", locale="en")
        page = visited.page
        run_update(page, "PREFIX ex: <http://x/>\n# one\nINSERT DATA { ex:s a ex:Thing }", "wrong")
        page.locator(".problem").wait_for()
        page.fill("#token", "t")
        page.keyboard.press("Enter")
        page.locator("text=1 added, 0 removed").wait_for()
        answer = run(page, "SELECT * WHERE { ?thing a ?kind }")
        answer.locator("tbody tr").wait_for()
        link = answer.locator("tbody a").first
        assert link.get_attribute("href").startswith("/editor?query=DESCRIBE")
        visited.complaints[:] = [text for text in visited.complaints if "of 401" not in text]
        terms = requests.get(f"{server.url}/editor/terms", timeout=10).json()
        assert {"iri": "http://x/Thing", "count": 1, "labels": {}, "properties": []} in terms[
            "classes"
        ]


def run_update(page, text: str, token: str) -> None:
    field = open_editor(page)
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")
    page.fill("#token", token)
    page.keyboard.press("Enter")
