"""The editor's scripts and styles, where `make assets` has bundled them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

BUNDLE = Path(__file__).parents[1] / "static" / "assets"
"""Made by `make assets` and never committed; the folder of the names below."""
MANIFEST = "manifest.json"
"""Written last, so that every file it names is there."""


@dataclass(frozen=True)
class Bundle:
    """The names of the files a page loads; the rest they load by themselves."""

    script: str
    style: str


def bundle_in(directory: Path = BUNDLE) -> Bundle | None:
    """Return the bundle that is there now; None when there is none.

    It is looked for anew each time, so that a running server serves it once it is made.
    """
    try:
        members = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Bundle(members["script"], members["style"])
