from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from erqi_kg.engine import start_engine
from erqi_kg.settings import Settings
from erqi_kg.web.app import create_app
from tests.releases import make_release
from tests.web.conftest import BROWSER, WholeClient

THING = "https://w3id.org/erqi/id/division/1"
GRAPH = "https://w3id.org/erqi/graph/reference/places"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
TIMES = ("Thu, 01 Jan 2026 00:00:00 GMT", "Mon, 01 Jun 2026 00:00:00 GMT")
TURTLE = {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A store directory with two releases of one thing, and their ids."""
    place = tmp_path_factory.mktemp("mementos")
    built = ("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z")
    made = [
        make_release(place, f'<{THING}> {LABEL} "{name}"@zh <{GRAPH}> .\n', built=time)
        for name, time in zip(("旧区", "新区"), built, strict=True)
    ]
    return place, made[0].id, made[1].id


@pytest.fixture(scope="module")
def client(releases: tuple[Path, str, str]) -> Iterator[FlaskClient]:
    settings = Settings(store_dir=releases[0], executors=1)
    with start_engine(settings) as engine:
        app = create_app(settings, engine)
        app.test_client_class = WholeClient
        yield app.test_client()


PATHS = ["/doc/division/1", "/doc/division/1.ttl", "/graph/reference/places"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("asked", "which"),
    [
        ("Sat, 01 Jan 2000 00:00:00 GMT", 0),
        (TIMES[0], 0),
        ("Sun, 31 May 2026 23:59:59 GMT", 0),
        (TIMES[1], 1),
        ("Fri, 01 Jan 2038 00:00:00 GMT", 1),
    ],
)
def test_an_address_leads_to_the_release_of_a_time(
    client: FlaskClient, releases: tuple[Path, str, str], path: str, asked: str, which: int
) -> None:
    gate = client.get(path, headers=TURTLE | {"Accept-Datetime": asked})
    assert gate.status_code == 302
    assert gate.headers["Location"] == f"{path}?release={releases[1 + which]}"
    assert "Accept-Datetime" in gate.vary
    memento = client.get(gate.headers["Location"], headers=TURTLE)
    assert memento.status_code == 200
    assert ("旧区", "新区")[which] in memento.text
    assert memento.headers["Memento-Datetime"] == TIMES[which]
    assert "max-age=86400" in memento.headers["Cache-Control"]
    for relation in ("original timegate", "timemap", "first memento", "last memento"):
        assert f'rel="{relation}"' in memento.headers["Link"]
    again = client.get(
        gate.headers["Location"], headers=TURTLE | {"If-None-Match": memento.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("path", PATHS)
def test_without_a_time_the_answer_is_the_current_one(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=TURTLE)
    assert "新区" in answer.text
    assert "Memento-Datetime" not in answer.headers
    assert 'rel="original timegate"' in answer.headers["Link"]
    assert "Accept-Datetime" in answer.vary


def test_a_page_is_a_memento_too(client: FlaskClient, releases: tuple[Path, str, str]) -> None:
    page = client.get(f"/doc/division/1?release={releases[1]}", headers={"Accept": BROWSER})
    assert page.status_code == 200
    assert "旧区" in page.text
    assert "新区" not in page.text
    assert page.headers["Memento-Datetime"] == TIMES[0]
    assert "新区" in client.get("/doc/division/1", headers={"Accept": BROWSER}).text


def test_a_time_map_lists_the_mementos(
    client: FlaskClient, releases: tuple[Path, str, str]
) -> None:
    answer = client.get("/timemap/doc/division/1")
    assert answer.mimetype == "application/link-format"
    found = re.findall(r'<([^>]*release=[^>]*)>; rel="([^"]*)"; datetime="([^"]*)"', answer.text)
    assert found == [
        (f"/doc/division/1?release={releases[1]}", "first memento", TIMES[0]),
        (f"/doc/division/1?release={releases[2]}", "last memento", TIMES[1]),
    ]
    assert client.get("/timemap/search").status_code == 404


def test_what_is_no_time_and_no_release_is_told(client: FlaskClient) -> None:
    wrong = client.get("/doc/division/1", headers=TURTLE | {"Accept-Datetime": "yesterday"})
    assert wrong.status_code == 400
    assert "GMT" in wrong.json["detail"]
    assert client.get("/doc/division/1?release=nope", headers=TURTLE).status_code == 404
    gone = f"{'0' * 16}.0"
    assert client.get(f"/doc/division/1?release={gone}", headers=TURTLE).status_code == 404
