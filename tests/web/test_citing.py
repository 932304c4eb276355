from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from erqi_kg.engine import start_engine
from erqi_kg.engine.interface import Engine
from erqi_kg.errors import TooManyQueries
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release, StoreDirectory
from erqi_kg.web.app import create_app
from erqi_kg.web.citing.budget import HourlyBudget
from erqi_kg.web.citing.citation import Citation, compare
from tests.releases import make_release
from tests.web.conftest import BROWSER, FILES, WholeClient

BASE = "https://w3id.org/erqi/"
GRAPH = f"<{BASE}graph/source/news>"
RANK = f"<{BASE}def#rank>"
QUERY = f"SELECT ?place ?rank {{ ?place {RANK} ?rank }} ORDER BY ?rank"
ENGLISH = {"Accept": BROWSER, "Accept-Language": "en"}
INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"


def ranks(*numbers: int) -> str:
    return "".join(
        f'<{BASE}id/placement/{number}> {RANK} "{number}"^^{INTEGER} {GRAPH} .\n'
        f"<{BASE}id/placement/{number}> <{BASE}def#division> <{BASE}id/division/1> {GRAPH} .\n"
        for number in numbers
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    place = tmp_path_factory.mktemp("citing")
    make_release(place, ranks(1, 2), files=FILES, built="2026-01-01T00:00:00Z")
    with start_engine(Settings(store_dir=place, executors=1)) as engine:
        yield engine


@pytest.fixture
def place(engine: Engine) -> Path:
    """The store directory, without citations."""
    found = engine.current().path.parent.parent
    for name in ("citations", "pins"):
        shutil.rmtree(found / name, ignore_errors=True)
    return found


@pytest.fixture
def client(engine: Engine, place: Path) -> FlaskClient:
    return client_of(engine, place)


def client_of(engine: Engine, place: Path, **settings: int) -> FlaskClient:
    app = create_app(Settings(store_dir=place, executors=1, **settings), engine)
    app.test_client_class = WholeClient
    return app.test_client(use_cookies=False)


def cite(client: FlaskClient, **fields: str) -> str:
    answer = client.post("/cite", data=fields or {"query": QUERY})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_cited_answer_is_shown_and_says_that_it_holds(client: FlaskClient, place: Path) -> None:
    address = cite(client)
    assert cite(client) == address
    page = client.get(address, headers=ENGLISH).text
    assert "The same solutions come out" in page
    assert "id:placement/<wbr>2" in page
    assert f"{BASE.rstrip('/')}{address}" in page
    release = StoreDirectory(place).current_id()
    assert StoreDirectory(place).pinned() == {release}
    assert len(list((place / "citations").iterdir())) == 1


def test_rows_that_came_and_went_are_shown_even_when_the_release_is_gone(
    client: FlaskClient, place: Path, tmp_path: Path
) -> None:
    address = cite(client)
    whether = cite(client, query=f"ASK {{ ?s {RANK} 1 }}")
    before = client.get(f"{address}?format=csv").text
    assert client.get(f"{whether}?format=csv").text == "true"
    shutil.copytree(place / "citations", tmp_path / "citations")
    make_release(tmp_path, ranks(2, 3, 4), files=FILES, built="2026-06-01T00:00:00Z")
    with start_engine(Settings(store_dir=tmp_path, executors=1)) as engine:
        other = client_of(engine, tmp_path)
        page = other.get(address, headers=ENGLISH).text
        assert "+2 −1" in page
        came = page.partition("Rows that came")[2].partition("Rows that went")[0]
        assert "placement/<wbr>3" in came
        assert "placement/<wbr>4" in came
        went = page.partition("Rows that went")[2].partition("The answer as cited")[0]
        assert "placement/<wbr>1" in went
        assert "pruned" in page
        assert other.get(f"{address}?format=csv").text == before
        assert "Now the answer is: No" in other.get(whether, headers=ENGLISH).text


def test_the_answer_as_cited_comes_as_json_and_csv(client: FlaskClient) -> None:
    address = cite(client)
    asked = client.get("/sparql", query_string={"query": QUERY})
    assert client.get(f"{address}?format=json").get_json(force=True) == asked.get_json(force=True)
    csv = client.get(address, headers={"Accept": "text/csv"})
    assert csv.text == client.get("/sparql", query_string={"query": QUERY, "format": "csv"}).text
    assert csv.mimetype == "text/csv"


@pytest.mark.parametrize(
    ("media_type", "short"),
    [
        ("application/x-bibtex", "bib"),
        ("application/x-research-info-systems", "ris"),
        ("application/vnd.citationstyles.csl+json", "csl"),
    ],
)
def test_reference_managers_get_what_they_read(
    client: FlaskClient, place: Path, media_type: str, short: str
) -> None:
    address = cite(client, question="places-of-a-division")
    answer = client.get(address, headers={"Accept": media_type})
    assert answer.mimetype == media_type
    assert answer.data == client.get(f"{address}?format={short}").data
    for words in ("Which places did a division take?", f"{BASE.rstrip('/')}{address}"):
        assert words in answer.text
    assert StoreDirectory(place).current_id() in answer.text
    if short == "csl":
        assert json.loads(answer.data)[0]["type"] == "dataset"


def test_a_question_is_cited_with_its_parameters(client: FlaskClient) -> None:
    none = cite(client, question="places-of-a-division", division="division/77")
    some = cite(client, question="places-of-a-division", division="division/1")
    assert none != some
    assert "Which places did a division take?" in client.get(some, headers=ENGLISH).text
    assert client.get(f"{none}?format=csv").text.count("\n") == 1
    assert client.get(f"{some}?format=csv").text.count("\n") == 3


def test_a_cited_question_is_shown_as_on_its_own_page_and_a_query_as_it_came(
    client: FlaskClient,
) -> None:
    def heads(address: str) -> list[str]:
        return re.findall(r"<th [^>]*>[^<]+</th>", client.get(address, headers=ENGLISH).text)

    question = "/queries/places-of-a-division?division=division/1"
    asked = heads(cite(client, question="places-of-a-division", division="division/1"))
    assert asked == heads(question) != []
    assert 'class="results' in client.get(cite(client), headers=ENGLISH).text


def test_pages_offer_it_only_where_it_can_be_done(client: FlaskClient) -> None:
    offered = {
        "/queries/places-of-a-division": True,
        f"/sparql?query={QUERY}": True,
        "/sparql?query=SELECT (NOW() AS ?now) {}": False,
        "/sparql?query=CONSTRUCT WHERE { ?s ?p ?o }": False,
    }
    for address, is_offered in offered.items():
        page = client.get(address.replace("#", "%23"), headers=ENGLISH)
        assert page.status_code == 200
        assert ('action="/cite"' in page.text) is is_offered, address


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"query": "SELECT (NOW() AS ?now) {}"}, 400),
        ({"query": "SELECT (RAND() AS ?r) {}"}, 400),
        ({"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, 400),
        ({"query": "SELEC"}, 400),
        ({"query": "CLEAR ALL"}, 400),
        ({"query": "ASK {}", "question": "places-of-a-division"}, 400),
        ({}, 400),
        ({"question": "nope"}, 404),
        ({"question": "places-of-a-division", "fruit": "x"}, 400),
        ({"query": "ASK {}", "release": "0000000000000000.0"}, 404),
        ({"query": "SELECT * { " + " " * 21_000 + "}"}, 400),
    ],
)
def test_what_cannot_be_cited_is_refused_and_leaves_nothing(
    client: FlaskClient, place: Path, fields: dict[str, str], status: int
) -> None:
    answer = client.post("/cite", data=fields or {"x": "y"})
    assert answer.status_code == status, answer.text
    assert not (place / "citations").exists()


@pytest.mark.parametrize(
    ("limit", "status"),
    [
        ({"citations": 0}, 403),
        ({"citations": 1}, 413),
        ({"citation_kb": 1}, 413),
        ({"client_citations": 1}, 429),
    ],
)
def test_limits_hold_and_are_named(
    engine: Engine, place: Path, limit: dict[str, int], status: int
) -> None:
    client = client_of(engine, place, **limit)
    answers = [
        client.post("/cite", data={"query": "ASK {}"}),
        client.post("/cite", data={"query": QUERY}),
        client.post("/cite", data={"query": f"SELECT * {{ VALUES ?x {{ '{'y' * 2000}' }} }}"}),
    ]
    assert answers[-1].status_code == status
    name = f"ERQI_{next(iter(limit)).upper()}"
    assert name in answers[-1].text or status == 429
    if status == 429:
        assert int(answers[-1].headers["Retry-After"]) <= 3600
    if limit == {"citations": 1}:
        assert cite(client, query="ASK {}") == answers[0].headers["Location"]
    offered = 'action="/cite"' in client.get("/queries/places-of-a-division", headers=ENGLISH).text
    assert offered is (status != 403)


def test_only_so_many_releases_are_pinned(engine: Engine, place: Path) -> None:
    client = client_of(engine, place, cited_releases=0)
    address = cite(client)
    assert StoreDirectory(place).pinned() == set()
    assert client.get(address, headers=ENGLISH).status_code == 200


def test_a_citation_that_was_changed_on_disk_is_not_shown(client: FlaskClient, place: Path) -> None:
    address = cite(client)
    (file,) = (place / "citations").iterdir()
    file.write_bytes(b"")
    assert client.get(address).status_code == 503
    assert client.get("/cite/../../etc").status_code == 404


def test_hostile_text_stays_text(client: FlaskClient) -> None:
    query = "SELECT ?x { VALUES ?x { '<script>alert(1)</script>' } } # }\\} \"@misc{"
    page = client.get(cite(client, query=query), headers=ENGLISH).text
    assert "<script>alert" not in page


def test_rows_are_compared_as_often_as_they_occur(release: Release) -> None:
    def cited(*values: str) -> Citation:
        rows = [{"x": {"type": "literal", "value": value}} for value in values]
        answer = {"head": {"vars": ["x"]}, "results": {"bindings": rows}}
        return Citation("SELECT ?x {}", None, None, release.id, "", "", answer)

    assert compare(cited("a", "b"), cited("b", "a")).is_same
    assert cited("a", "b").id == cited("b", "a").id
    assert len(compare(cited("a"), cited("a", "a")).added) == 1
    assert len(compare(cited("a", "a"), cited("b")).removed) == 2


def test_a_budget_comes_back_with_time_and_is_each_clients_own() -> None:
    now = [0.0]
    budget = HourlyBudget(lambda: now[0])
    budget.spend("a", 2)
    now[0] = 1800.0
    budget.spend("a", 2)
    with pytest.raises(TooManyQueries) as refused:
        budget.spend("a", 2)
    assert refused.value.headers["Retry-After"] == "1801"
    budget.spend("b", 2)
    now[0] = 3601.0
    budget.spend("a", 2)
