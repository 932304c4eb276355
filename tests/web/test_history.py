from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from erqi_kg.differences.reading import summary_of
from erqi_kg.engine import start_engine
from erqi_kg.errors import StoreError
from erqi_kg.settings import Settings
from erqi_kg.storedir import DUMP, Release
from erqi_kg.web.app import create_app
from tests.releases import make_release
from tests.web.conftest import BROWSER, WholeClient

BASE = "https://w3id.org/erqi/"
GRAPH = f"<{BASE}graph/source/news>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
HOSTILE = '"<script>alert(1)</script>"@en'
LADEN = 70
ENGLISH = {"Accept": BROWSER, "Accept-Language": "en"}


def quad(thing: str, predicate: str, value: str) -> str:
    return f"<{BASE}id/{thing}> {predicate} {value} {GRAPH} .\n"


ALWAYS = "".join(
    [
        quad("division/1", LABEL, '"城东区"@zh'),
        quad("division/2", LABEL, '"城西区"@zh'),
    ]
)
OLD = "".join(
    [
        ALWAYS,
        quad("division/1", f"<{BASE}def#code>", '"000001"'),
        quad("division/9", LABEL, '"旧区"@zh'),
        *(quad(f"name/{number}", LABEL, f'"{number}"@en') for number in range(LADEN)),
    ]
)
NEW = "".join(
    [
        ALWAYS,
        quad("division/1", f"<{BASE}def#code>", '"000002"'),
        quad("placement/1", f"<{BASE}def#division>", f"<{BASE}id/division/2>"),
        quad("division/3", LABEL, HOSTILE),
        quad("support/1", f"<{BASE}def#quote>", f"<{BASE}id/quote/1>"),
    ]
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    place = tmp_path_factory.mktemp("history")
    old = make_release(place, OLD, built="2026-01-01T00:00:00Z")
    return old, make_release(place, NEW, built="2026-06-01T00:00:00Z")


@pytest.fixture(scope="module")
def client(made: tuple[Release, Release]) -> Iterator[FlaskClient]:
    settings = Settings(store_dir=made[0].path.parent.parent, executors=1)
    with start_engine(settings) as engine:
        app = create_app(settings, engine)
        app.test_client_class = WholeClient
        yield app.test_client(use_cookies=False)


def lines_of(release: Release) -> list[bytes]:
    return gzip.decompress((release.path / DUMP).read_bytes()).splitlines(keepends=True)


def test_a_page_shows_values_before_and_after(
    client: FlaskClient, made: tuple[Release, Release]
) -> None:
    page = client.get(f"/releases/{made[1].id}", headers=ENGLISH, query_string={"page": "1"})
    assert page.status_code == 200
    assert "城东区" in page.text
    assert re.search(r"<td><span>000001</span></td><td><span>000002</span></td>", page.text)
    assert made[0].id in page.text
    assert "<script>alert" not in page.text


def test_what_changed_of_one_thing_and_about_it_is_shown_alone(
    client: FlaskClient, made: tuple[Release, Release]
) -> None:
    address = f"/releases/{made[1].id}?thing=division/"
    about = client.get(address + "2", headers=ENGLISH).text
    assert "placement/1" in about.replace("<wbr>", "")
    assert "000002" not in about
    itself = client.get(address + "1", headers=ENGLISH).text
    assert "000002" in itself
    assert "placement/1" not in itself.replace("<wbr>", "")
    assert "nothing" in client.get(address + "77", headers=ENGLISH).text
    assert client.get(address + "X", headers=ENGLISH).status_code == 400
    page = client.get("/doc/division/1", headers=ENGLISH).text
    assert f'href="{address}1"' in page


def test_a_removed_thing_leads_to_the_document_as_it_was(
    client: FlaskClient, made: tuple[Release, Release]
) -> None:
    pages = [
        client.get(f"/releases/{made[1].id}?page={number}", headers=ENGLISH).text
        for number in (1, 2, 3)
    ]
    address = f"/doc/division/9?release={made[0].id}"
    assert any(f'href="{address}"' in page for page in pages)
    assert client.get(address, headers=ENGLISH).status_code == 200
    assert client.get("/doc/division/9", headers=ENGLISH).status_code == 404


def test_what_is_looked_at_can_be_chosen_and_is_paged(
    client: FlaskClient, made: tuple[Release, Release]
) -> None:
    address = f"/releases/{made[1].id}"
    evidence = client.get(f"{address}?kind=evidence", headers=ENGLISH).text
    assert "id:support/1" in evidence.replace("<wbr>", "")
    assert "城东区" not in evidence
    assert client.get(f"{address}?page=4", headers=ENGLISH).status_code == 404
    assert client.get(f"{address}?kind=fruit", headers=ENGLISH).status_code == 400


@pytest.mark.parametrize(
    ("thing", "words"),
    [("division/1", "1 added, 1 removed"), ("division/2", "1 change about it")],
)
def test_a_thing_says_which_releases_changed_it(
    client: FlaskClient, made: tuple[Release, Release], thing: str, words: str
) -> None:
    page = client.get(f"/doc/{thing}", headers=ENGLISH).text
    assert words in page
    assert f'href="/doc/{thing}?release={made[1].id}"' in page


def test_what_never_changed_has_no_history(client: FlaskClient) -> None:
    page = client.get(f"/doc/name/{LADEN - 1}", headers=ENGLISH)
    assert page.status_code == 404
    assert "History over releases" not in client.get("/doc/quote/1", headers=ENGLISH).text


def test_the_first_release_says_that_nothing_is_known(
    client: FlaskClient, made: tuple[Release, Release]
) -> None:
    page = client.get(f"/releases/{made[0].id}", headers=ENGLISH)
    assert "was not recorded" in page.text
    assert client.get(f"/releases/{made[0].id}/changes").status_code == 404
    assert client.get(f"/releases/{made[0].id}/changes.rdfp.gz").status_code == 404


def test_a_patch_leads_from_one_dump_to_the_next(
    client: FlaskClient, made: tuple[Release, Release]
) -> None:
    answer = client.get(f"/releases/{made[1].id}/changes.rdfp.gz")
    assert "immutable" in answer.headers["Cache-Control"]
    lines = gzip.decompress(answer.data).splitlines(keepends=True)
    assert (lines[0], lines[-1]) == (b"TX .\n", b"TC .\n")
    held = set(lines_of(made[0]))
    for line in lines[1:-1]:
        change = held.remove if line.startswith(b"D ") else held.add
        change(line[2:])
    assert held == set(lines_of(made[1]))


def test_the_stream_leads_to_each_step_and_its_members_are_versions(
    client: FlaskClient, made: tuple[Release, Release]
) -> None:
    store = ox.Store()
    store.load(client.get("/changes").data, format=ox.RdfFormat.TURTLE)
    nodes = {
        one["node"].value
        for one in store.query("SELECT ?node { ?r <https://w3id.org/tree#node> ?node }")
    }
    assert nodes == {f"http://localhost/releases/{made[1].id}/changes"}
    for node in nodes:
        page = client.get(node.removeprefix("http://localhost"))
        assert "immutable" in page.headers["Cache-Control"]
        store.load(page.data, format=ox.RdfFormat.TURTLE)
    members = list(
        store.query(
            "PREFIX tree: <https://w3id.org/tree#> PREFIX dcterms: <http://purl.org/dc/terms/> "
            "SELECT ?thing ?kind { ?s a <https://w3id.org/ldes#EventStream> ; tree:member ?m . "
            "?m dcterms:isVersionOf ?thing ; a ?kind FILTER (STRSTARTS(STR(?kind), "
            '"https://www.w3.org/ns/activitystreams#")) }'
        )
    )
    kinds = {one["thing"].value: one["kind"].value.rpartition("#")[2] for one in members}
    assert len(kinds) == len(members)
    assert kinds[f"{BASE}id/division/1"] == "Update"
    assert kinds[f"{BASE}id/division/3"] == "Create"
    assert kinds[f"{BASE}id/division/9"] == "Delete"
    assert f"{BASE}id/division/2" not in kinds
    codes = store.query(
        f"SELECT ?code {{ ?m <http://purl.org/dc/terms/isVersionOf> <{BASE}id/division/1> ; "
        f"<{BASE}def#code> ?code }}"
    )
    assert [one["code"].value for one in codes] == ["000002"]


def test_the_stream_stands_in_the_catalogue_and_among_the_interfaces(client: FlaskClient) -> None:
    assert "http://localhost/changes" in client.get("/catalog").text
    assert "http://localhost/changes" in client.get("/.well-known/api-catalog").text


def test_a_record_of_another_version_is_not_known_and_a_damaged_one_is_told(
    tmp_path: Path,
) -> None:
    make_release(tmp_path, OLD, built="2026-01-01T00:00:00Z")
    made = make_release(tmp_path, NEW, built="2026-06-01T00:00:00Z")
    summary = made.path / "changes" / "summary.json"
    summary.write_text('{"release": "x"}', encoding="utf-8")
    assert summary_of(made) is None
    summary.write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=made.id):
        summary_of(made)


def test_past_the_limit_only_the_numbers_are_kept(tmp_path: Path) -> None:
    make_release(tmp_path, OLD, built="2026-01-01T00:00:00Z")
    made = make_release(tmp_path, NEW, built="2026-06-01T00:00:00Z", changes_quads=5)
    assert [path.name for path in (made.path / "changes").iterdir()] == ["summary.json"]
    settings = Settings(store_dir=tmp_path, executors=1)
    with start_engine(settings) as engine:
        app = create_app(settings, engine)
        app.test_client_class = WholeClient
        other = app.test_client(use_cookies=False)
        page = other.get(f"/releases/{made.id}", headers=ENGLISH).text
        assert "only the numbers were kept" in page
        assert f"{LADEN + 2} removed" in page
        assert other.get(f"/releases/{made.id}/changes.rdfp.gz").status_code == 404
        assert other.get("/doc/division/1", headers=ENGLISH).status_code == 200
        assert f"{made.id}/changes" not in other.get("/changes").text
