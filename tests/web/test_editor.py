"""The editor's page and what it completes from, as the server gives them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from erqi_kg.errors import QueryTimedOut
from erqi_kg.web.editor import bundle as bundles
from erqi_kg.web.editor import page as editor_page
from erqi_kg.web.editor import terms
from erqi_kg.web.showing.language import messages
from tests.web.conftest import BROWSER, HOSTILE, CountingEngine

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "assets" / "src").rglob("*.js"))
TERMS = "https://w3id.org/erqi/def#"


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a bundle, empty at first."""
    monkeypatch.setattr(editor_page, "bundle_in", lambda: bundles.bundle_in(tmp_path))
    return tmp_path


def page_of(client: FlaskClient, path: str = "/editor", language: str = "en"):
    return client.get(path, headers={"Accept": BROWSER, "Accept-Language": language})


def make_bundle(directory: Path) -> None:
    members = {"script": "editor-A.js", "style": "editor-A.css"}
    (directory / bundles.MANIFEST).write_text(json.dumps(members), encoding="utf-8")


def test_without_a_bundle_there_is_a_form_and_no_script_of_the_editor(
    client: FlaskClient, bundled: Path
) -> None:
    text = page_of(client).text
    assert 'action="/sparql"' in text
    assert "/static/assets/" not in text


def test_a_bundle_is_taken_up_while_the_service_runs(client: FlaskClient, bundled: Path) -> None:
    tag = page_of(client).headers["ETag"]
    make_bundle(bundled)
    known = {"Accept": BROWSER, "Accept-Language": "en", "If-None-Match": tag}
    answer = client.get("/editor", headers=known)
    assert answer.status_code == 200
    assert 'type="module" src="/static/assets/editor-A.js"' in answer.text
    assert 'action="/sparql"' in answer.text


def test_the_page_is_light_without_the_editor(client: FlaskClient, bundled: Path) -> None:
    make_bundle(bundled)
    assert len(page_of(client).data) < 60_000


@pytest.mark.parametrize("text", ["ASK {}", HOSTILE, "'\"&</textarea>{{ 7*7 }}", "二七\n# a"])
def test_the_query_of_the_address_stands_in_the_field_as_text(
    client: FlaskClient, text: str
) -> None:
    answer = page_of(client, f"/editor?query={quote(text)}").text
    field = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer, re.DOTALL)
    assert field
    assert "<" not in field[1]
    assert HOSTILE not in answer


def test_a_question_of_the_library_is_a_beginning(client: FlaskClient) -> None:
    answer = page_of(client, "/editor?question=places-of-a-division").text
    assert "https://w3id.org/erqi/id/division/1" in answer
    assert client.get("/editor?question=nothing").status_code == 404


def test_the_settings_of_the_script_are_in_the_readers_language(
    client: FlaskClient, bundled: Path
) -> None:
    make_bundle(bundled)
    for language, told in (("zh", "运行"), ("en", "Run")):
        found = re.search(r"data-settings='([^']*)'", page_of(client, language=language).text)
        assert found
        settings = json.loads(found[1])
        assert settings["messages"]["editor.run"] == told
        assert settings["language"] == language


def test_terms_come_from_the_description_of_the_release(
    client: FlaskClient, engine: CountingEngine
) -> None:
    found = client.get("/editor/terms").get_json()
    classes = {one["iri"]: one for one in found["classes"]}
    placement = classes[TERMS + "Placement"]
    assert placement["count"] == 1
    assert placement["labels"] == {"zh": "位次", "en": "placement"}
    assert TERMS + "rank" in placement["properties"]
    assert TERMS + "rank" not in classes[TERMS + "Division"]["properties"]
    properties = {one["iri"]: one["count"] for one in found["properties"]}
    assert properties[TERMS + "rank"] == 1
    assert found["prefixes"]["erqi"] == TERMS
    assert [one["id"] for one in found["questions"]] == ["places-of-a-division"]
    before = len(engine.asked)
    client.get("/editor/terms")
    assert len(engine.asked) == before


def test_every_text_of_the_scripts_is_told_and_every_text_is_used() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    template = (ROOT / "src/erqi_kg/web/templates/editor.html").read_text(encoding="utf-8")
    told = {key for key in messages() if key.startswith("editor.")}
    used = set(re.findall(r'"(editor\.[\w-]+)"', scripts + template))
    assert used - told == set()
    composed = {f"editor.{name}" for name in re.findall(r'"([a-z]+)"', scripts)}
    views = {f"editor.{name}" for name in re.findall(r"^  (\w+): \{ fits", scripts, re.MULTILINE)}
    assert told - used - composed - views == set()


def test_scripts_set_text_as_text_and_styles_in_sheets() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|style="
    )
    found = [path.name for path in SCRIPTS if forbidden.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_a_mistake_is_told_to_programs_in_both_languages(client: FlaskClient) -> None:
    problem = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p }"}).get_json()
    assert set(problem["message"]) == {"zh", "en"}
    assert problem["message"]["en"] == problem["detail"]


def test_what_takes_too_long_to_count_is_left_out_and_tried_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late() -> None:
        raise QueryTimedOut("Late.")

    terms._whole_document.cache_clear()
    monkeypatch.setattr(terms, "_counted", late)
    answer = client.get("/editor/terms")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json()["classes"] == []
    assert answer.get_json()["prefixes"]["erqi"] == TERMS
    monkeypatch.undo()
    assert client.get("/editor/terms").get_json()["classes"]
