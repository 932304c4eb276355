"""What tests do with the query editor."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

READY = "#editor[data-ready]"


def open_editor(page: Page) -> Locator:
    """Wait for the editor over the form, and return its field."""
    page.wait_for_selector(READY)
    return page.get_by_role("textbox", name="SPARQL").or_(page.locator(".cm-content"))


def write(page: Page, query: str) -> None:
    """Put a query in place of what stands in the field, without typing it letter by letter."""
    field = open_editor(page)
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)


def run(page: Page, query: str) -> Locator:
    """Write a query and run it; return where its answer comes."""
    write(page, query)
    page.keyboard.press("Control+Enter")
    return answer_in(page)


def answer_in(page: Page) -> Locator:
    """Wait until the answer is there, and return it."""
    answer = page.locator("#answer .answer")
    page.locator('#answer .answer[aria-busy="false"]').wait_for()
    return answer


def show(page: Page, name: str) -> Locator:
    """Choose a view of the answer, wait until it is drawn, and return it."""
    page.get_by_role("tab", name=name, exact=True).click()
    panel = page.locator(f'#answer-panel[data-view="{VIEWS[name]}"]:not([aria-busy])')
    panel.wait_for()
    return panel


VIEWS = {"Table": "table", "Chart": "chart", "Map": "map", "Graph": "graph", "Raw": "raw"}


def is_painted(canvas: Locator) -> bool:
    """Say whether anything was drawn on a canvas."""
    return canvas.evaluate(
        """canvas => canvas.getContext('2d')
            .getImageData(0, 0, canvas.width, canvas.height).data.some(part => part !== 0)"""
    )
