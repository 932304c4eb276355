"""Each resource has one address; other forms of it lead there, with all that was asked."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.web.http.canonical import canonical_path

MOVED = {
    "/doc/division/1/": "/doc/division/1",
    "/id/division/1//": "/id/division/1",
    "/doc//division/1": "/doc/division/1",
    "/id/a//b": "/id/a/b",
    "/def/": "/def",
    "/queries/?lang=en": "/queries?lang=en",
    "/sparql/?query=ASK%7B%7D&format=%E4%BA%8C+%2B": "/sparql?query=ASK%7B%7D&format=%E4%BA%8C+%2B",
    "/search/?q=二七": "/search?q=%E4%BA%8C%E4%B8%83",
    "/doc/二七/": "/doc/%E4%BA%8C%E4%B8%83",
    "/example.org//": "/example.org",
}
KEPT = ["/", "/graph/source/news/", "/graph//x", "/store/x/", "/doc/division/1"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("asked", MOVED)
def test_another_form_of_an_address_leads_to_the_one(
    client: FlaskClient, asked: str, method: str
) -> None:
    answer = client.open(asked, method=method)
    assert (answer.status_code, answer.data) == (301, b"")
    assert answer.headers["Location"] == MOVED[asked]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("slashes", ["//", "///"])
def test_no_address_leads_to_another_host(client: FlaskClient, slashes: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": f"{slashes}example.org/x"})
    assert (answer.status_code, answer.headers["Location"]) == (301, "/example.org/x")


@pytest.mark.parametrize("asked", KEPT)
def test_an_address_that_is_the_one_is_not_moved(client: FlaskClient, asked: str) -> None:
    assert client.get(asked).status_code != 301


def test_what_is_sent_is_not_led_away(client: FlaskClient) -> None:
    assert client.post("/sparql/", data={"query": "ASK {}"}).status_code == 200


@given(st.text(st.sampled_from("/ab二.%"), max_size=20))
def test_the_one_address_leads_nowhere_else(path: str) -> None:
    one = canonical_path(path)
    assert canonical_path(one) == one
    assert one.startswith("/")
    assert "//" not in one
