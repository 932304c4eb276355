"""A question file is read whole, or refused with its name and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from erqi_kg.errors import BadRequest, QuestionInvalid
from erqi_kg.questions import bound_terms, read_library, read_question

GOOD = """#+ id: good
#+ question: {zh: 好吗？, en: "Good?"}
#+ parameters:
#+   thing: {type: iri, default: division/1, label: {zh: 事物, en: thing}}
#+   word: {type: string, default: a, label: {zh: 词, en: word}}
#+   year: {type: integer, default: 2018, label: {zh: 年, en: year}}
#+ tags: [one, two]
#+ note: {zh: 注意。, en: Mind.}

SELECT ?thing ?word ?year WHERE { ?thing ?p ?word, ?year }
"""
THINGS = "https://w3id.org/erqi/id/"


def write(directory: Path, text: str, name: str = "good") -> Path:
    path = directory / f"{name}.rq"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_question_is_read_with_all_its_parts(tmp_path: Path) -> None:
    question = read_question(write(tmp_path, GOOD))
    assert (question.id, question.tags) == ("good", ("one", "two"))
    assert question.question == {"zh": "好吗？", "en": "Good?"}
    assert question.note == {"zh": "注意。", "en": "Mind."}
    assert [(one.name, one.type, one.default) for one in question.parameters] == [
        ("thing", "iri", "division/1"), ("word", "string", "a"), ("year", "integer", "2018"),
    ]  # fmt: skip
    assert question.text == "SELECT ?thing ?word ?year WHERE { ?thing ?p ?word, ?year }\n"


def test_a_library_is_sorted_by_id(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write(tmp_path, GOOD.replace("id: good", f"id: {name}"), name)
    assert [question.id for question in read_library(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("#+ tags: [one, two]\n", "", "tags is missing"),
        ("#+ tags: [one, two]", "#+ tags: []", "at least one tag"),
        ("#+ tags", "#+ tgas: [x]\n#+ tags", "unknown key tgas"),
        ("id: good", "id: other", "must be the file's name"),
        ('en: "Good?"', 'fr: "Bon?"', "question must be given in zh and en"),
        ("zh: 注意。", "zh: ''", "note must be given in zh and en"),
        ("type: iri", "type: url", "must be of type"),
        ("  thing: {", "  thin: {", "thin is no variable"),
        ("default: 2018", "default: soon", "no whole number"),
        ("default: division/1", "default: 'a b'", "is no IRI"),
        (", label: {zh: 年, en: year}", "", "needs type, default and label"),
        ("#+ question: {", "#+ question: {[", "not YAML"),
        ("SELECT ?thing ?word ?year WHERE { ?thing ?p ?word, ?year }", "", "has no query"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(QuestionInvalid, match=reason) as raised:
        read_question(path)
    assert raised.value.file == "good.rq"


def test_a_file_without_front_matter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionInvalid, match="no front matter"):
        read_question(write(tmp_path, "ASK {}"))


@pytest.mark.parametrize(
    ("given", "terms"),
    [
        ({}, {"thing": f"<{THINGS}division/1>", "word": '"a"',
              "year": '"2018"^^<http://www.w3.org/2001/XMLSchema#integer>'}),
        ({"thing": "http://a.example/二"}, {"thing": "<http://a.example/二>"}),
        ({"word": 'a"b\\c\n'}, {"word": '"a\\"b\\\\c\\n"'}),
        ({"year": "-3"}, {"year": '"-3"^^<http://www.w3.org/2001/XMLSchema#integer>'}),
        ({"word": ""}, {"word": '"a"'}),
    ],
)  # fmt: skip
def test_given_values_become_terms(
    tmp_path: Path, given: dict[str, str], terms: dict[str, str]
) -> None:
    found = bound_terms(read_question(write(tmp_path, GOOD)), given, THINGS)
    assert found.items() >= terms.items()


@pytest.mark.parametrize(
    "given", [{"thing": "a>b"}, {"thing": "a b"}, {"year": "1.5"}, {"year": "1" * 30}]
)
def test_a_value_of_the_wrong_type_is_refused(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(BadRequest, match=next(iter(given))):
        bound_terms(read_question(write(tmp_path, GOOD)), given, THINGS)


def test_a_parameter_that_names_no_kind_takes_things_of_any_kind(tmp_path: Path) -> None:
    question = read_question(write(tmp_path, GOOD))
    assert (
        bound_terms(question, {"thing": "programme/x"}, THINGS)["thing"] == f"<{THINGS}programme/x>"
    )
    named = GOOD.replace("?thing", "?division").replace("  thing:", "  division:")
    with pytest.raises(BadRequest, match="no id such as division/1"):
        bound_terms(read_question(write(tmp_path, named)), {"division": "programme/x"}, THINGS)
