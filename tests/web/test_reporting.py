from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask.testing import FlaskClient

from erqi_kg.engine.interface import Engine
from erqi_kg.errors import UsageError
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release, StoreDirectory
from erqi_kg.web.app import create_app
from tests.web.conftest import BROWSER, IRI, RELEASE_ID, WholeClient, settings_for

ENGLISH = {"Accept": BROWSER, "Accept-Language": "en"}
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TRACKER = "https://tracker.example/new?title={iri}&value={value}&body={text}"
GIVEN = {"thing": "division/1", "property": LABEL, "value": "East & District #1"}


def client_with(engine: Engine, release: Release, **settings: str) -> FlaskClient:
    chosen = Settings(**{**vars(settings_for(release)), **settings})
    app = create_app(chosen, engine)
    app.test_client_class = WholeClient
    return app.test_client(use_cookies=False)


def target_of(client: FlaskClient, **given: str) -> str:
    page = client.get("/report", query_string=given or GIVEN, headers=ENGLISH).text
    found = re.search(r'<a class="button" href="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def test_each_value_of_a_thing_leads_to_a_report_of_it(client: FlaskClient) -> None:
    page = client.get("/doc/placement/news/vitality/1", headers=ENGLISH).text
    links = [html.unescape(link) for link in re.findall(r'href="(/report\?[^"]*)"', page)]
    asked = [parse_qs(urlsplit(link).query) for link in links]
    rank = next(one for one in asked if one["property"][0].endswith("#rank"))
    assert rank["value"] == ["12"]
    assert rank["release"] == [RELEASE_ID]
    shown = client.get(links[asked.index(rank)], headers=ENGLISH).text
    for words in ("位列第12位", "News of the East", RELEASE_ID, "placement/news/vitality/1"):
        assert words in shown


def test_a_statement_in_a_table_can_be_reported_too(client: FlaskClient) -> None:
    page = client.get("/doc/division/1", headers=ENGLISH).text
    assert f"/report?thing=placement/news/vitality/1&amp;release={RELEASE_ID}" in page


def test_a_tracker_gets_all_places_filled_in(engine: Engine, release: Release) -> None:
    target = target_of(client_with(engine, release, report_url=TRACKER))
    asked = parse_qs(urlsplit(target).query)
    assert target.startswith("https://tracker.example/new?title=https%3A%2F%2F")
    assert asked["title"] == [IRI]
    assert asked["value"] == ["East & District #1"]
    assert RELEASE_ID in asked["body"][0]


def test_without_a_tracker_it_is_a_mail_to_the_operator(engine: Engine, release: Release) -> None:
    target = target_of(client_with(engine, release, contact="mailto:desk@example.org"))
    assert target.startswith("mailto:desk@example.org?subject=")
    assert "East & District #1" in unquote(target.partition("&body=")[2])
    other = target_of(client_with(engine, release, contact="https://example.org/contact"))
    assert other == "https://example.org/contact"


def test_without_either_the_page_has_the_text_and_says_so(client: FlaskClient) -> None:
    page = client.get("/report", query_string=GIVEN, headers=ENGLISH).text
    assert "has not said how to be reached" in page
    assert "East &amp; District #1" in page
    assert target_of(client) == ""


def test_an_older_release_is_looked_into_while_it_is_here(
    client: FlaskClient, release: Release
) -> None:
    old = StoreDirectory(release.path.parent.parent).releases()[-1].id
    assert old != RELEASE_ID
    asked = {"thing": "division/2", "release": old}
    page = client.get("/report", query_string=asked, headers={"Accept": BROWSER}).text
    assert "西郊区" in page
    assert f"版本: {old}" in page
    gone = asked | {"release": "0" * 16 + ".0"}
    page = client.get("/report", query_string=gone, headers={"Accept": BROWSER}).text
    assert f"版本: {'0' * 16}.0" in page


def test_hostile_parameters_stay_text(engine: Engine, release: Release) -> None:
    client = client_with(engine, release, report_url=TRACKER)
    hostile = {"thing": "division/1", "value": '"><script>alert(1)</script>{text}&x=1'}
    page = client.get("/report", query_string=hostile, headers=ENGLISH).text
    assert "<script>alert" not in page
    assert parse_qs(urlsplit(target_of(client, **hostile)).query)["value"] == [hostile["value"]]
    for wrong in ({"thing": "../x"}, {"thing": "division/1", "property": "x"}, {"fruit": "x"}):
        assert client.get("/report", query_string=wrong).status_code == 400


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("javascript:alert(1)", "neither mailto: with an address nor a URL"),
        ("https://x/{who}", "{who} is no place; there are {iri}"),
        ("https://x/{iri", "brace"),
        ("https://x/ y", "neither mailto"),
    ],
)
def test_a_wrong_address_for_reports_is_named(setting: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(complaint)):
        Settings.load({"ERQI_REPORT_URL": setting})
    assert Settings.load({"ERQI_REPORT_URL": TRACKER}).report_url == TRACKER
