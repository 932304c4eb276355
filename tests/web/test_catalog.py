"""The catalogue is true: its addresses answer, its sizes, digests and versions are those."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from erqi_kg.engine.interface import Engine
from erqi_kg.storedir import Release, StoreDirectory
from erqi_kg.web.app import create_app
from erqi_kg.web.describing.interfaces import INTERFACES
from erqi_kg.web.showing.foreign import license_name
from tests.web.conftest import settings_for

HEAD = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
"""


def solutions(client: FlaskClient, variables: str, pattern: str) -> list[list[str]]:
    store = ox.Store()
    answer = client.get("/catalog", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    store.load(answer.data, format=ox.RdfFormat.TURTLE)
    found = store.query(f"{HEAD} SELECT {variables} WHERE {{ {pattern} }}")
    assert isinstance(found, ox.QuerySolutions)
    return [[solution[name].value for name in found.variables] for solution in found]


@pytest.mark.parametrize(
    "media_type",
    ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"],
)
def test_the_catalogue_is_rdf_in_every_format(client: FlaskClient, media_type: str) -> None:
    answer = client.get("/catalog", headers={"Accept": media_type})
    assert answer.headers["Content-Type"].startswith(media_type)
    form = ox.RdfFormat.from_media_type(media_type)
    assert len(list(ox.parse(answer.data, form))) > 40


def test_a_file_is_as_large_and_has_the_digest_that_is_stated(built_app: Flask) -> None:
    client = built_app.test_client()
    files = solutions(
        client,
        "?url ?size ?digest",
        "?f a dcat:Distribution ; dcat:downloadURL ?url ; dcat:byteSize ?size ; "
        "dcat:compressFormat ?format ; spdx:checksum [ spdx:checksumValue ?digest ]",
    )
    assert len(files) > 20
    for url, size, digest in files:
        body = client.get(url.removeprefix("http://localhost")).data
        assert len(body) == int(size)
        assert hashlib.sha256(body).hexdigest() == digest


def test_the_interfaces_that_are_listed_answer_as_their_links_say(client: FlaskClient) -> None:
    answer = client.get("/.well-known/api-catalog")
    assert answer.headers["Content-Type"].startswith("application/linkset+json")
    listed, *described = answer.get_json(force=True)["linkset"]
    assert listed["anchor"] == "http://localhost/.well-known/api-catalog"
    assert [link["href"] for link in listed["item"]] == [one["anchor"] for one in described]
    for link in (link for one in described for link in one["service-desc"]):
        path = link["href"].removeprefix("http://localhost")
        found = client.get(path, headers={"Accept": link["type"]})
        assert found.headers["Content-Type"].startswith(link["type"])


def test_every_graph_has_its_file(client: FlaskClient, release: Release) -> None:
    graphs = solutions(client, "?g", "?g dcterms:isPartOf ?d ; dcat:distribution ?f")
    assert {row[0] for row in graphs} == set(release.manifest.graphs)


def test_every_service_answers_at_its_address_and_is_described(client: FlaskClient) -> None:
    services = solutions(
        client,
        "?url ?text",
        "?s a dcat:DataService ; dcat:endpointURL ?url ; dcat:endpointDescription ?text",
    )
    assert len(services) == len(INTERFACES)
    for address in (address for service in services for address in service):
        answer = client.get(address.removeprefix("http://localhost"))
        by_post_alone = answer.status_code == 405 and "POST" in answer.headers["Allow"]
        assert answer.status_code == 200 or (address.endswith("/mcp") and by_post_alone), address


def test_the_versions_are_the_releases(client: FlaskClient, release: Release) -> None:
    found = solutions(client, "?id", "?v dcat:version ?id ; dcterms:issued ?at ; dcat:inSeries ?s")
    known = StoreDirectory(release.path.parent.parent).releases()
    assert sorted(found) == sorted([one.id] for one in known)
    assert [release.id] in found


def test_each_described_graph_states_its_licence(built_app: Flask) -> None:
    pattern = "?g dcterms:isPartOf ?d ; dcterms:license ?l ; dcterms:title ?t"
    found = solutions(built_app.test_client(), "?l", pattern)
    assert ["https://creativecommons.org/publicdomain/zero/1.0/"] in found
    assert ["https://creativecommons.org/licenses/by/4.0/"] in found


@pytest.mark.parametrize(("language", "title"), [("zh", "数据目录"), ("en", "Catalogue")])
def test_a_person_sees_each_graph_with_its_licence_and_its_file(
    built_app: Flask, built_release: Release, language: str, title: str
) -> None:
    headers = {"Accept": "text/html", "Accept-Language": language}
    page = built_app.test_client().get("/catalog", headers=headers).text
    assert f"<h1>{title}</h1>" in page
    assert "CC BY 4.0" in page
    assert "CC0 1.0" in page
    for iri in built_release.manifest.graphs:
        assert f'href="/dump/{iri.rpartition("/graph/")[2]}.nq.gz"' in page


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://creativecommons.org/licenses/by-sa/3.0/", "CC BY-SA 3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://example.org/terms", "https://example.org/terms"),
    ],
)
def test_a_licence_is_called_by_its_short_name(iri: str, name: str) -> None:
    assert license_name(iri) == name


@pytest.mark.parametrize(
    ("contact", "kind"), [("mailto:kg@example.org", "hasEmail"), ("https://example.org/", "hasURL")]
)
def test_the_contact_stands_in_the_catalogue(
    release: Release, engine: Engine, contact: str, kind: str
) -> None:
    settings = replace(settings_for(release), contact=contact)
    client = create_app(settings, engine).test_client()
    pattern = f"?d dcat:contactPoint [ <http://www.w3.org/2006/vcard/ns#{kind}> ?c ]"
    assert solutions(client, "?c", pattern) == [[contact]]
    assert contact in client.get("/catalog", headers={"Accept": "text/html"}).text


def test_nobody_is_a_contact_where_none_is_set(client: FlaskClient) -> None:
    assert solutions(client, "?c", "?d dcat:contactPoint ?c") == []
