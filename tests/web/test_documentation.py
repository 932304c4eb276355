"""docs/http.md says what the service does: every route is there, every example is run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient

from erqi_kg.engine import start_engine
from erqi_kg.settings import Settings
from erqi_kg.storedir import Release
from erqi_kg.web.app import create_app
from tests.web.conftest import WholeClient

TEXT = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^(curl .*?)\s+# (\d+)(?: (\S+))?$", TEXT, re.MULTILINE)
HOST = "http://127.0.0.1:7878"


@pytest.fixture(scope="module")
def site(built_release: Release) -> Iterator[FlaskClient]:
    """A client of the project's own release."""
    settings = Settings(store_dir=built_release.path.parent.parent)
    engine = start_engine(settings)
    app = create_app(settings, engine)
    app.test_client_class = WholeClient
    yield app.test_client()
    engine.close()


def test_every_route_is_documented(app: Flask) -> None:
    routes = {re.sub(r"<\w+:(\w+)>", r"<\1>", rule.rule) for rule in app.url_map.iter_rules()}
    assert sorted(routes - set(re.findall(r"^### `(.+)`$", TEXT, re.MULTILINE))) == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == TEXT.count("\ncurl ") > 25


@pytest.mark.parametrize(("command", "status", "media_type"), EXAMPLES, ids=lambda part: part[-60:])
def test_an_example_answers_as_documented(
    site: FlaskClient, command: str, status: str, media_type: str
) -> None:
    answer = run(site, shlex.split(command)[1:])
    assert answer.status_code == int(status), answer.text
    assert (answer.mimetype or "") == media_type


def run(site: FlaskClient, arguments: list[str]):
    method, url, headers, fields, body = "", "", {}, [], None
    rest = iter(arguments)
    follows = in_address = False
    for argument in rest:
        if argument == "-G":
            in_address = True
        elif argument == "-L":
            follows = True
        elif argument == "-I":
            method = "HEAD"
        elif argument == "-X":
            method = next(rest)
        elif argument == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif argument == "-r":
            headers["Range"] = f"bytes={next(rest)}"
        elif argument == "--data":
            body = next(rest)
        elif argument == "--data-urlencode":
            name, _, value = next(rest).partition("=")
            fields.append(f"{name}={quote_plus(value)}")
        else:
            url = argument
    joined = "&".join(fields)
    headers.setdefault("Accept", "*/*")
    if (joined or body) and not in_address:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        method = method or "POST"
    return site.open(
        url.removeprefix(HOST), method=method or "GET", headers=headers, follow_redirects=follows,
        query_string=joined if in_address else None, data=None if in_address else body or joined,
    )  # fmt: skip
