"""What people do on the site, in a real browser, in both languages, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit

Open = Callable[..., Visit]
PAGES = [
    "/", "/id/division/410103", "/id/programme/three-erqi", "/queries",
    "/queries/erqi-places-2018", "/def", "/sparql", "/editor", "/status", "/releases", "/catalog",
    "/sources/erqi-four-top100-2018", "/search?q=二七",
]  # fmt: skip
LANGUAGES = {"zh": "二七区", "en": "Erqi"}
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1600, "height": 900}


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_reads_well_in_each_language_at_each_width(
    visit: Open, path: str, language: str, viewport: dict[str, int]
) -> None:
    page = visit(path, locale=language, viewport=viewport).page
    assert page.locator("html").get_attribute("lang", timeout=1000).startswith(language)
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"], "the page scrolls sideways"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_home_to_the_words_behind_a_rank(visit: Open, language: str, *, scripts: bool) -> None:
    page = visit("/", locale=language, java_script_enabled=scripts).page
    assert LANGUAGES[language] in page.inner_text("main")
    for rank in ("86", "63", "91", "76"):
        assert rank in page.inner_text("main")
    page.goto("/doc/division/410103")
    assert page.locator("h1").inner_text()
    words = page.locator("details", has_text="第76位").first
    words.locator("summary").first.click()
    assert words.get_by_text(re.compile("第76位")).first.is_visible()


def test_the_language_switch_stays(visit: Open) -> None:
    page = visit("/", locale="zh").page
    page.goto("/?lang=en")
    page.goto("/doc/division/410103")
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_query_is_asked_from_the_form_and_answered_as_a_table(
    visit: Open, *, scripts: bool
) -> None:
    page = visit("/sparql", locale="en", java_script_enabled=scripts).page
    page.fill("textarea", "SELECT ?n WHERE { VALUES ?n { 7 11 } } ORDER BY ?n")
    page.locator("form", has=page.locator("textarea")).locator("button").first.click()
    page.locator("table tbody tr").nth(1).wait_for()
    assert page.locator("table").first.locator("tbody tr").count() == 2


def test_a_mistake_in_a_query_is_shown_with_its_place_and_the_query_is_kept(visit: Open) -> None:
    visited = visit("/sparql", locale="en")
    page = visited.page
    page.fill("textarea", "SELECT * WHERE { ?s ?p }")
    page.locator("form", has=page.locator("textarea")).locator("button").first.click()
    page.locator("main", has_text=re.compile("line 1", re.IGNORECASE)).wait_for()
    assert page.locator("textarea").input_value() == "SELECT * WHERE { ?s ?p }"
    # Chromium reports the 400 of the page itself.
    visited.complaints[:] = [text for text in visited.complaints if "status of 400" not in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_suggests_while_typing_and_the_keyboard_chooses(visit: Open, language: str) -> None:
    page = visit("/", locale=language).page
    field = page.get_by_role("combobox")
    field.press_sequentially("eqq")
    page.get_by_role("option").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "find-option-0"
    assert page.get_by_role("option").first.get_attribute("aria-selected") == "true"
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/doc/division/410103")


def test_a_page_is_printed_dark_on_white_even_for_those_who_read_it_light_on_dark(
    visit: Open,
) -> None:
    def colours(scheme: str) -> object:
        page = visit("/doc/division/410103", locale="en", color_scheme=scheme).page
        page.emulate_media(media="print")
        return page.evaluate(
            """["body", "h1", "dt", ".basis, .words summary", ".fact"].map(name => {
                const style = getComputedStyle(document.querySelector(name));
                return [style.color, style.backgroundColor, style.borderBottomColor];
            })"""
        )

    assert colours("dark") == colours("light")


def test_search_works_without_scripts_and_by_kind(visit: Open) -> None:
    page = visit("/search?q=eqq", locale="en", java_script_enabled=False).page
    assert page.locator(".hits a").first.get_attribute("href") == "/doc/division/410103"
    page.locator(".facets a", has_text="organisation").click()
    page.wait_for_url("**kind=organisation**")
    page.locator(".hits li").first.wait_for()


@pytest.mark.parametrize("path", ["/", "/catalog", "/doc/division/410103"])
def test_json_ld_stands_in_a_page_without_a_complaint_about_the_policy(
    visit: Open, path: str
) -> None:
    page = visit(path).page
    text = page.locator('script[type="application/ld+json"]').inner_text()
    assert page.evaluate("text => JSON.parse(text)['@context']", text) == "https://schema.org"
