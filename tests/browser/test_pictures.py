"""Pictures and tables on a phone: they lead on, and every cell says what it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

Open = Callable[..., Visit]
PHONE = {"width": 360, "height": 740}
LISTS = {"zh": "2018年绿色发展百强区", "en": "2018 top 100 districts by green development"}


@pytest.mark.parametrize("language", LISTS)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_place_on_the_scale_leads_to_its_statement(
    visit: Open, language: str, *, scripts: bool
) -> None:
    page = visit(
        "/doc/division/410103", locale=language, java_script_enabled=scripts, viewport=PHONE
    ).page
    page.locator("ol.scale").get_by_role("link", name=LISTS[language]).click()
    expect(page).to_have_url(re.compile("/doc/placement/.*2018-green-development/410103"))


def test_a_neighbour_in_the_drawing_leads_to_its_page(visit: Open) -> None:
    page = visit("/doc/division/410103", locale="en", viewport=PHONE).page
    page.locator("svg.near a", has_text="Zhengzhou").first.click()
    expect(page).to_have_url(re.compile("/doc/division/410100$"))


def test_a_table_on_a_phone_has_no_cell_out_of_sight(visit: Open) -> None:
    page = visit("/queries/erqi-places-2018", locale="en", viewport=PHONE).page
    cells = page.locator("table.stacked td")
    edges = cells.evaluate_all("cells => cells.map(cell => cell.getBoundingClientRect().right)")
    assert edges
    assert max(edges) <= PHONE["width"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_programme_leads_to_its_whole_and_from_there_to_its_other_parts(
    visit: Open, language: str
) -> None:
    page = visit(
        "/doc/programme/quality-erqi", locale=language, java_script_enabled=False, viewport=PHONE
    ).page
    page.locator("ul.parts a").first.click()
    expect(page).to_have_url(re.compile("/doc/programme/three-erqi$"))
    expect(page.locator("ul.parts ul a")).to_have_count(3)


def test_a_project_of_the_district_stands_under_its_stage_and_leads_to_its_page(
    visit: Open,
) -> None:
    page = visit("/doc/division/410103", locale="en", viewport=PHONE).page
    finished = page.get_by_role("region", name="Finished")
    finished.get_by_role("link", name="Binhe Garden").click()
    expect(page).to_have_url(re.compile("/doc/project/binhe-garden$"))


def test_a_number_that_sources_tell_differently_leads_to_all_they_say(visit: Open) -> None:
    page = visit("/doc/division/100000", locale="en", viewport=PHONE).page
    page.get_by_role("link", name="sources differ").first.click()
    expect(page).to_have_url(re.compile("#differ$"))
    told = page.locator(".versions .big")
    expect(told).to_have_count(3)
    expect(told.first).to_be_in_viewport()


@pytest.mark.parametrize("width", [360, 900, 1600])
def test_bars_of_one_kind_are_on_one_scale(visit: Open, width: int) -> None:
    page = visit("/doc/division/410103", viewport={"width": width, "height": 900}).page
    tracks = page.locator("ul.bars").last.locator("svg.bar")
    expect(tracks.first).to_be_visible()
    ends = tracks.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert len(ends) > 1
    assert max(ends) - min(ends) < 1


@pytest.mark.parametrize(
    "path",
    [
        "/", "/catalog", "/fragments?predicate=erqi:rank", "/sparql", "/releases", "/def",
        "/status", "/doc/division/410100", "/doc/division/100000",
        "/doc/ranking/2018-green-development", "/queries/how-far-groups-have-come",
        "/sources/erqi-four-top100-2018",
    ],
)  # fmt: skip
def test_no_page_scrolls_sideways_on_a_phone(visit: Open, path: str) -> None:
    page = visit(path, locale="en", viewport=PHONE).page
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
