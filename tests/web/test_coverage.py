"""What a source states and what of it is used, told on its page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from erqi_kg.storedir import COVERAGE
from erqi_kg.web.service import EXTENSION
from tests.web.conftest import BROWSER

REPORT = {
    "news": {
        "mentions": {"number": {"used": 3, "excused": 1}, "name": {"used": 2, "excused": 0}},
        "excused": [
            {"start": 40, "end": 42, "kind": "number", "reason": {"zh": "旧年份", "en": "old year"}}
        ],
    }
}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["old year", "40–42", "used by facts"]), ("zh", ["旧年份", "由事实引用"])],
)
def test_a_sources_page_tells_what_no_fact_uses_and_why(
    client: FlaskClient, language: str, words: list[str]
) -> None:
    release = client.application.extensions[EXTENSION].release
    Path(release.path, COVERAGE).write_text(json.dumps(REPORT), encoding="utf-8")
    page = client.get("/sources/news", headers={"Accept": BROWSER, "Accept-Language": language})
    assert page.status_code == 200
    assert [word for word in words if word not in page.text] == []
