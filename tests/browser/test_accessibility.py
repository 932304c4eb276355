"""No serious or critical issue that axe-core finds, on any kind of page, in either language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visit

Open = Callable[..., Visit]
SELECT = "/sparql?query=SELECT%20*%20%7B%3Fs%20a%20%3Fc%7D%20LIMIT%203"
PAGES = [
    "/", "/queries", "/queries/erqi-places-2018", "/queries?tag=ranking", "/sources",
    "/sources/erqi-four-top100-2018", "/def", "/sparql", "/editor", SELECT,
    "/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20a%20%3Fc%7D%20LIMIT%203",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20a%20%3Cx%3Ay%3E%7D", "/search?q=二七", "/status",
    "/fragments?predicate=erqi:rank", "/reconcile/preview?id=division/410103",
    "/releases", "/problems", "/graph/source/erqi-four-top100-2018",
    "/doc/division/410103", "/doc/programme/three-erqi", "/doc/project/xinyue-garden",
    "/doc/ranking/2018-green-development", "/doc/indicator/small-medium-cities",
    "/doc/organisation/zhongcheng-guoyan-think-tank", "/doc/concept/basis",
    "/doc/point/wikidata/650000", "/doc/code/nbs/2023-06-30/410103100",
    "/doc/placement/erqi-four-top100-2018/2018-green-development/410103",
    "/doc/quote/erqi-four-top100-2018/fc4aa5f26f92",
    "/doc/support/source/erqi-four-top100-2018/title/stated",
    "/doc/source/erqi-four-top100-2018", "/doc/division/100000", "/doc/division/410100",
    "/doc/policy/fang-guan-fu", "/doc/project-group/new-resettlement-projects",
    "/doc/period/2018-h1", "/doc/correction/erqi-four-top100-2018/year-of-release",
    "/catalog", "/changes", "/report?thing=division/410103&property=&value=", "/search",
    "/search?q=nothing-of-this-name", "/queries/how-far-groups-have-come",
    "/queries/point-of-a-division", "/sparql?query=ASK%7B%3Fs%20a%20%3Fc%7D",
]  # fmt: skip
GRAVE = ("serious", "critical")


def grave_issues(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{issue['id']}: {node['html'][:150]} ({node['failureSummary'][:200]})"
        for issue in found
        if issue["impact"] in GRAVE
        for node in issue["nodes"][:3]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_issue_in_either_language_light_or_dark(
    visit: Open, path: str
) -> None:
    page = visit(path, locale="zh").page
    issues = {}
    for language in ("zh", "en"):
        page.set_extra_http_headers({"Accept-Language": language})
        page.goto(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            issues[f"{language} {scheme}"] = grave_issues(page)
    assert {where: found for where, found in issues.items() if found} == {}


@pytest.mark.parametrize("path", ["/nowhere", "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%7D"])
def test_an_error_page_has_no_serious_issue(chromium, site, path: str) -> None:
    context = chromium.new_context(base_url=site.url, locale="en")
    page = context.new_page()
    page.goto(path)
    assert grave_issues(page) == []
    context.close()
