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
