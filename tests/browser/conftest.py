from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from erqi_kg.storedir import Release
from tests.servers import Server, running_server

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


ROOT = Path(__file__).parents[2]
ASSETS = Path("src/erqi_kg/web/static/assets")


@pytest.fixture(scope="package")
def bundle() -> Path:
    """The editor as `make assets` bundles it, with npm from this environment or the machine."""
    scripts = Path(sys.executable).parent
    path = os.pathsep.join((str(scripts), os.environ["PATH"]))
    done = subprocess.run(
        ["make", "--silent", "assets"], cwd=ROOT, env={**os.environ, "PATH": path},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]
    return ROOT / ASSETS


@pytest.fixture(scope="package")
def site(
    bundle: Path, built_release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The real service over the project's own release."""
    place = tmp_path_factory.mktemp("site")
    shutil.copytree(built_release.path.parent.parent, place / "store", symlinks=True)
    with running_server(place / "store", place / "server.log") as running:
        yield running


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    assert Path(CHROMIUM).is_file(), "install Debian's chromium, as .ci/run does"
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@dataclass
class Visit:
    """A page and what went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def visit(chromium: Browser, site: Server) -> Iterator[Callable[..., Visit]]:
    """Open a path of the site; at the end nothing may have been complained about."""
    with visits_to(site.url, chromium) as opened:
        yield opened


@contextmanager
def visits_to(url: str, chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Yield what opens a path of a server; at the end nothing may have been complained about."""
    visits: list[Visit] = []
    contexts = []

    def opened(path: str, **options: object) -> Visit:
        context = chromium.new_context(base_url=url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        made = Visit(context.new_page())
        visits.append(made)

        def foreign(asked: str) -> None:
            if not asked.startswith((url, "data:", "blob:")):
                made.complaints.append(f"request leaves the host: {asked}")

        made.page.on("request", lambda request: foreign(request.url))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on(
            "console",
            lambda message: (
                message.type in ("error", "warning") and made.complaints.append(message.text)
            ),
        )
        answer = made.page.goto(path)
        assert answer is not None
        assert answer.ok, answer.status
        return made

    yield opened
    for context in contexts:
        context.close()
    assert [complaint for made in visits for complaint in made.complaints] == []
