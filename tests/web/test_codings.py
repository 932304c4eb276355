from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from erqi_kg.web.http.codings import encoded, preferred_coding, without_mark
from tests.web.codings import DECODE
from tests.web.conftest import BROWSER

WANTED = {
    "": None,
    "identity": None,
    "gzip": "gzip",
    "br": "br",
    "zstd": "zstd",
    "gzip, deflate, br, zstd": "zstd",
    "gzip, deflate, br": "br",
    "gzip;q=1, br;q=0.5": "gzip",
    "zstd;q=0, br;q=0, *": "gzip",
    "*": "zstd",
    "*;q=0": None,
    "gzip;q=0": None,
    "identity, gzip;q=0.5": None,
    "deflate": None,
    "GZIP": "gzip",
}


@pytest.mark.parametrize(("header", "coding"), WANTED.items(), ids=WANTED)
def test_the_coding_is_the_one_a_client_wants_most(header: str, coding: str | None) -> None:
    assert preferred_coding(header) == coding


@pytest.mark.parametrize("coding", DECODE)
def test_a_coded_body_is_the_body(coding: str) -> None:
    body = "二七区".encode() * 1000
    assert DECODE[coding](encoded(body, coding)) == body
    assert encoded(body, coding) == encoded(body, coding)
    assert without_mark(f"abc-{coding}") == "abc"


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/", BROWSER), ("/catalog", "*/*"), ("/sparql?query=SELECT*%7B%3Fs%20%3Fp%20%3Fo%7D", "*/*")],
)
@pytest.mark.parametrize("coding", DECODE)
def test_every_way_answers_in_the_coding(
    client: FlaskClient, path: str, accept: str, coding: str
) -> None:
    plain = client.get(path, headers={"Accept": accept, "Accept-Encoding": "identity"})
    plain = client.get(path, headers={"Accept": accept, "Accept-Encoding": "identity"})  # kept
    coded = client.get(path, headers={"Accept": accept, "Accept-Encoding": coding})
    assert coded.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in coded.vary
    assert DECODE[coding](coded.data) == plain.data
    assert int(coded.headers["Content-Length"]) == len(coded.data)
    assert coded.headers["ETag"] == plain.headers["ETag"][:-1] + f'-{coding}"'
    again = client.get(path, headers={"Accept": accept, "Accept-Encoding": coding,
                                      "If-None-Match": coded.headers["ETag"]})  # fmt: skip
    assert again.status_code == 304
