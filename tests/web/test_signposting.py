"""Links between a thing, its documents, graphs and files; JSON-LD in pages."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from erqi_kg.engine.interface import Engine
from erqi_kg.errors import UsageError
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release
from erqi_kg.web.app import create_app
from tests.web.conftest import BROWSER, HOSTILE, IRI, THING

Links = set[tuple[str, str, str]]


class Head(HTMLParser):
    """Reads the links and the JSON-LD of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: Links = set()
        self.scripts: list[str] = []
        self.is_in_json = self.is_in_body = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.is_in_body |= tag == "body"
        if tag == "link" and not self.is_in_body and found["rel"] not in ("stylesheet", "icon"):
            self.links.add((found["rel"], found["href"], found.get("type", "")))
        self.is_in_json = found.get("type") == "application/ld+json" and tag == "script"

    def handle_data(self, data: str) -> None:
        if self.is_in_json:
            self.scripts.append(data)
            self.is_in_json = False


def links_in(header: str) -> Links:
    found = set()
    for target, parameters in re.findall(r"<([^>]*)>((?:; \w+=\"[^\"]*\")*)", header):
        named = parse_options_header(f"x{parameters}")[1]
        found.add((named["rel"], target, named.get("type", "")))
    return found


def targets(links: Links, rel: str) -> set[str]:
    return {target for one, target, _ in links if one == rel}


@pytest.mark.parametrize("path", [THING, "/doc/source/news", "/graph/source/news", "/catalog"])
def test_the_head_of_a_page_has_the_links_of_its_header(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": BROWSER})
    of_time = {link for link in links_in(answer.headers["Link"]) if "time" in link[0]}
    assert Head(answer.text).links == links_in(answer.headers["Link"]) - of_time


@pytest.mark.parametrize(
    ("path", "rel", "target"),
    [
        ("/id/division/1", "cite-as", IRI),
        ("/id/division/1", "describedby", THING),
        (THING, "cite-as", IRI),
        (THING, "type", "https://schema.org/AboutPage"),
        (THING, "type", "https://schema.org/AdministrativeArea"),
        (THING, "license", "https://creativecommons.org/licenses/by/4.0/"),
        (THING, "collection", "/catalog"),
        ("/doc/source/news", "type", "https://schema.org/Article"),
        ("/graph/source/news", "item", "/dump/source/news.nq.gz"),
        ("/graph/source/news", "cite-as", "https://w3id.org/erqi/graph/source/news"),
        ("/dump/source/news.nq.gz", "collection", "/graph/source/news"),
        ("/dump/source/news.nq.gz", "type", "https://schema.org/Dataset"),
        ("/dump.nq.gz", "collection", "/catalog"),
        ("/catalog", "item", "/dump.nq.gz"),
        ("/catalog", "cite-as", "https://w3id.org/erqi/.well-known/void#dataset"),
        ("/dump.nq.gz", "cite-as", "https://w3id.org/erqi/.well-known/void#dataset"),
    ],
)
def test_an_address_leads_on(client: FlaskClient, path: str, rel: str, target: str) -> None:
    answer = client.get(path, headers={"Accept": BROWSER})
    assert target in targets(links_in(answer.headers["Link"]), rel)


@pytest.mark.parametrize(
    "path",
    [
        *("/id/division/1", THING, f"{THING}.ttl", "/graph/source/news"),
        *("/dump/source/news.nq.gz", "/dump.nq.gz", "/catalog"),
    ],
)
def test_every_link_to_this_host_answers_in_the_type_it_names(
    client: FlaskClient, path: str
) -> None:
    links = links_in(client.get(path, headers={"Accept": BROWSER}).headers["Link"])
    own = [(target, kind) for _, target, kind in links if target.startswith("/")]
    assert own
    for target, kind in own:
        answer = client.get(target, headers={"Accept": kind or "*/*"})
        assert answer.status_code == 200
        assert not kind or answer.headers["Content-Type"].startswith(kind)


def test_nobody_is_called_an_author_whom_nothing_names(client: FlaskClient) -> None:
    for path in (THING, "/doc/source/news"):
        links = links_in(client.get(path, headers={"Accept": BROWSER}).headers["Link"])
        assert targets(links, "author") == set()


def test_a_graph_states_the_licence_that_the_data_state(built_app: Flask) -> None:
    client = built_app.test_client()
    for path, license_path in (("source/erqi-four-top100-2018", "by/4.0"),):
        for address in (f"/graph/{path}", f"/dump/{path}.nq.gz"):
            (found,) = targets(links_in(client.head(address).headers["Link"]), "license")
            assert license_path in found


def test_the_page_of_a_thing_carries_what_it_is(client: FlaskClient) -> None:
    (text,) = Head(client.get(THING, headers={"Accept": BROWSER}).text).scripts
    members = json.loads(text)
    assert (members["@id"], members["@type"]) == (IRI, "AdministrativeArea")
    assert {"@value": "East District", "@language": "en"} in members["name"]
    assert members["sameAs"] == ["http://www.wikidata.org/entity/Q1"]


def test_a_hostile_label_stays_text_in_json_ld(client: FlaskClient) -> None:
    page = client.get("/doc/division/hostile", headers={"Accept": BROWSER}).text
    (text,) = Head(page).scripts
    assert "<" not in text
    assert HOSTILE in str(json.loads(text)["name"])
    assert HOSTILE not in page
    assert "javascript:" not in text


@pytest.mark.parametrize("path", ["/", "/catalog"])
def test_a_page_carries_the_dataset_and_its_files(
    client: FlaskClient, release: Release, path: str
) -> None:
    (text,) = Head(client.get(path, headers={"Accept": BROWSER}).text).scripts
    members = json.loads(text)
    assert (members["@type"], members["version"]) == ("Dataset", release.id)
    assert "maintainer" not in members
    assert len(members["distribution"]) == len(release.manifest.graphs) + 1
    for file in members["distribution"]:
        answer = client.get(file["contentUrl"].removeprefix("http://localhost"))
        assert file["contentSize"] == f"{len(answer.data)} B"


def test_the_contact_is_told_where_it_is_set(release: Release, engine: Engine) -> None:
    settings = Settings(store_dir=release.path.parent.parent, contact="mailto:kg@example.org")
    client = create_app(settings, engine).test_client()
    (text,) = Head(client.get("/", headers={"Accept": BROWSER}).text).scripts
    assert json.loads(text)["maintainer"]["contactPoint"]["email"] == "kg@example.org"


@pytest.mark.parametrize(
    "contact", ["kg@example.org", "mailto:", "javascript:alert(1)", "https://"]
)
def test_a_contact_is_an_address(contact: str) -> None:
    with pytest.raises(UsageError, match="ERQI_CONTACT"):
        Settings.load({"ERQI_CONTACT": contact})
