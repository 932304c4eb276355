"""The rules of modelling are held where `docs/modelling.md` says, and answers follow them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF, SKOS

from erqi_kg import errors
from erqi_kg.questions import read_question

ROOT = Path(__file__).parent.parent.parent
ERQI = rdflib.Namespace("https://w3id.org/erqi/def#")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
RULE = re.compile(r"^\| (?P<number>\d+)\. (?P<rule>.*?) \| (?P<holders>.*?) \|$", re.MULTILINE)
RULES = RULE.findall((ROOT / "docs/modelling.md").read_text(encoding="utf-8"))
HOLDER = re.compile(r"(\w+) `([^`]+)`")
QUESTIONS = sorted((ROOT / "queries/competency").glob("*.rq"))


def graph(*patterns: str) -> rdflib.Graph:
    found = rdflib.Graph()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            found.parse(path, format="turtle")
    return found


def stems(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*.rq")}


def shapes() -> set[str]:
    found = graph("ontology/shapes/*.ttl").subjects(RDF.type, SH.NodeShape)
    return {str(shape).removeprefix(str(ERQI)) for shape in found}


def notes() -> set[str]:
    found = graph("ontology/modules/*.ttl").subjects(SKOS.scopeNote, None)
    return {str(term).removeprefix(str(ERQI)) for term in found}


def promises() -> set[str]:
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return set(re.findall(r"^def (test_\w+)", text, re.MULTILINE))


def corrections() -> set[str]:
    tables = tomllib.loads((ROOT / "data/corrections.toml").read_text(encoding="utf-8"))
    return {correction["id"].rsplit("/", 1)[1] for correction in tables["correction"]}


KNOWN: dict[str, Callable[[], set[str]]] = {
    "check": lambda: stems("queries/checks"),
    "question": lambda: stems("queries/competency"),
    "shape": shapes,
    "note": notes,
    "test": promises,
    "gate": lambda: {name for name in dir(errors) if name[0].isupper()},
    "correction": corrections,
}


def test_there_are_twenty_five_rules_each_held_somewhere() -> None:
    assert [int(number) for number, _, _ in RULES] == list(range(1, 26))
    for _, rule, holders in RULES:
        assert HOLDER.search(holders), rule
        assert HOLDER.sub("", holders).strip(", ") == "", holders


@pytest.mark.parametrize("kind", sorted(KNOWN))
def test_what_holds_a_rule_exists(kind: str) -> None:
    named = {name for _, _, text in RULES for what, name in HOLDER.findall(text) if what == kind}
    assert named
    assert named - KNOWN[kind]() == set()


def test_every_kind_of_holder_is_known() -> None:
    used = {what for _, _, holders in RULES for what, _ in HOLDER.findall(holders)}
    assert used == set(KNOWN)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_no_question_does_arithmetic_on_ranks(path: Path) -> None:
    assert not re.search(r"\b(AVG|SUM)\s*\(\s*(DISTINCT\s+)?\?\w*[rR]ank", path.read_text("utf-8"))


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_no_question_adds_up_figures(path: Path) -> None:
    """Groups may overlap, so that sums of their sizes or amounts would count twice."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(AVG|SUM)\s*\(", text)


def test_answers_across_a_list_tell_how_much_of_it_is_known() -> None:
    """A question that lists the divisions on a ranking says how many of its entries are known."""
    asked = {path.stem: read_question(path) for path in QUESTIONS}
    across = [
        name
        for name, question in asked.items()
        if {"ranking", "place", "reference"} <= set(question.tags)
        and "division" not in {parameter.name for parameter in question.parameters}
    ]
    assert len(across) >= 3
    for name in across:
        assert "?knownEntries" in asked[name].text, name
