"""Run the cases of protocol.toml: requests, and what each must be answered with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import pyoxigraph as ox
import requests

from tests.conformance.endpoint import JSON, Endpoint
from tests.conformance.results import Truth, from_json, graph_difference

TABLE = Path(__file__).parent / "protocol.toml"
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
_TIMEOUT_S = 30
_KEYS = {"method", "to", "parameters", "form", "type", "body", "encoding", "accept", "status",
         "types", "answer", "graph", "states"}  # fmt: skip


@dataclass(frozen=True)
class Exchange:
    """One case: steps on a store with the common data."""

    suite: str
    name: str
    about: str
    steps: tuple[Mapping[str, Any], ...]

    @property
    def iri(self) -> str:
        return f"{BASE}{self.suite}/manifest#{self.name}"


@dataclass(frozen=True)
class Table:
    exchanges: tuple[Exchange, ...]
    prefix: str
    graphs: Sequence[str]
    default: str
    words: Mapping[str, str]

    def filled(self, text: str, endpoint: Endpoint) -> str:
        """Put in what a text names by $."""
        for name, words in self.words.items():
            text = text.replace(f"${name}", words)
        text = text.replace("$DATA", self.prefix).replace("$STORE", endpoint.store_url)
        return text.replace("$QUERY", endpoint.query_url)

    @property
    def insertion(self) -> str:
        document = "a <http://xmlns.com/foaf/0.1/Document>"
        graphs = "".join(
            f"GRAPH <{self.prefix}{name}> {{ <{self.prefix}{name}> {document} }}\n"
            for name in self.graphs
        )
        default = f"<{self.prefix}{self.default}> {document}"
        return f"DROP ALL ;\nINSERT DATA {{ {default} .\n{graphs}}}"


def read_exchanges() -> Table:
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    exchanges = []
    for case in read["case"]:
        unknown = set().union(*case["step"]) - _KEYS
        assert not unknown, f"{case['name']}: unknown keys {unknown}"
        exchanges.append(Exchange(case["suite"], case["name"], case["about"], tuple(case["step"])))
    data = read["data"]
    return Table(tuple(exchanges), data["prefix"], data["graphs"], data["default"], read["words"])


def exchanged(endpoint: Endpoint, exchange: Exchange, table: Table) -> str:
    """Return what was answered otherwise than the case demands; empty when nothing was."""
    ready = endpoint.update(table.insertion)
    if not ready.ok:
        return f"the data are not taken: {ready.status_code}"
    location = ""
    for number, step in enumerate(exchange.steps, start=1):
        if step["to"] not in ("query", "update") and not endpoint.store_url:
            return "there is no graph store"
        url = location if step["to"] == "$LOCATION" else _url(step, endpoint, table)
        answer = _send(endpoint, step, url, table)
        if why := _wrong(step, answer, table, endpoint):
            return f"step {number}: {why}"
        if answer.status_code == 201:
            location = urljoin(url, answer.headers.get("Location", ""))
    return ""


def _url(step: Mapping[str, Any], endpoint: Endpoint, table: Table) -> str:
    places = {
        "query": endpoint.query_url, "update": endpoint.update_url, "store": endpoint.store_url
    }  # fmt: skip
    url = places.get(step["to"], f"{endpoint.store_url}/{step['to']}")
    if "parameters" in step:
        url += "?" + _encoded(step["parameters"], endpoint, table)
    return url


def _encoded(pairs: Sequence[Sequence[str]], endpoint: Endpoint, table: Table) -> str:
    return urlencode([(name, table.filled(value, endpoint)) for name, value in pairs])


def _send(endpoint: Endpoint, step: Mapping[str, Any], url: str, table: Table) -> requests.Response:
    headers: dict[str, str | None] = {
        "Accept": step.get("accept", JSON if "answer" in step else "*/*") or None
    }
    body: bytes | None = None
    if "form" in step:
        body = _encoded(step["form"], endpoint, table).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    elif "body" in step:
        body = table.filled(step["body"], endpoint).encode(step.get("encoding", "utf-8"))
        headers["Content-Type"] = step.get("type")
    return endpoint.session.request(
        step["method"], url, data=body, headers=headers, timeout=_TIMEOUT_S
    )


def _wrong(
    step: Mapping[str, Any], answer: requests.Response, table: Table, endpoint: Endpoint
) -> str:
    allowed = [str(status) for status in step["status"]]
    if str(answer.status_code) not in allowed and f"{answer.status_code // 100}xx" not in allowed:
        return f"answered {answer.status_code}, not {' or '.join(allowed)}: {answer.text[:200]}"
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    if "types" in step and media_type not in step["types"]:
        return f"answered as {media_type or 'nothing'}"
    if "answer" in step and from_json(answer.content) != Truth(step["answer"]):
        return f"answered {answer.text[:100]}, not {step['answer']}"
    if "graph" in step:
        expected = _quads(table.filled(step["graph"], endpoint).encode(), endpoint.store_url)
        return graph_difference(expected, _quads(answer.content, answer.url))
    if "states" in step:
        described = ox.Store()
        described.extend(_quads(answer.content, answer.url))
        if not described.query(table.filled(step["states"], endpoint)):
            return f"the description does not state it: {answer.text[:300]}"
    return ""


def _quads(turtle: bytes, base: str) -> list[ox.Quad]:
    return list(ox.parse(turtle, format=ox.RdfFormat.TURTLE, base_iri=base))
