"""Every competency question is answered as expected, and so are fifty asked of the article."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyoxigraph as ox
import pytest

from erqi_kg.namespaces import Names
from erqi_kg.questions import Question, bound_terms, read_question

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "queries" / "competency"
FILES = sorted(LIBRARY.glob("*.rq"))
NAMES = Names()
LEAST_OVERLAP = 3
"""Characters that two overlapping quotes share at least."""
LEAST_SHARE = 0.25
"""Part of the expected words that the facts' own quotes must show, which are the shortest spans."""

QUOTES_OF = """
SELECT DISTINCT ?thing ?words WHERE {
  { ?thing prov:wasDerivedFrom ?quote }
  UNION { ?support erqi:supports ?thing ; erqi:quote ?quote }
  UNION { ?thing erqi:quote ?quote }
  ?quote oa:hasSelector/oa:exact ?words .
}"""


@dataclass(frozen=True)
class Asked:
    """One of the fifty: what was asked, and what the article answers."""

    number: int
    values: tuple[str, ...]
    quote: str
    query: str


def asked(file_name: str) -> list[Asked]:
    with (ROOT / "tests" / file_name).open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Asked(
                int(line["number"]),
                tuple(line["expected"].split(";")),
                line["quote"],
                line["query"],
            )
            for line in lines
        ]


ASKED = asked("questions.tsv")
ASKED_LATER = asked("further-questions.tsv")


def bound(
    question: Question, given: dict[str, str]
) -> dict[ox.Variable, ox.NamedNode | ox.Literal]:
    terms = bound_terms(question, given, NAMES.things)
    return {
        ox.Variable(name): next(ox.parse(f"<a:s> <a:p> {term} .", ox.RdfFormat.N_TRIPLES)).object
        for name, term in terms.items()
    }


def answer(store: ox.Store, question: Question, given: dict[str, str]) -> ox.QuerySolutions:
    return solutions(store.query(question.text, substitutions=bound(question, given)))


def solutions(result: object) -> ox.QuerySolutions:
    assert isinstance(result, ox.QuerySolutions)
    return result


def ask(store: ox.Store, query: str) -> ox.QuerySolutions:
    """Answer the query column: a question's id and parameters, or a line of SPARQL."""
    if re.match(r"(SELECT|BASE|PREFIX)\b", query):
        return solutions(store.query(query, base_iri=NAMES.things, prefixes=NAMES.prefixes()))
    name, *given = query.split()
    question = read_question(LIBRARY / f"{name}.rq")
    return answer(store, question, dict(item.split("=", 1) for item in given))


def says(cell: str, value: str) -> bool:
    """Whether a cell holds the value: numbers as numbers, texts as a part."""
    try:
        return Decimal(cell) == Decimal(value)
    except InvalidOperation:
        return not re.fullmatch(r"[\d.]+", value) and value in cell


def covered(quote: str, words: Iterable[str]) -> float:
    """The part of the quote's characters that the words contain or overlap."""
    quote = re.sub(r"\s+", "", quote)
    found: set[int] = set()
    for text in (re.sub(r"\s+", "", text) for text in words):
        if quote in text:
            return 1.0
        start = quote.find(text)
        if start >= 0:
            found |= set(range(start, start + len(text)))
        for size in range(LEAST_OVERLAP, min(len(text), len(quote))):
            if text.endswith(quote[:size]):
                found |= set(range(size))
            if text.startswith(quote[-size:]):
                found |= set(range(len(quote) - size, len(quote)))
    return len(found) / len(quote)


def words_behind(store: ox.Store, things: Iterable[ox.NamedNode]) -> set[str]:
    found: set[str] = set()
    for thing in things:
        quotes = store.query(
            QUOTES_OF, prefixes=NAMES.prefixes(), substitutions={ox.Variable("thing"): thing}
        )
        found |= {solution["words"].value for solution in solutions(quotes)}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_question_stands_in_both_languages_under_its_gist(path: Path) -> None:
    question = read_question(path)
    assert question.id == path.stem
    assert all(question.question.get(language) for language in ("zh", "en"))
    assert question.tags


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_question_is_answered_as_expected(path: Path, built_store: ox.Store) -> None:
    expected = path.with_suffix(".expected.csv").read_text(encoding="utf-8")
    found = answer(built_store, read_question(path), {})
    assert found.serialize(format=ox.QueryResultsFormat.CSV).decode().splitlines() == (
        expected.splitlines()
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_order_leaves_no_two_solutions_in_doubt(path: Path, built_store: ox.Store) -> None:
    question = read_question(path)
    keys = re.findall(r"\?(\w+)", question.text.rpartition("ORDER BY")[2])
    found = [tuple(solution[key] for key in keys) for solution in answer(built_store, question, {})]
    assert keys
    assert len(set(found)) == len(found)


def test_the_library_covers_its_kinds() -> None:
    tags = [tag for path in FILES for tag in read_question(path).tags]
    kinds = ("ranking", "claim", "indicator", "project", "programme", "agent", "place", "code")
    assert len(FILES) >= 40
    assert [kind for kind in (*kinds, "evidence", "join", "reference") if kind not in tags] == []
    assert sum(bool(read_question(path).parameters) for path in FILES) >= 5


def test_every_expected_answer_has_its_question() -> None:
    answers = {path.name.removesuffix(".expected.csv") for path in LIBRARY.glob("*.csv")}
    assert answers == {path.stem for path in FILES}


def test_fifty_questions_were_asked_first_and_more_later() -> None:
    assert [question.number for question in ASKED] == list(range(1, 51))
    assert [question.number for question in ASKED_LATER] == list(range(51, 51 + len(ASKED_LATER)))


@pytest.mark.parametrize(
    "question", [*ASKED, *ASKED_LATER], ids=lambda question: str(question.number)
)
def test_the_graph_answers_what_the_article_answers(question: Asked, built_store: ox.Store) -> None:
    found = ask(built_store, question.query)
    telling: set[ox.NamedNode] = set()
    missing = set(question.values)
    for solution in found:
        terms = [term for term in solution if term is not None]
        cells = [term.value for term in terms if isinstance(term, ox.Literal)]
        said = {value for value in question.values if any(says(cell, value) for cell in cells)}
        missing -= said
        if said:
            telling |= {term for term in terms if isinstance(term, ox.NamedNode)}
    assert missing == set()
    if question.quote:
        words = words_behind(built_store, telling)
        assert covered(question.quote, words) >= LEAST_SHARE, words
