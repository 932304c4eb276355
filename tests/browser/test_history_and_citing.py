"""What changed, cited answers and reports of errors, as people meet them in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visit, visits_to
from tests.browser.test_accessibility import grave_issues
from tests.releases import make_release
from tests.servers import Server, running_server
from tests.web.conftest import FILES

BASE = "https://w3id.org/erqi/"
GRAPH = f"<{BASE}graph/source/news>"
INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


def quads(rank: int, name: str) -> str:
    placement = f"<{BASE}id/placement/news/vitality/1>"
    return (
        f'<{BASE}id/division/1> {LABEL} "{name}"@zh {GRAPH} .\n'
        f'<{BASE}id/division/1> {LABEL} "East District"@en {GRAPH} .\n'
        f"{placement} <{BASE}def#division> <{BASE}id/division/1> {GRAPH} .\n"
        f'{placement} <{BASE}def#rank> "{rank}"^^{INTEGER} {GRAPH} .\n'
    )


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service over two releases."""
    place = tmp_path_factory.mktemp("changed")
    store = place / "store"
    make_release(store, quads(12, "旧区"), files=FILES, built="2026-01-01T00:00:00Z")
    make_release(store, quads(13, "城东区"), files=FILES, built="2026-06-01T00:00:00Z")
    with running_server(store, place / "server.log") as server:
        yield server


@pytest.fixture
def visit(chromium: Browser, changed: Server) -> Iterator[Callable[..., Visit]]:
    with visits_to(changed.url, chromium) as opened:
        yield opened


def current(store: Path) -> str:
    return (store / "current").readlink().name


@pytest.mark.parametrize("scripts", [True, False])
def test_an_answer_is_cited_and_says_that_it_holds(
    visit: Callable[..., Visit], scripts: bool
) -> None:
    page = visit("/queries/places-of-a-division", locale="en", java_script_enabled=scripts).page
    page.get_by_role("button", name="Cite this answer").click()
    page.wait_for_url("**/cite/*")
    assert page.get_by_text("The same solutions come out").is_visible()
    assert "@misc{erqi-" in page.inner_text("main")


def test_from_a_thing_to_what_changed_and_back_to_how_it_was(
    visit: Callable[..., Visit], changed: Server
) -> None:
    page = visit("/doc/division/1", locale="en").page
    page.get_by_role("link", name="what changed").click()
    page.wait_for_url(re.compile("/releases/"))
    assert "旧区" in page.inner_text("main")
    page.goto("/doc/division/1")
    page.locator("aside a[href*='release=']").first.click()
    page.wait_for_url("**release=*")
    assert current(changed.store_dir) in page.url


def test_a_value_leads_to_the_report_of_it(visit: Callable[..., Visit]) -> None:
    page = visit("/doc/placement/news/vitality/1", locale="en").page
    page.locator("a.report[href*='rank']").first.click()
    page.wait_for_url(re.compile(r"/report\?"))
    assert "Value: 13" in page.inner_text("main pre")


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("kind", ["release", "changes", "cite", "report", "releases"])
def test_these_pages_have_no_serious_issue_and_fit_a_phone(
    visit: Callable[..., Visit], changed: Server, kind: str, width: int
) -> None:
    paths = {
        "release": f"/releases/{current(changed.store_dir)}",
        "changes": "/changes",
        "cite": "/queries/places-of-a-division",
        "report": "/report?thing=placement/news/vitality/1&value=13",
        "releases": "/releases",
    }
    page = visit(paths[kind], locale="en").page
    page.set_viewport_size({"width": width, "height": 800})
    if kind == "cite":
        page.get_by_role("button", name="Cite this answer").click()
        page.wait_for_url("**/cite/*")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found[scheme] = grave_issues(page)
    assert found == {"light": [], "dark": []}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
