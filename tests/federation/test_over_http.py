"""What a client sees of a query that asks others."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from erqi_kg.web.app import create_app
from tests.federation.conftest import Federated
from tests.web.conftest import BROWSER, WholeClient

JOIN = "SELECT ?s ?l { ?s <http://x/item> ?i SERVICE <REMOTE> { ?i <http://w/label> ?l } }"


@pytest.fixture
def client(fed: Federated) -> FlaskClient:
    app = create_app(fed.engine._settings, fed.engine)
    app.test_client_class = WholeClient
    return app.test_client(use_cookies=False)


def ask(client: FlaskClient, fed: Federated, query: str = JOIN, **headers: str):  # type: ignore[no-untyped-def]
    text = query.replace("REMOTE", fed.remote.url).replace("CANARY", fed.canary.url)
    return client.get("/sparql", query_string={"query": text}, headers=headers)


def test_an_answer_tells_what_others_were_asked(client: FlaskClient, fed: Federated) -> None:
    response = ask(client, fed, Accept="text/csv")
    assert len(response.text.splitlines()) == 4
    report = response.headers["Service-Report"]
    assert report.startswith(f'"{fed.remote.url}";requests=2;rows=3;ms=')
    assert ";values=3" in report
    assert "Service-Report" in response.headers["Access-Control-Expose-Headers"]


def test_an_answer_of_others_is_never_kept(client: FlaskClient, fed: Federated) -> None:
    for accept in ("text/csv", BROWSER):
        first, second = (ask(client, fed, Accept=accept) for _ in range(2))
        for response in (first, second):
            assert response.headers["Cache-Control"] == "no-store"
            assert "ETag" not in response.headers
        assert ask(client, fed, **{"Accept": accept, "If-None-Match": "*"}).status_code == 200
    assert len(fed.remote.queries) == 12  # two batches, three times, in two media types


def test_the_page_shows_what_others_were_asked(client: FlaskClient, fed: Federated) -> None:
    page = ask(client, fed, Accept=BROWSER, **{"Accept-Language": "en"})
    assert page.status_code == 200
    assert "Other endpoints that were asked" in page.text
    assert fed.remote.url in page.text


@pytest.mark.parametrize("accept", ["text/csv", BROWSER])
def test_a_failure_names_the_endpoint(client: FlaskClient, fed: Federated, accept: str) -> None:
    fed.remote.answer = lambda query: None
    response = ask(client, fed, Accept=accept)
    assert response.status_code == 502
    assert fed.remote.url in response.text
    assert "Retry-After" in response.headers


def test_an_endpoint_that_is_not_allowed_is_refused_with_its_place(
    client: FlaskClient, fed: Federated
) -> None:
    response = ask(client, fed, "SELECT * {\n  SERVICE SILENT <CANARY> { ?s ?p ?o } }")
    assert response.status_code == 403
    assert response.json is not None
    assert (response.json["line"], response.json["column"]) == (2, 3)
    assert fed.canary.connections == 0


def test_an_update_with_an_allowed_service_is_refused(client: FlaskClient, fed: Federated) -> None:
    update = f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{fed.remote.url}> {{ ?s ?p ?o }} }}"
    assert client.post("/update", data={"update": update}).status_code == 403
    assert fed.remote.connections == 0


def test_explain_tells_what_would_be_asked_and_asks_nobody(
    client: FlaskClient, fed: Federated
) -> None:
    text = JOIN.replace("REMOTE", fed.remote.url)
    response = client.get("/sparql", query_string={"query": text, "explain": "1"})
    assert response.json is not None
    (told,) = response.json["services"]
    assert (told["endpoint"], told["sent"], told["reason"]) == (fed.remote.url, ["i"], None)
    assert told["asked"] == ["i", "l"]
    assert "SELECT DISTINCT ?i" in told["local"]
    assert fed.remote.connections == 0


def test_the_service_description_says_that_service_is_answered(client: FlaskClient) -> None:
    text = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    assert re.search("#feature> <[^>]*#BasicFederatedQuery>", text)


def test_the_status_page_tells_the_walls_and_the_endpoints(
    client: FlaskClient, fed: Federated
) -> None:
    page = client.get("/status", headers={"Accept-Language": "en"}).text
    assert "two: the scan of queries, and the kernel" in page
    assert "process that asks other endpoints alive" in page
    assert fed.remote.url in page
