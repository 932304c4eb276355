"""/reconcile: names find the things they are names of, and only sure matches are called so."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erqi_kg.search.index import ALL_CHARACTERS, BEGINNING, EQUAL, EQUAL_SOUND, NEAR, PART, Hit
from erqi_kg.web.reconcile.asked import MOST_QUERIES, MOST_VALUES
from erqi_kg.web.reconcile.scoring import combined, is_match, name_score
from tests.web import reconciliation as forms
from tests.web.conftest import BROWSER

DRAFT = "/reconcile/1.0-draft"


@pytest.fixture(scope="module")
def graph(built_app: Flask) -> FlaskClient:
    """A client of the project's own release."""
    return built_app.test_client()


def candidates(client: FlaskClient, query: object, **headers: str) -> list[dict[str, Any]]:
    batch = {"q": query if isinstance(query, dict) else {"query": query}}
    answer = client.post("/reconcile", data={"queries": json.dumps(batch)}, headers=headers)
    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.get_json(), forms.RESULTS_0_2)
    found = answer.get_json()["q"]["result"]
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("typed", "thing"),
    [("二七区", "division/410103"), ("二七區", "division/410103"),
     ("Erqi District", "division/410103"), ("erqi  DISTRICT", "division/410103"),
     ("41 01 03", "division/410103"), ("410103", "division/410103"),
     ("division/410103", "division/410103"),
     ("https://w3id.org/erqi/id/division/410103", "division/410103"),
     ("郑州市二七区", "division/410103"), ("河南省郑州市二七区", "division/410103"),
     ("Erqi District, Zhengzhou", "division/410103"), ("北京市朝阳区", "division/110105"),
     ("邙山区", "division/410108"), ("向阳回族区", "division/410104"),
     ("Zhengzhou", "division/410100"), ("放管服", "policy/fang-guan-fu"),
     ("GDP", "indicator/gdp")],
)  # fmt: skip
def test_a_name_a_code_an_old_name_and_an_id_are_matches(
    graph: FlaskClient, typed: str, thing: str
) -> None:
    best, *others = candidates(graph, typed)
    assert (best["id"], best["match"]) == (thing, True)
    assert not any(one["match"] for one in others)


@pytest.mark.parametrize(
    ("typed", "thing"),
    [("erqiqu", "division/410103"), ("er qi qu", "division/410103"), ("eqq", "division/410103"),
     ("二七", "division/410103"), ("郑州", "division/410100"), ("金水", "division/410105"),
     ("Erqi", "division/410103")],
)  # fmt: skip
def test_pinyin_initials_and_parts_find_but_do_not_match(
    graph: FlaskClient, typed: str, thing: str
) -> None:
    best = candidates(graph, typed)[0]
    assert (best["id"], best["match"]) == (thing, False)
    assert 50 <= best["score"] < 90


@pytest.mark.parametrize(
    ("typed", "thing"),
    [("Zhengzou", "division/410100"), ("Erqi Distrct", "division/410103"),
     ("二气区", "division/410103"), ("erqiqv", "division/410103"),
     ("郑洲市二七区", "division/410103"), ("fanguanfu", "policy/fang-guan-fu")],
)  # fmt: skip
def test_a_name_with_a_wrong_letter_is_a_candidate_and_no_match(
    graph: FlaskClient, typed: str, thing: str
) -> None:
    found = {one["id"]: one for one in candidates(graph, typed)}
    assert 40 < found[thing]["score"] < 75
    assert not any(one["match"] for one in found.values())


def test_a_name_that_several_have_is_no_match_until_a_property_tells(graph: FlaskClient) -> None:
    several = candidates(graph, {"query": "鼓楼区", "type": "Division"})
    assert len([one for one in several if one["score"] == 100]) > 1
    assert not any(one["match"] for one in several)
    told = {"query": "鼓楼区", "properties": [{"pid": "code", "v": "410204"}]}
    best = candidates(graph, told)[0]
    assert (best["id"], best["match"]) == ("division/410204", True)


@pytest.mark.parametrize(
    "value",
    [{"id": "division/410100"}, "division/410100", "郑州市", "zhengzhou",
     ["nowhere", {"id": "division/410100", "name": "郑州市"}]],
)  # fmt: skip
def test_a_property_may_be_a_thing_by_id_or_by_name(graph: FlaskClient, value: object) -> None:
    asked = {"query": "二七", "properties": [{"pid": "schema:containedInPlace", "v": value}]}
    features = {one["id"]: one["value"] for one in candidates(graph, asked)[0]["features"]}
    assert features["property:schema:containedInPlace"] == 100


@pytest.mark.parametrize(("pid", "value"), [("rank", 76), ("rank", "76"), ("erqi:rank", 76.0)])
def test_statements_are_found_by_their_values_when_their_type_is_asked_for(
    graph: FlaskClient, pid: str, value: object
) -> None:
    asked = {"type": "Placement", "properties": [{"pid": pid, "v": value}], "limit": 50}
    found = [one["id"] for one in candidates(graph, asked)]
    assert "placement/erqi-four-top100-2018/2018-green-development/410103" in found


def test_a_thing_is_found_by_a_property_alone(graph: FlaskClient) -> None:
    (found,) = candidates(graph, {"properties": [{"pid": "code", "v": "410103"}]})
    assert (found["id"], found["match"], found["score"]) == ("division/410103", True, 100)


@pytest.mark.parametrize(
    ("types", "rule", "expected"),
    [("Division", "any", True), ("Programme", "any", False), (["Programme", "Area"], "any", True),
     (["Division", "Area"], "all", True), (["Division", "Programme"], "all", False),
     ("Programme", "should", True), ("https://w3id.org/erqi/def#Division", "any", True),
     ("no type", "any", False)],
)  # fmt: skip
def test_a_type_shuts_out_what_is_not_of_it(
    graph: FlaskClient, types: object, rule: str, expected: bool
) -> None:
    asked = {"query": "二七区", "type": types, "type_strict": rule, "limit": 50}
    found = {one["id"]: one for one in candidates(graph, asked)}
    assert ("division/410103" in found) is expected
    if rule == "should":
        assert found["division/410103"]["score"] == 75


def test_names_are_in_the_readers_language(graph: FlaskClient) -> None:
    for language, name, kind in (("zh", "二七区", "行政区"),
                                 ("en", "Erqi District", "administrative division")):  # fmt: skip
        best = candidates(graph, "410103", **{"Accept-Language": language})[0]
        assert (best["name"], best["type"][0]["name"]) == (name, kind)


def match(client: FlaskClient, *conditions: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    body = {"queries": [{"conditions": list(conditions), **more}]}
    answer = client.post(f"{DRAFT}/match", json=body, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.get_json(), forms.RESULTS_1_0)
    ((found),) = (one["candidates"] for one in answer.get_json()["results"])
    assert isinstance(found, list)
    return found


def test_the_draft_takes_conditions_on_names_ids_and_properties(graph: FlaskClient) -> None:
    name = {"matchType": "name", "propertyValue": "二七"}
    code = {"matchType": "property", "propertyId": "code", "propertyValue": "410103"}
    assert len(match(graph, name)) > 1
    (only,) = match(graph, name, code | {"required": True})
    assert (only["id"], only["name"], only["lang"]) == ("division/410103", "Erqi District", "en")
    (by_id,) = match(graph, {"matchType": "id", "propertyValue": "division/410103"})
    assert (by_id["score"], by_id["match"]) == (100, True)
    without = match(graph, name, code | {"matchQuantifier": "none"}, limit=50)
    assert "division/410103" not in [one["id"] for one in without]


def test_the_draft_takes_several_values_of_which_any_or_all_hold(graph: FlaskClient) -> None:
    names = {"matchType": "name", "propertyValue": ["二七区", "Erqi District"], "required": True}
    every = match(graph, names | {"matchQuantifier": "all"})
    assert every[0]["id"] == "division/410103"
    assert every[0]["score"] == 100
    other = {"matchType": "name", "propertyValue": ["二七区", "金水区"], "required": True}
    found = match(graph, other, type="Division")
    assert {one["id"] for one in found[:2]} == {"division/410103", "division/410105"}
    assert not any(one["match"] for one in found)
    assert match(graph, other | {"matchQuantifier": "all"}, type="Division") == []


def test_results_come_in_the_order_of_the_queries(graph: FlaskClient) -> None:
    texts = ["金水区", "nothing at all", "二七区"]
    queries = [{"conditions": [{"matchType": "name", "propertyValue": one}]} for one in texts]
    results = graph.post(f"{DRAFT}/match", json={"queries": queries}).get_json()["results"]
    first = [one["candidates"][0]["name"] if one["candidates"] else None for one in results]
    assert first == ["金水区", None, "二七区"]


@pytest.mark.parametrize(
    ("path", "form"),
    [("/reconcile", forms.MANIFEST_0_2), (DRAFT, forms.MANIFEST_1_0),
     ("/reconcile/suggest/entity?prefix=二", forms.SUGGESTED_THINGS),
     (f"{DRAFT}/suggest/entity?prefix=erqi&limit=3", forms.SUGGESTED_THINGS),
     ("/reconcile/suggest/type?prefix=", forms.SUGGESTED_TERMS),
     (f"{DRAFT}/suggest/type?prefix=行政", forms.SUGGESTED_TERMS),
     ("/reconcile/suggest/property?prefix=code", forms.SUGGESTED_TERMS),
     (f"{DRAFT}/suggest/property?prefix=代码", forms.SUGGESTED_TERMS),
     ("/reconcile/extend/propose?type=Division", forms.PROPOSED),
     (f"{DRAFT}/extend/propose?type=erqi:Division&limit=2", forms.PROPOSED)],
)  # fmt: skip
def test_answers_have_the_form_that_the_api_says(
    graph: FlaskClient, path: str, form: dict[str, Any]
) -> None:
    answer = graph.get(path)
    jsonschema.validate(answer.get_json(), form)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.get_json().get("result", True)
    again = graph.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_suggestions_go_on_where_they_were_left(graph: FlaskClient) -> None:
    def page(**more: object) -> list[str]:
        given = {"prefix": "区", "limit": 4, **more}
        answer = graph.get("/reconcile/suggest/entity", query_string=given)
        return [one["id"] for one in answer.get_json()["result"]]

    assert page(limit=8) == page() + page(offset=4) == page() + page(cursor=4)


def test_what_the_manifest_leads_to_is_there(graph: FlaskClient) -> None:
    manifest = graph.get("/reconcile").get_json()
    view = manifest["view"]["url"].replace("{{id}}", "division%2F410103")
    assert graph.get(view).status_code == 303
    preview = manifest["preview"]["url"].replace("{{id}}", "division/410103")
    shown = graph.get(preview, headers={"Accept": BROWSER, "Accept-Language": "en"})
    assert "Erqi District" in shown.text
    assert "frame-ancestors *" in shown.headers["Content-Security-Policy"]
    for one in manifest["suggest"].values():
        place = one["service_url"] + one["service_path"]
        assert graph.get(place, query_string={"prefix": "a"}).status_code == 200
    types = [one["id"] for one in manifest["defaultTypes"]]
    assert "Division" in types
    assert "Placement" not in types


def test_values_of_properties_are_fetched(graph: FlaskClient) -> None:
    ids = ["division/410103", "nothing/here",
           "placement/erqi-four-top100-2018/2018-green-development/410103"]  # fmt: skip
    asked = {"ids": ids, "properties": [{"id": "code"}, {"id": "rank"}, {"id": "division"},
             {"id": "rdfs:label", "settings": {"limit": 1}}]}  # fmt: skip
    old = graph.get("/reconcile", query_string={"extend": json.dumps(asked)}).get_json()
    jsonschema.validate(old, forms.EXTENDED_0_2)
    assert list(old["rows"]) == ids
    assert old["rows"][ids[0]]["code"] == [{"str": "410103"}]
    assert len(old["rows"][ids[0]]["rdfs:label"]) == 1
    assert old["rows"][ids[1]] == {"code": [], "rank": [], "division": [], "rdfs:label": []}
    assert old["rows"][ids[2]]["rank"] == [{"int": 76}]
    assert old["rows"][ids[2]]["division"] == [{"id": "division/410103", "name": "二七区"}]
    new = graph.post(f"{DRAFT}/extend", json=asked).get_json()
    jsonschema.validate(new, forms.EXTENDED_1_0)
    assert [row["id"] for row in new["rows"]] == ids


@pytest.mark.parametrize(
    "queries",
    ["", "[", "[]", "1", "null", '{"q": 1}', '{"q": {}}', '{"q": {"query": null}}', "[" * 30_000,
     '{"q": {"query": "a", "limit": 0}}', '{"q": {"query": "a", "limit": "many"}}',
     '{"q": {"query": "a", "type": 1}}', '{"q": {"query": "a", "type_strict": "maybe"}}',
     '{"q": {"query": "a", "properties": [{"pid": "code"}]}}', '{"q": {"quary": "a"}}',
     '{"q": {"query": "a", "properties": [{"v": "1"}]}}', "9" * 5_000],
)  # fmt: skip
def test_what_is_no_batch_is_refused(client: FlaskClient, queries: str) -> None:
    answer = client.post("/reconcile", data={"queries": queries})
    assert answer.status_code == 400, answer.text
    assert len(answer.get_json()["detail"]) > 10


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"queries": {str(n): {"query": "a"} for n in range(MOST_QUERIES + 1)}}, 413),
     ({"queries": {str(n): {"query": "a", "properties": [{"pid": "code", "v": ["1"] * 20}]}
       for n in range(MOST_VALUES // 20)}}, 413),
     ({"queries": {"q": {"query": "a", "properties": [{"pid": "code", "v": ["1"] * 21}]}}}, 413),
     ({"extend": {"ids": ["a"] * 1_001, "properties": []}}, 413),
     ({"extend": {"ids": [], "properties": [{"id": "code"}] * 21}}, 413),
     ({"extend": {"ids": [1], "properties": []}}, 400),
     ({"extend": {"ids": ["x"], "properties": [{"id": "no iri"}]}}, 200),
     ({"extend": {"ids": [], "properties": [{"id": "code", "settings": {"limit": -1}}]}}, 400),
     ({"extend": {"ids": [], "properties": [{"id": "a" * 1_001}]}}, 400),
     ({"extend": {"ids": []}}, 400), ({"extend": []}, 400)],
)  # fmt: skip
def test_limits_are_stated_and_kept(client: FlaskClient, asked: dict, status: int) -> None:
    fields = {name: json.dumps(value) for name, value in asked.items()}
    answer = client.post("/reconcile", data=fields)
    assert answer.status_code == status, answer.text
    if status == 413:
        assert answer.get_json()["limit"] in (20, 100, 500, 1_000)


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [("/reconcile", b"{}", "application/json", 415), (f"{DRAFT}/match", b"a=b", "text/plain", 415),
     (f"{DRAFT}/match", b"\xff", "application/json", 400),
     (f"{DRAFT}/match", b'{"queries": 1}', "application/json", 400),
     (f"{DRAFT}/extend", b"[]", "application/json", 400)],
)  # fmt: skip
def test_a_body_of_another_kind_is_refused(
    client: FlaskClient, path: str, body: bytes, kind: str, status: int
) -> None:
    assert client.post(path, data=body, content_type=kind).status_code == status


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
                   st.just("\ud800"), st.lists(st.text(max_size=5), max_size=3),
                   st.fixed_dictionaries({"id": st.text(max_size=5)}))  # fmt: skip
QUERIES = st.dictionaries(
    st.text(max_size=3),
    st.fixed_dictionaries({}, optional={
        "query": VALUES, "type": VALUES, "limit": VALUES, "type_strict": VALUES,
        "properties": st.lists(st.fixed_dictionaries(
            {"pid": st.sampled_from(["code", "rank", "rdfs:label", "x y", ""]), "v": VALUES})),
    }), max_size=3,
)  # fmt: skip


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(QUERIES)
def test_any_batch_is_answered_or_refused(client: FlaskClient, batch: dict) -> None:
    answer = client.post("/reconcile", data={"queries": json.dumps(batch)})
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert set(answer.get_json()) == set(batch)


@pytest.mark.parametrize(
    ("place", "language", "matched", "text", "score"),
    [(EQUAL, "zh", "城东区", "城东区", 100), (EQUAL, "", "410103", "41 01 03", 100),
     (EQUAL, "zh", "城东", "城东", 95), (EQUAL_SOUND, "zh", "城东区", "chengdongqu", 80),
     (BEGINNING, "zh", "城东区", "城东", 85), (BEGINNING, "zh", "城东区", " 城东 ", 85),
     (BEGINNING, "zh", "城东区", "城", 55),
     (BEGINNING, "en", "Chengdong District", "chengdong", 85),
     (EQUAL_SOUND, "zh", "城东区", "cdq", 60), (PART, "zh", "城东区", "东", 45),
     (ALL_CHARACTERS, "zh", "城东区", "区城", 25)],
)  # fmt: skip
def test_a_score_tells_how_a_name_fits(
    place: int, language: str, matched: str, text: str, score: float
) -> None:
    hit = Hit("x:a", "division", {"zh": "城东区"}, matched, language, (), place)
    assert name_score(hit, text) == pytest.approx(score)
    assert name_score(hit, text, is_former=True) == pytest.approx(min(score, 90))


def test_a_near_name_scores_by_the_share_of_its_letters() -> None:
    hit = Hit("x:a", "division", {"zh": "城东区"}, "城东区", "zh", (), NEAR, likeness=0.8)
    assert name_score(hit, "城冬区") == pytest.approx(60)


def test_a_name_counts_twice_and_a_property_once() -> None:
    assert combined([100], [0.5]) == pytest.approx(83.3)
    assert combined([], [1, 0]) == 50
    assert combined([], []) == 0


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([], False), ([100], True), ([89], False), ([100, 85], True), ([100, 95], False),
     ([100, 100], False), ([85, 100, 20], True)],
)  # fmt: skip
def test_a_match_is_good_and_far_ahead(scores: list[float], expected: bool) -> None:
    assert is_match(scores) is expected
