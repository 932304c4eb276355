"""Run everything against an engine, and hold the outcomes against the table of known failures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.conformance.cases import Files, read_cases
from tests.conformance.endpoint import Endpoint
from tests.conformance.exchanges import exchanged, read_exchanges
from tests.conformance.runner import run
from tests.conformance.suites import suites

KNOWN = Path(__file__).parent / "known_failures.toml"


@dataclass(frozen=True)
class Verdict:
    """What came of one case: of the query and update suites, or of the protocol table."""

    iri: str
    group: str
    passed: bool
    why: str = ""

    @property
    def is_protocol(self) -> bool:
        return self.group in PROTOCOL_GROUPS


PROTOCOL_GROUPS = ("protocol", "service-description", "http-rdf-update")


def verdicts(endpoint: Endpoint) -> list[Verdict]:
    """Run all cases against an endpoint."""
    root = suites()
    found = [
        Verdict(o.case.iri, f"{o.case.suite}/{o.case.group}", o.passed, o.why)
        for o in run(endpoint, read_cases(root), Files(root))
    ]
    return found + list(protocol_verdicts(endpoint))


def protocol_verdicts(endpoint: Endpoint) -> Iterator[Verdict]:
    """Run the cases of the protocol table."""
    table = read_exchanges()
    for exchange in table.exchanges:
        try:
            why = exchanged(endpoint, exchange, table)
        except (requests.RequestException, ValueError, SyntaxError) as error:
            why = f"{type(error).__name__}: {error}"
        yield Verdict(exchange.iri, exchange.suite, not why, why)


def known_failures() -> Mapping[str, str]:
    """Return the reason for each case that is known to fail here."""
    listed: dict[str, str] = {}
    for entry in tomllib.loads(KNOWN.read_text(encoding="utf-8"))["failure"]:
        for iri in entry["cases"]:
            name = entry.get("in", "") + iri
            assert name not in listed, f"{name} is listed twice"
            listed[name] = entry["reason"]
    return listed
