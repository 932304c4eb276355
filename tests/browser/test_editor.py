"""The query editor as people use it: written, completed, run, corrected and shared."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.editing import answer_in, is_painted, open_editor, run, show, write
from tests.browser.test_accessibility import grave_issues

Open = Callable[..., Visit]
LISTED = """PREFIX erqi: <https://w3id.org/erqi/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?ranking ?list ?rank WHERE {
  ?placement a erqi:Placement ; erqi:division <https://w3id.org/erqi/id/division/410103> ;
    erqi:ranking ?ranking ; erqi:rank ?rank .
  ?ranking rdfs:label ?list . FILTER(LANG(?list) = "zh")
} ORDER BY ?rank"""
PLACES = """PREFIX erqi: <https://w3id.org/erqi/def#>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
SELECT ?division ?point
WHERE { ?division a erqi:Division ; geo:hasGeometry/geo:asWKT ?point } LIMIT 40"""
LINKED = "DESCRIBE <https://w3id.org/erqi/id/programme/three-erqi>"
PAIRS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PHONE = {"width": 360, "height": 740}


def rows_of(page: Page) -> list[list[str]]:
    return [row.locator("td").all_inner_texts() for row in page.locator("#answer tbody tr").all()]


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "2 个结果"), ("en", "2 solutions")], ids=["zh", "en"]
)
def test_a_query_is_written_and_run_by_the_keyboard_alone(
    visit: Open, language: str, told: str
) -> None:
    page = visit("/editor", locale=language).page
    open_editor(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?n WHERE { VALUES ?n { 7 11 } } ORDER BY ?n")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    assert told in answer_in(page).inner_text()
    assert rows_of(page) == [["7"], ["11"]]


def test_tab_leaves_the_field_and_the_page_says_so(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    open_editor(page).focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "submit"
    assert "Tab leaves" in page.locator(".keys").inner_text()


@pytest.mark.parametrize("typed", ["Placem", "位次"])
def test_a_class_is_completed_from_the_data_and_its_prefix_filled_in(
    visit: Open, typed: str
) -> None:
    page = visit("/editor", locale="zh").page
    write(page, "SELECT * WHERE { ?place a ")
    page.keyboard.insert_text(typed)  # letter by letter the list changes under the pointer
    option = page.get_by_role("option").filter(has_text="erqi:Placement").first
    option.wait_for()
    assert "位次" in option.inner_text()
    option.click()
    page.locator(".cm-content", has_text="a erqi:Placement").wait_for()
    text = open_editor(page).inner_text()
    assert text.startswith("PREFIX erqi: <https://w3id.org/erqi/def#>")
    assert "?place a erqi:Placement" in text


def test_a_name_that_fits_wholly_comes_first(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    write(page, "SELECT * WHERE { ?place a ")
    page.keyboard.insert_text("位次")
    page.get_by_role("option").first.wait_for()
    assert page.get_by_role("option").first.inner_text().startswith("erqi:Placement")


def test_properties_of_the_class_come_first_and_enter_takes_one(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    write(
        page, "PREFIX erqi: <https://w3id.org/erqi/def#>\nSELECT * WHERE { ?p a erqi:Placement ; "
    )
    page.keyboard.type("rank")
    page.get_by_role("option").first.wait_for()
    page.wait_for_timeout(150)  # the list takes no key for a moment, lest it be hit by accident
    assert page.get_by_role("option").first.inner_text().startswith("erqi:rank")
    page.keyboard.press("Enter")
    assert "; erqi:rank" in open_editor(page).inner_text()


def test_a_thing_is_completed_by_its_name(visit: Open) -> None:
    page = visit("/editor", locale="zh").page
    write(page, "SELECT * WHERE { ?s ?p ")
    page.keyboard.insert_text("二七区")
    option = page.get_by_role("option").filter(has_text="410103").first
    option.click()
    assert "<https://w3id.org/erqi/id/division/410103>" in open_editor(page).inner_text()


def test_a_prefix_that_is_typed_is_declared(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    write(page, "")
    page.keyboard.type("SELECT * WHERE {\n?s skos:prefLabel ?o")
    text = open_editor(page).inner_text()
    assert text.count("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>") == 1


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "第 2 行第 12 列"), ("en", "line 2, column 12")], ids=["zh", "en"]
)
def test_a_mistake_is_marked_at_its_line_in_the_readers_language(
    visit: Open, language: str, told: str
) -> None:
    visited = visit("/editor", locale=language)
    page = visited.page
    answer = run(page, "SELECT * WHERE {\n  ?二七 ?𠀀𠀀𠀀 }")
    assert told in answer.inner_text()
    assert page.locator(".cm-lintRange-error").inner_text() == "}"
    assert page.locator(".cm-lint-marker-error").count() == 1
    message = answer.locator(".detail").inner_text()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message.splitlines()[0]) is (
        language == "zh"
    )
    run(page, "ASK {}")
    assert page.locator(".cm-lintRange-error").count() == 0
    visited.complaints[:] = [text for text in visited.complaints if "status of 400" not in text]


def test_a_costly_query_is_warned_of_and_run_if_people_wish(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    answer = run(page, PAIRS + " LIMIT 3")
    assert "combines at least" in answer.inner_text()
    assert answer.locator("tbody tr").count() == 0
    page.keyboard.press("Enter")  # the button that runs it anyway has the focus
    page.locator("#answer tbody tr").nth(2).wait_for()


def test_an_empty_answer_is_looked_into(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    answer = run(
        page, "PREFIX erqi: <https://w3id.org/erqi/def#>\nSELECT * WHERE { ?s erqi:rnak ?r }"
    )
    report = answer.locator(".why-empty")
    report.wait_for()
    assert "erqi:rank" in report.inner_text()


def test_a_table_has_labels_links_languages_and_numbers(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    run(page, LISTED)
    link = page.locator("#answer tbody a").first
    page.wait_for_function("!document.querySelector('#answer tbody a').textContent.includes('id:')")
    assert link.get_attribute("href").startswith("/doc/ranking/")
    row = page.locator("#answer tbody tr").first
    assert row.locator("[lang='zh-Hans']").count() == 1
    assert row.locator(".tag").inner_text() == "zh"
    number = row.locator("td.number-cell")
    assert number.evaluate("cell => getComputedStyle(cell).textAlign") == "end"
    page.get_by_role("button", name="?rank", exact=True).click()
    page.get_by_role("button", name="?rank", exact=True).click()
    ranks = [int(cells[2]) for cells in rows_of(page)]
    assert ranks == sorted(ranks, reverse=True)
    assert page.locator("th[aria-sort='descending']").count() == 1


def test_each_view_draws_and_loads_its_library_only_then(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    loaded: list[str] = []
    page.on("response", lambda answer: "/assets/part-" in answer.url and loaded.append(answer.url))
    run(page, LISTED)
    assert loaded == []
    assert is_painted(show(page, "Chart").locator("canvas"))
    assert loaded
    assert '"bindings"' in show(page, "Raw").inner_text()
    run(page, PLACES)
    chart = len(loaded)
    drawn = show(page, "Map")
    assert drawn.locator("a.place circle").count() == 40
    assert drawn.locator(".around circle").count() > 20
    assert len(loaded) > chart
    run(page, LINKED)
    graph = page.locator('#answer-panel[data-view="graph"]:not([aria-busy])')
    graph.wait_for()
    assert any(is_painted(canvas) for canvas in graph.locator("canvas").all())
    assert "erqi:" in show(page, "Raw").inner_text()
    assert show(page, "Table").locator("tbody tr").count() > 5
    run(page, "ASK {}")
    assert page.locator(".answer-boolean").inner_text() == "Yes"


@pytest.mark.parametrize(
    ("select", "views"),
    [
        ("SELECT (1 AS ?a) (2 AS ?b) {}", ["Table", "Raw"]),
        ("SELECT * { VALUES (?a ?n) { ('x' 1) ('y' 2.5) } }", ["Table", "Chart", "Raw"]),
        ("SELECT * { VALUES (?a ?n) { ('x' 1) ('y' 'two') } }", ["Table", "Raw"]),
        ("SELECT ?lat ?long { VALUES (?lat ?long) { (34.7 113.6) } }", ["Table", "Map", "Raw"]),
        ("SELECT ?lat ?long { VALUES (?lat ?long) { (91 1) } }", ["Table", "Raw"]),
        ("SELECT ?p { VALUES ?p { 'POINT (113 34)' 'POINT EMPTY' } }", ["Table", "Map", "Raw"]),
        ("SELECT ?p { VALUES ?p { 'POINT EMPTY' } }", ["Table", "Raw"]),
        ("SELECT ?a ?b { VALUES (?a ?b) { (<urn:a> <urn:b>) } }", ["Table", "Graph", "Raw"]),
        ("SELECT ?a ?b { VALUES (?a ?b) { (UNDEF UNDEF) } }", ["Table", "Raw"]),
        ("SELECT (<<( <urn:a> <urn:b> 1 )>> AS ?t) {}", ["Table", "Raw"]),
        ("SELECT * {}", ["Table", "Raw"]),
        ("CONSTRUCT { [] <urn:p> _:x } {}", ["Table", "Graph", "Raw"]),
    ],
)  # fmt: skip
def test_the_views_that_fit_an_answer_are_offered_and_each_draws(
    visit: Open, select: str, views: list[str]
) -> None:
    page = visit("/editor", locale="en").page
    run(page, select)
    assert page.get_by_role("tab").all_inner_texts() == views
    for view in views:
        assert show(page, view).locator("[role=alert]").count() == 0
    assert page.content().count("NaN") == 0


def test_the_tabs_are_moved_through_with_arrow_keys(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    run(page, LISTED)
    page.get_by_role("tab", name="Table").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator('#answer-panel[data-view="chart"]:not([aria-busy]) canvas').wait_for()


@pytest.mark.parametrize("length", [0, 20_000], ids=["short", "longer than an address"])
def test_a_shared_link_brings_the_query_and_its_view_back(visit: Open, length: int) -> None:
    query = f"# 二七 & <>#?%+ {'x' * length}\n{LISTED}"
    first = visit("/editor", locale="en").page
    run(first, query)
    show(first, "Chart")
    second = visit("/", locale="en").page
    second.goto(first.url)
    open_editor(second)
    assert second.locator("#query").input_value() == query
    second.locator("#editor button[type=submit]").click()
    answer_in(second)
    second.locator('#answer-panel[data-view="chart"]').wait_for()


def test_links_to_query_and_answer_are_copied(visit: Open) -> None:
    page = visit("/editor", locale="en", permissions=["clipboard-read", "clipboard-write"]).page
    run(page, LISTED)
    copied = []
    for name in ("Copy link to this query", "Copy link to the answer"):
        page.get_by_role("button", name=name).click()
        page.get_by_role("button", name="Copied").first.wait_for()
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    assert "/editor?query=" in copied[0]
    page.goto(copied[1])
    assert page.locator("table.results tbody tr").count() > 3


@pytest.mark.parametrize("length", [0, 20_000], ids=["linked", "posted"])
def test_the_answer_is_downloaded(visit: Open, length: int) -> None:
    page = visit("/editor", locale="en").page
    run(page, f"# {'x' * length}\nSELECT ?n WHERE {{ VALUES ?n {{ 7 11 }} }} ORDER BY ?n")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="CSV").click()
    assert downloaded.value.suggested_filename == "erqi.csv"
    assert downloaded.value.path().read_text(encoding="utf-8").split() == ["n", "7", "11"]


def test_an_example_is_put_into_the_editor_and_undone(visit: Open) -> None:
    page = visit("/editor?query=ASK%7B%7D", locale="en").page
    open_editor(page)
    page.locator("summary", has_text="Begin with a question").click()
    page.locator("a[data-question=erqi-places-2018]").click()
    page.locator(".cm-content", has_text="SELECT").wait_for()
    assert "410103" in open_editor(page).inner_text()
    page.keyboard.press("Control+z")
    assert open_editor(page).inner_text().strip() == "ASK{}"


def test_questions_and_answers_lead_into_the_editor(visit: Open) -> None:
    page = visit("/queries/erqi-places-2018", locale="en").page
    page.locator("a[href^='/editor?query=']").first.click()
    assert "410103" in open_editor(page).inner_text()
    page.goto("/sparql?query=ASK%20%7B%7D%20%23%20a%26b")
    page.locator("a[href^='/editor?query=']").click()
    assert open_editor(page).inner_text() == "ASK {} # a&b"
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="SPARQL").click()
    page.wait_for_url("**/editor")


def test_the_other_language_keeps_the_query(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    write(page, "ASK { # 未完成")
    page.locator(".languages a").click()
    page.wait_for_url("**lang=zh**")
    open_editor(page)
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator("#query").input_value() == "ASK { # 未完成"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("query", "view"), [(LISTED, "Chart"), (PLACES, "Map"), (LINKED, "Graph")])
def test_no_view_has_a_serious_issue_or_scrolls_a_phone_sideways(
    visit: Open, query: str, view: str, scheme: str
) -> None:
    page = visit("/editor", locale="en", viewport=PHONE, color_scheme=scheme).page
    run(page, query)
    for name in ("Table", view, "Raw"):
        show(page, name)
        assert grave_issues(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


def test_without_scripts_the_plain_form_asks(visit: Open) -> None:
    page = visit("/editor?query=" + quote(LISTED), locale="en", java_script_enabled=False).page
    assert page.locator("textarea").input_value() == LISTED
    page.locator(".query-form button").click()
    page.wait_for_url("**/sparql?query=**")
    assert page.locator("table.results tbody tr").count() > 3
