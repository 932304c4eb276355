"""Questions of the library, page by page."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from erqi_kg.client import Graph
from erqi_kg.client.questions import answered, listed
from erqi_kg.client.transport import Transport
from erqi_kg.errors import RemoteFailed, UsageError
from tests.client.canned import Canned, answer, canned


def transport(server: Canned) -> Transport:
    return Transport(server.url, timeout_s=5)


def page(ranks: list[object], total: int = 3, **members: object) -> bytes:
    document = {
        "question": {"id": "q"}, "parameters": {"n": 1}, "release": "a.0", "total": total,
        "columns": [{"name": "rank", "types": ["integer"]}],
        "rows": [{"rank": rank} for rank in ranks],
        "links": {"next": "http://x/api/q?release=a.0&offset=2"},
    }  # fmt: skip
    return answer(json.dumps(document | members), "application/json")


def sent(server: Canned) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(request.split(b" ")[1].decode()).query) for request in server.asked]


def test_pages_are_followed_to_the_end_in_the_release_of_the_first() -> None:
    with canned(page([1, 2]), page([None])) as server:
        found = answered(transport(server), "q", {"n": 1})
    assert [value and value.python for value in found.columns[0].values] == [1, 2, None]
    assert found.about["release"] == "a.0"
    asked = sent(server)
    assert [fields["offset"] for fields in asked] == [["0"], ["2"]]
    assert [fields.get("release") for fields in asked] == [None, ["a.0"]]
    assert [fields["n"] for fields in asked] == [["1"], ["1"]]


@pytest.mark.parametrize(
    "second",
    [
        page([]),
        page([3], release="b.0"),
        page([3, 4], total=4),
        page([3])[:-5],
        answer('{"rows": []}', "application/json"),
        page([3], rows=[{"other": 1}]),
        page([3], rows=[3]),
    ],
    ids=["missing", "other", "more", "cut", "bare", "renamed", "flat"],
)
def test_pages_that_do_not_fit_are_an_error(second: bytes) -> None:
    with canned(page([1, 2]), second) as server, pytest.raises(RemoteFailed):
        answered(transport(server), "q", {})


def test_a_value_has_the_type_of_its_column() -> None:
    columns = [
        {"name": "amount", "types": ["decimal"]},
        {"name": "year", "types": ["gYear"]},
        {"name": "any", "types": ["decimal", "boolean", "string"]},
    ]
    rows = [
        {"amount": 13.9, "year": "2018", "any": True},
        {"amount": "1E2", "year": None, "any": 2.50},
    ]
    sent = page([], 2, columns=columns, rows=rows, links={})
    with canned(sent) as server:
        amount, year, any_ = answered(transport(server), "q", {}).columns
    assert [value and value.python for value in amount.values] == [Decimal("13.9"), "1E2"]
    assert [value and value.python for value in year.values] == [2018, None]
    assert [value and value.python for value in any_.values] == [True, Decimal("2.5")]


def test_the_library_is_listed() -> None:
    said = {"questions": [{"id": "q", "question": {"zh": "问", "en": "ask"},
                           "parameters": [{"name": "a"}, {"name": "b"}]}]}  # fmt: skip
    with canned(answer(json.dumps(said), "application/json")) as server:
        found = listed(transport(server))
    assert [(column.name, column.values[0].python) for column in found if column.values[0]] == [
        ("id", "q"), ("zh", "问"), ("en", "ask"), ("parameters", "a b"),
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["{}", '{"questions": [{}]}', '{"questions": 1}', "[]"])
def test_what_is_no_library_is_an_error(said: str) -> None:
    with canned(answer(said, "application/json")) as server, pytest.raises(RemoteFailed):
        listed(transport(server))


def test_only_a_service_has_what_is_no_sparql() -> None:
    with pytest.raises(UsageError, match="ends with /sparql"):
        Graph("https://query.wikidata.org/bigdata/namespace/wdq/other").newest_release()


def test_a_citation_is_the_address_it_leads_to() -> None:
    there = answer("", "text/plain", status="303 See Other", Location="/cite/abc")
    with canned(there, answer("@misc{x}", "application/x-bibtex")) as server:
        found = Graph(server.url).at("a.0").cite("ASK {}")
    assert found.bibtex == "@misc{x}"
    assert found.address == server.url.replace("/sparql", "/cite/abc")
    assert server.asked[0].endswith(b"query=ASK+%7B%7D&release=a.0")


@pytest.mark.parametrize("name", ["limit", "offset", "format"])
def test_no_part_of_an_answer_is_asked_for(name: str) -> None:
    with canned(page([1])) as server, pytest.raises(UsageError, match=name):
        answered(transport(server), "q", {name: 1})
    assert server.asked == []
