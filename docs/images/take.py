"""Take the pictures of the documentation from a running service, in Debian's Chromium.

Run `make serve`, then `.venv/bin/python docs/images/take.py http://127.0.0.1:7878` (after
`make check`, which installs Playwright).
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PICTURES = {
    "home-zh.png": ("/", "zh", "light", 1280, 860),
    "erqi-en.png": ("/doc/division/410103", "en", "light", 1280, 860),
    "question-en.png": ("/queries/erqi-places-2018", "en", "dark", 1280, 860),
    "programme-zh-phone.png": ("/doc/programme/three-erqi", "zh", "light", 390, 844),
}
"""File name to path, language, colours, width and height."""


def take(service: str) -> None:
    """Take all pictures from one service."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, (path, language, colours, width, height) in PICTURES.items():
            context = browser.new_context(
                locale=language,
                color_scheme="dark" if colours == "dark" else "light",
                viewport={"width": width, "height": height},
            )
            page = context.new_page()
            page.goto(service + path)
            page.screenshot(path=HERE / name)
            context.close()
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"))
