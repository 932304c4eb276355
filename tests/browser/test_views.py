"""Drawings of answers are readable, and reached by the keyboard as well as by a pointer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.browser.editing import run, show

Open = Callable[..., Visit]
LINKED = """
    CONSTRUCT { ?whole ?link ?part }
    WHERE { VALUES ?link { <http://purl.org/dc/terms/hasPart> } ?whole ?link ?part }
"""
RANKS = "SELECT ?division ?rank { ?x erqi:division ?division ; erqi:rank ?rank }"
PREFIX = "PREFIX erqi: <https://w3id.org/erqi/def#> "
PIXELS = "canvas => canvas.toDataURL()"


def test_nodes_of_a_graph_are_chosen_from_a_list_and_followed_by_the_keyboard(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    run(page, LINKED)
    show(page, "Graph")
    nodes = page.get_by_role("combobox", name="Node")
    nodes.focus()
    page.keyboard.type("the three Erqis")
    told = page.locator(".chosen")
    told.get_by_role("link", name="the three Erqis").wait_for()
    linked = page.get_by_role("list", name="Linked with it")
    assert sorted(linked.get_by_role("listitem").all_inner_texts()) == [
        f"→ has part {name}" for name in ("Erqi of quality", "pastoral Erqi", "warm-hearted Erqi")
    ]
    linked.get_by_role("button", name="pastoral Erqi").press("Enter")
    told.get_by_role("link", name="pastoral Erqi").wait_for()
    assert linked.get_by_role("listitem").all_inner_texts() == ["← has part the three Erqis"]
    assert nodes.evaluate("list => list === document.activeElement")


def test_a_graph_is_moved_and_scaled_by_keys_that_do_not_trap_the_focus(visit: Open) -> None:
    page = visit("/editor", locale="en").page
    run(page, LINKED)
    show(page, "Graph")
    drawing = page.get_by_role("img", name="Drawing of")
    drawn = drawing.locator("canvas").last
    drawing.focus()
    for key in ("ArrowLeft", "+", "-", "ArrowDown"):
        before = drawn.evaluate(PIXELS)
        page.keyboard.press(key)
        page.wait_for_function(
            "([canvas, before]) => canvas.toDataURL() !== before",
            arg=[drawn.element_handle(), before],
        )
    page.keyboard.press("Tab")
    assert not drawing.evaluate("place => place === document.activeElement")


@pytest.mark.parametrize("width", [360, 1600])
def test_each_bar_of_a_long_chart_has_room_for_its_name(visit: Open, width: int) -> None:
    page = visit("/editor", locale="zh-CN", viewport={"width": width, "height": 800}).page
    run(page, PREFIX + RANKS)
    page.locator(".answer tbody tr").first.wait_for()
    page.get_by_role("tab").nth(1).click()
    panel = page.locator('#answer-panel[data-view="chart"]:not([aria-busy])')
    panel.wait_for()
    box = panel.locator(".chart").bounding_box()
    assert box is not None
    assert box["height"] >= 54 * 20
    assert page.evaluate("document.documentElement.scrollWidth") <= width
