"""The W3C's suites, over HTTP, against this service in plain mode and Oxigraph's server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from tests.conformance.cases import read_cases
from tests.conformance.report import earl, page
from tests.conformance.suites import suites
from tests.conformance.verdicts import Verdict, known_failures

Verdicts = Mapping[str, Verdict]
DOCS = Path(__file__).parents[2] / "docs"


def failed(verdicts: Verdicts, *, protocol: bool) -> dict[str, str]:
    return {v.iri: v.why for v in verdicts.values() if v.is_protocol == protocol and not v.passed}


def test_both_suites_are_read_whole() -> None:
    cases = read_cases(suites())
    assert len(cases) == len({case.iri for case in cases}) == 879
    assert len({(case.suite, case.group) for case in cases}) > 50


def test_a_case_of_the_languages_fails_only_for_a_listed_reason(our_verdicts: Verdicts) -> None:
    unlisted = failed(our_verdicts, protocol=False).items() - known_failures().items()
    assert {iri: why for iri, why in unlisted if iri not in known_failures()} == {}


def test_no_listed_case_passes(our_verdicts: Verdicts) -> None:
    assert known_failures().keys() - failed(our_verdicts, protocol=False).keys() == set()


def test_every_case_of_protocol_graph_store_and_service_description_passes(
    our_verdicts: Verdicts,
) -> None:
    assert sum(verdict.is_protocol for verdict in our_verdicts.values()) > 50
    assert failed(our_verdicts, protocol=True) == {}


def test_every_case_that_oxigraphs_server_passes_passes_here(
    our_verdicts: Verdicts, oxigraph_verdicts: Verdicts
) -> None:
    theirs = {iri for iri, verdict in oxigraph_verdicts.items() if verdict.passed}
    assert len(theirs) > 800
    assert {iri: our_verdicts[iri].why for iri in theirs if not our_verdicts[iri].passed} == {}


def test_the_documentation_states_these_verdicts(our_verdicts: Verdicts) -> None:
    verdicts = list(our_verdicts.values())
    stated = ox.Store()
    stated.bulk_load((DOCS / "conformance.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    ours = ox.Store()
    ours.bulk_load(earl(verdicts).encode(), format=ox.RdfFormat.TURTLE)
    assert outcomes(stated) == outcomes(ours)
    listed = (
        page({"erqi-kg": verdicts}).partition("## Known failures")[2].partition("## Protocol")[0]
    )
    assert listed in (DOCS / "conformance.md").read_text(encoding="utf-8")


def outcomes(store: ox.Store) -> set[tuple[str, str]]:
    solutions = store.query(
        "PREFIX earl: <http://www.w3.org/ns/earl#> SELECT ?test ?outcome WHERE {"
        "?a earl:subject <https://w3id.org/erqi/> ; earl:test ?test ;"
        " earl:result/earl:outcome ?outcome }"
    )
    return {(solution["test"].value, solution["outcome"].value) for solution in solutions}
