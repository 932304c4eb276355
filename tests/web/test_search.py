"""`/search` for people and for programs."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import BROWSER


@pytest.mark.parametrize(
    ("typed", "thing"),
    [("城東", "division/1"), ("chengdong", "division/1"), ("cdq", "division/1"),
     ("000001", "division/1"), ("west", "division/2"), ("wei ci", "def#Placement")],
)  # fmt: skip
def test_programs_find_what_people_find(client: FlaskClient, typed: str, thing: str) -> None:
    answer = client.get(
        "/search", query_string={"q": typed}, headers={"Accept": "application/json"}
    )
    assert answer.content_type == "application/json"
    assert answer.get_json()["hits"][0]["iri"].endswith(thing)
    assert answer.get_json()["count"] == sum(answer.get_json()["kinds"].values())


def test_a_kind_narrows_and_its_count_stays(client: FlaskClient) -> None:
    everything = client.get("/search?q=east&format=json").get_json()
    divisions = client.get("/search?q=east&format=json&kind=division").get_json()
    assert divisions["kinds"] == everything["kinds"]
    assert divisions["count"] == everything["kinds"]["division"] == len(divisions["hits"])


@pytest.mark.parametrize("wrong", ["kind=fruit", "format=pdf", "page=0", "page=x"])
def test_a_wrong_parameter_is_named(client: FlaskClient, wrong: str) -> None:
    answer = client.get(f"/search?q=a&{wrong}")
    assert answer.status_code == 400
    assert wrong.partition("=")[0] in answer.get_json()["detail"]


def test_what_matched_is_marked_and_escaped(client: FlaskClient) -> None:
    page = client.get("/search?q=alert", headers={"Accept": BROWSER}).text
    assert "&lt;script&gt;<mark>alert</mark>(" in page


def test_near_names_are_offered_where_nothing_is_found(client: FlaskClient) -> None:
    wrong = client.get("/search?q=chengdonqu&format=json").get_json()
    assert (wrong["count"], wrong["near"]) == (0, ["城东区"])
    page = client.get("/search?q=chengdonqu", headers={"Accept": BROWSER, "Accept-Language": "en"})
    assert "Did you mean:" in page.text
    assert ">城东区</a>" in page.text
    right = client.get("/search?q=chengdongqu&format=json").get_json()
    assert right["near"] == []


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/search?q=east&format=json")
    again = client.get(
        "/search?q=east&format=json", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
