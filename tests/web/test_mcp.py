"""Tools for language models, at /mcp."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from flask.testing import FlaskClient

from erqi_kg.mcp import asking, things
from erqi_kg.mcp.asking import MOST_BYTES, Refused, head_of
from erqi_kg.mcp.outside import HttpAsker
from erqi_kg.mcp.tools import KINDS, TOOLS
from erqi_kg.web.mcp.inside import InsideAsker
from erqi_kg.web.plain import is_served_plainly
from erqi_kg.web.site.search import _KINDS

PLACEMENT = "placement/news/vitality/1"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


def call(client: FlaskClient, tool: str, **arguments: Any) -> dict:
    message = {
        "jsonrpc": "2.0", "id": "a", "method": "tools/call",
        "params": {"name": tool, "arguments": arguments},
    }  # fmt: skip
    answer = client.post("/mcp", json=message)
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert body["id"] == "a"
    result = body["result"]
    assert isinstance(result, dict)
    return result


def members(client: FlaskClient, tool: str, **arguments: Any) -> dict:
    result = call(client, tool, **arguments)
    assert not result["isError"], result
    assert json.loads(result["content"][1]["text"]) == result["structuredContent"]
    return result["structuredContent"]


def mistake(client: FlaskClient, tool: str, **arguments: Any) -> dict:
    result = call(client, tool, **arguments)
    assert result["isError"]
    return result["structuredContent"]


def test_a_client_is_greeted_in_the_version_it_speaks(client: FlaskClient) -> None:
    params = {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"},
    }  # fmt: skip
    answer = client.post(
        "/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    )
    result = answer.get_json()["result"]
    assert result["protocolVersion"] == "2025-06-18"
    assert "tools" in result["capabilities"]
    assert "二七区" in result["instructions"]


def test_tools_are_listed_with_their_arguments(client: FlaskClient) -> None:
    answer = client.post("/mcp", json=LIST)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    tools = answer.get_json()["result"]["tools"]
    assert [tool["name"] for tool in tools] == [tool.name for tool in TOOLS]
    assert all(tool["annotations"]["readOnlyHint"] for tool in tools)
    assert set(KINDS) == set(_KINDS)


def test_a_notification_is_taken_without_an_answer(client: FlaskClient) -> None:
    answer = client.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert answer.status_code == 202


def test_pages_of_other_hosts_are_refused(client: FlaskClient) -> None:
    for origin in ("https://example.org", "null", "http://localhost.example.org", "http://"):
        answer = client.post("/mcp", json=LIST, headers={"Origin": origin})
        assert answer.status_code == 403
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert client.post("/mcp", json=LIST, headers={"Origin": "http://localhost"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b'{"jsonrpc": "1.0", "method": 3}', {}, 400),
        (b"\xff", {}, 400),
        (b"[" * 200_000, {}, 413),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Accept": "text/html"}, 406),
        (json.dumps(LIST).encode(), {"MCP-Protocol-Version": "1999-01-01"}, 400),
    ],
)
def test_what_is_no_message_is_refused(
    client: FlaskClient, body: bytes, headers: dict[str, str], status: int
) -> None:
    kinds = {"Content-Type": "application/json", "Accept": "application/json"}
    assert client.post("/mcp", data=body, headers=kinds | headers).status_code == status


@pytest.mark.parametrize("found", [1.5, 1.0, True, None, [], {}])
def test_a_request_whose_id_is_none_gets_an_error_not_silence(
    client: FlaskClient, found: object
) -> None:
    answer = client.post("/mcp", json=LIST | {"id": found})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == -32600
    assert answer.get_json()["id"] is None


def test_there_is_no_stream(client: FlaskClient) -> None:
    answer = client.get("/mcp", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_an_unknown_method_is_an_error_of_the_protocol(client: FlaskClient) -> None:
    answer = client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "resources/list"})
    assert answer.get_json()["error"]["code"] == -32601


@pytest.mark.parametrize("words", ["", "某区 第几位", "what place has it taken", "RANKINGS"])
def test_a_question_is_found_by_words(client: FlaskClient, words: str) -> None:
    found = members(client, "find_questions", words=words)
    assert [one["id"] for one in found["questions"]] == ["places-of-a-division"]
    assert found["complete"]


def test_words_of_no_question_find_none(client: FlaskClient) -> None:
    found = members(client, "find_questions", words="沙发 sofa")
    assert (found["questions"], found["total"], found["in_library"]) == ([], 0, 1)


def test_a_question_is_run_with_parameters(client: FlaskClient) -> None:
    found = members(
        client, "run_question", id="places-of-a-division", parameters={"division": "division/1"}
    )
    assert [row["rank"] for row in found["rows"]] == [12]
    assert (found["shown"], found["total"], found["complete"]) == (1, 1, True)
    for reserved in ("format", "limit", "release"):
        fields = {reserved: "csv"}
        assert mistake(client, "run_question", id="places-of-a-division", parameters=fields)
    wrong = mistake(client, "run_question", id="places-of-a-division", parameters={"x": 1})
    assert wrong["known"][0] == "division"


def test_things_are_searched(client: FlaskClient) -> None:
    found = members(client, "search", words="城东")
    assert found["hits"][0]["iri"] == "https://w3id.org/erqi/id/division/1"


def test_each_value_comes_with_its_words(client: FlaskClient) -> None:
    found = members(client, "describe", iri=PLACEMENT)
    rank = next(one for one in found["values"] if one["property"].endswith("#rank"))
    assert rank["value"] == "12"
    assert rank["evidence"] == [
        {
            "basis": "https://w3id.org/erqi/id/concept/basis/stated",
            "exact": "位列第12位",
            "before": "城东区",
            "after": "。",
            "source": "https://w3id.org/erqi/id/source/news",
            "source_titles": {"zh": "城东新闻", "en": "News of the East"},
            "confirmed": True,
        }
    ]
    division = next(one for one in found["values"] if one["property"].endswith("#division"))
    assert division["labels"] == {"zh": "城东区", "en": "East District"}
    assert division["evidence"][0]["reason"] == {"zh": "题目所说。", "en": "The title says so."}


def test_a_term_of_the_ontology_is_described_by_its_prefixed_name(client: FlaskClient) -> None:
    found = members(client, "describe", iri="erqi:rank")
    assert found["labels"] == {"zh": "名次", "en": "rank"}


def test_what_refers_to_a_thing_is_counted(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(things, "MOST_LINKS", 1)
    monkeypatch.setattr(things, "MOST_VALUES", 2)
    found = members(client, "describe", iri="https://w3id.org/erqi/id/division/1")
    assert len(found["referred_to_by"]) == 1
    assert (found["shown"], found["complete"]) == (2, False)
    assert found["total"] > len(found["values"]) == 2
    assert found["references"]["total"] == 3
    assert found["references"]["by_property"]["https://w3id.org/erqi/def#division"] == 1


@pytest.mark.parametrize(
    "iri", ["division/999", "urn:x> } DELETE {", "urn:a b", "https://w3id.org/erqi/id/none"]
)
def test_nothing_is_told_of_what_is_not_here(client: FlaskClient, iri: str) -> None:
    assert mistake(client, "describe", iri=iri)["title"] in ("Not found", "Bad request")


@pytest.mark.parametrize(
    "name", ["Placement", "位次", "erqi:Placement", "https://w3id.org/erqi/def#Placement"]
)
def test_a_class_is_told_by_any_of_its_names(client: FlaskClient, name: str) -> None:
    found = members(client, "schema", **{"class": name})
    assert found["class"]["count"] == 1
    assert found["class"]["definition"]["en"] == "A rank."
    counts = {one["iri"]: one["count"] for one in found["properties"]}
    assert counts["https://w3id.org/erqi/def#rank"] == 1


def test_all_classes_are_told_and_an_unknown_one_is_not(client: FlaskClient) -> None:
    classes = [one["iri"] for one in members(client, "schema")["classes"]]
    assert classes == mistake(client, "schema", **{"class": "Fruit"})["known"]


def test_rows_past_the_cap_are_counted_and_it_is_said(client: FlaskClient) -> None:
    result = call(client, "sparql", query="SELECT * { ?s ?p ?o }", limit=2)
    found = result["structuredContent"]
    assert len(found["rows"]) == found["shown"] == found["most_rows"] == 2
    assert found["total"] > 2
    assert not found["complete"]
    assert str(found["total"]) in result["content"][0]["text"]


def test_of_an_answer_too_long_to_read_the_total_is_not_claimed(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_BYTES", 300)
    found = members(client, "sparql", query="SELECT * { ?s ?p ?o }")
    assert (found["total"], found["complete"]) == (None, False)
    assert 0 < found["shown"] == len(found["rows"])
    with pytest.raises(Refused):
        asking.json_of(AskerOfMuch(), "/x")


class AskerOfMuch:
    def ask(self, *arguments: Any, **options: Any) -> asking.Reply:
        return asking.Reply(200, "application/json", b"{", is_whole=False)


class AskerOfPages:
    def ask(self, path: str, *arguments: Any, **options: Any) -> asking.Reply:
        return asking.Reply(502 if path == "/bad" else 200, "text/html", b"<html>")


@pytest.mark.parametrize("path", ["/search", "/bad"])
def test_an_address_of_something_else_is_told(path: str) -> None:
    with pytest.raises(Refused):
        asking.json_of(AskerOfPages(), path)


def test_a_service_that_is_not_there_is_told() -> None:
    with pytest.raises(Refused, match="does not answer"):
        HttpAsker("http://127.0.0.1:1").ask("/api", {}, "application/json")


def test_who_does_not_speak_the_protocol_does_not_load_it() -> None:
    program = (
        "import sys, erqi_kg.web.app, erqi_kg.cli; print({'mcp', 'pydantic'} & {*sys.modules})"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "set()\n"


def test_other_forms_are_answered(client: FlaskClient) -> None:
    assert members(client, "sparql", query="ASK {}") == {"boolean": True}
    found = members(client, "sparql", query="CONSTRUCT WHERE { ?s a ?o }", limit=1)
    assert len(found["triples"]) == 1 < found["total"]
    assert members(client, "sparql", query="SELECT ?x {}")["rows"] == [{"x": None}]
    assert members(client, "sparql", query="SELECT * {}")["rows"] == [{}]
    found = members(client, "sparql", query=r'SELECT ("a\tb\nc" AS ?x) ("é" AS ?y) {}')
    assert found["rows"] == [{"x": r'"a\tb\nc"', "y": '"é"'}]


def test_no_rows_come_with_a_reason(client: FlaskClient) -> None:
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    result = call(client, "sparql", query=f'SELECT * {{ ?d {label} "城东区" }}')
    advice = result["structuredContent"]["hints"]["advice"]
    assert advice[0]["suggestions"][0]["term"] == '"城东区"@zh'
    assert '"城东区"@zh' in result["content"][0]["text"]


def test_a_mistake_has_its_place(client: FlaskClient) -> None:
    result = call(client, "sparql", query="SELECT * {\n ?s ?p }")
    assert result["isError"]
    assert result["structuredContent"]["line"] == 2
    assert "line 2" in result["content"][0]["text"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [("sparql", {}), ("sparql", {"query": "ASK {}", "limit": 501}), ("nothing", {}),
     ("search", {"words": "a", "kind": "fruit"}), ("describe", {"iri": 3})],
)  # fmt: skip
def test_wrong_arguments_are_told(client: FlaskClient, tool: str, arguments: dict) -> None:
    assert "detail" in mistake(client, tool, **arguments)


def test_a_tool_asks_as_the_client_that_called_it() -> None:
    asked = []

    def application(environ: Any, start_response: Any) -> list[bytes]:
        asked.append(environ)
        start_response("200 OK", [("Content-Type", "application/json; charset=utf-8")])
        return [b"{}"]

    sender = {
        "REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "198.51.100.1", "SCRIPT_NAME": "",
        "HTTP_HOST": "erqi.example.org", "wsgi.url_scheme": "https", "HTTP_COOKIE": "a=b",
        "SERVER_PROTOCOL": "HTTP/1.1", "PATH_INFO": "/mcp", "REQUEST_METHOD": "POST",
    }  # fmt: skip
    reply = InsideAsker(application, sender).ask("/search", {"q": "二七 &"}, "application/json")
    assert (reply.status, reply.media_type, reply.body) == (200, "application/json", b"{}")
    for name in ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_HOST", "wsgi.url_scheme"):
        assert asked[0][name] == sender[name]
    assert (asked[0]["PATH_INFO"], asked[0]["REQUEST_METHOD"]) == ("/search", "GET")
    assert asked[0]["QUERY_STRING"] == "q=%E4%BA%8C%E4%B8%83+%26"
    assert "HTTP_COOKIE" not in asked[0]


def test_no_more_of_a_body_is_read_than_is_kept() -> None:
    read = []

    def chunks() -> Any:
        for number in range(100):
            read.append(number)
            yield bytes(1024 * 1024)

    body, is_whole = head_of(chunks())
    assert (len(body), is_whole) == (MOST_BYTES, False)
    assert len(read) == (MOST_BYTES >> 20) + 1


def test_plain_mode_has_no_tools() -> None:
    assert not is_served_plainly("/mcp")
