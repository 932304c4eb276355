"""The site over a remote engine is the site, without what that cannot give."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.remote.endpoint import Endpoint
from tests.web.conftest import BROWSER

PAGES = (
    "/", "/search?q=城东", "/queries", "/queries/places-of-a-division", "/doc/division/1",
    "/doc/division/1.ttl", "/doc/placement/news/vitality/1", "/graph/source/news",
    "/sources/news", "/def", "/def.ttl", "/.well-known/void", "/catalog", "/context.jsonld",
    "/api/places-of-a-division", "/sparql?query=ASK%7B%7D&format=csv",
    "/queries/places-of-a-division?division=division/1",
)  # fmt: skip


def comparable(text: str) -> str:
    """A page without what differs by the engine or by chance."""
    text = re.sub(r'<a [^>]*href="[^"]*(?:release|cite|timemap)[^"]*"[^>]*>.*?</a>', "", text)
    return "\n".join(sorted(text.split()))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("accept", [BROWSER, "*/*"])
def test_pages_are_those_of_the_embedded_engine(
    app: Flask, embedded_app: Flask, path: str, accept: str
) -> None:
    found = app.test_client().get(path, headers={"Accept": accept})
    expected = embedded_app.test_client().get(path, headers={"Accept": accept})
    assert found.status_code == expected.status_code == 200
    assert found.mimetype == expected.mimetype
    assert len(found.text) > 0
    assert set(re.findall(r"\w+", found.text)) >= (
        set(re.findall(r"\w+", expected.text))
        - set(
            re.findall(
                r"\w+", " ".join(re.findall(r"<form[^>]*cite.*?</form>", expected.text, re.S))
            )
        )
    ) or comparable(found.text) == comparable(expected.text)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_kept(app: Flask, endpoint: Endpoint, path: str) -> None:
    client = app.test_client()
    found = client.get(path)
    assert found.headers["Cache-Control"] == "no-store"
    assert "ETag" not in found.headers
    assert "Last-Modified" not in found.headers
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/releases", "/changes", "/commits", "/commits/1", "/timemap/doc/division/1",
        "/doc/division/1?release=0123456789abcdef.0", "/cite/x",
        "/sparql?query=ASK%7B%7D&release=0123456789abcdef.0",
    ],
)  # fmt: skip
def test_what_is_not_offered_is_answered_501(app: Flask, path: str) -> None:
    found = app.test_client().get(path)
    assert found.status_code == 501
    assert found.json["title"] == "Not offered"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_status_page_names_what_is_not_offered(
    app: Flask, endpoint: Endpoint, language: str
) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": language}
    page = app.test_client().get("/status", headers=headers)
    assert page.status_code == 200
    assert endpoint.url.removeprefix("http://") in page.text
    for name in ("/releases", "/commits", "/cite", "If-Match", "ERQI_QUERY_MEMORY_MB"):
        assert name in page.text


def test_a_remote_that_is_away_is_told_and_the_status_page_stays(
    app: Flask, endpoint: Endpoint
) -> None:
    endpoint.behaviour = lambda handler: handler.reply(500, b"broken")
    client = app.test_client()
    found = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 3"})
    assert found.status_code == 502
    assert endpoint.url.removeprefix("http://") in found.json["detail"]
    assert client.get("/status", headers={"Accept": BROWSER}).status_code == 200
    assert client.get("/healthz").status_code == 200
