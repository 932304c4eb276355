from __future__ import annotations

from flask.testing import FlaskClient


def explained(client: FlaskClient, query: str) -> dict[str, object]:
    answer = client.get("/sparql", query_string={"query": query, "explain": "1"})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


def test_a_product_is_named_before_it_is_evaluated(client: FlaskClient) -> None:
    found = explained(client, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert len(found["parts"]) == 4
    assert found["is_heavy"] is True
    assert "?a ?b ?c" in found["warning"]["en"]
    assert "相乘" in found["warning"]["zh"]
    joined = explained(client, "SELECT * { ?a a ?b . ?b a ?d }")
    assert (joined["is_heavy"], joined["warning"]) == (False, None)


def test_nothing_but_0_and_1_is_taken(client: FlaskClient) -> None:
    query = {"query": "ASK {}", "explain": "yes"}
    assert client.get("/sparql", query_string=query).status_code == 400
    plain = client.get("/sparql", query_string={"query": "ASK {}", "explain": "0"})
    assert plain.json["boolean"] is True
