"""Read the question library: one competency question a `.rq` file, front matter in `#+` lines.

The same file feeds the pages, the REST answers, the documentation and the tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from erqi_kg.errors import BadRequest, QuestionInvalid
from erqi_kg.namespaces import ID_PATTERN

LIBRARY = "competency"
"""Folder of the questions inside `queries/`."""
LANGUAGES = ("zh", "en")
TYPES = ("iri", "string", "integer")
RESERVED = ("limit", "offset", "format", "release", "lang")
"""Parameters of the addresses that answer questions; none of a question is called so."""

_MARK = "#+"
_QUESTION_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_REQUIRED = frozenset(("id", "question", "tags"))
_KNOWN = _REQUIRED | {"parameters", "note"}
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


@dataclass(frozen=True)
class Parameter:
    """A variable of a question that the asker may set."""

    name: str
    """Name of the variable, without `?`."""
    type: str
    """`iri`, `string` or `integer`."""
    default: str
    label: Mapping[str, str]
    """What to put in, by language."""


@dataclass(frozen=True)
class Question:
    """One question of the library."""

    id: str
    question: Mapping[str, str]
    """The question in words, by language."""
    text: str
    """The SPARQL query, without the front matter."""
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    note: Mapping[str, str] | None = None
    """What to know when reading the answer, by language."""


def read_library(directory: Path) -> tuple[Question, ...]:
    """Return all questions of a directory, sorted by id.

    Raises:
        QuestionInvalid: a file is wrong.
    """
    return tuple(read_question(path) for path in sorted(directory.glob("*.rq")))


def read_question(path: Path) -> Question:
    """Read one question file.

    Raises:
        QuestionInvalid: its front matter or its query is wrong; says which file and why.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionInvalid(f"cannot be read: {error}", path.name) from error
    heads = [line for line in lines if line.startswith(_MARK)]
    text = "\n".join(line for line in lines if not line.startswith(_MARK)).strip() + "\n"
    return _Reader(path).question(heads, text)


def bound_terms(question: Question, given: Mapping[str, str], things: str) -> dict[str, str]:
    """Return the terms of a question's parameters in N-Triples syntax, by variable.

    Args:
        given: values by parameter name; an absent or empty one takes its default.
        things: the prefix of things, which short ids such as `division/410103` stand under.

    Raises:
        BadRequest: a value is not of its parameter's type.
    """
    return {
        parameter.name: bound_term(parameter, given.get(parameter.name, ""), things)
        for parameter in question.parameters
    }


def bound_term(parameter: Parameter, value: str, things: str) -> str:
    """Return the term of one parameter; see `bound_terms`."""
    return _term(parameter, value or parameter.default, things)


def _is_id(parameter: Parameter, value: str) -> bool:
    """Whether a value is an id, of the kind that the parameter is named for.

    `division` and `group` (of `project-group`) name a kind; `thing` and `record` may be of any.
    """
    kind = parameter.default.partition("/")[0]
    starts = f"{kind}/" if parameter.name in kind.split("-") else ""
    return (
        ID_PATTERN.fullmatch(value) is not None
        and value.startswith(starts)
        and ("/" in value or "/" not in parameter.default)
    )


def _term(parameter: Parameter, value: str, things: str) -> str:
    if parameter.type == "iri":
        if _NOT_IN_IRI.search(value):
            raise BadRequest(f"{parameter.name}: {value!r} is no IRI.")
        if not _is_id(parameter, value) and not _ABSOLUTE.match(value):
            raise BadRequest(
                f"{parameter.name}: {value!r} is no id such as {parameter.default}, and no IRI."
            )
        return f"<{value if _ABSOLUTE.match(value) else things + value}>"
    if parameter.type == "integer":
        if not _INTEGER.fullmatch(value):
            raise BadRequest(f"{parameter.name}: {value!r} is no whole number.")
        return f'"{value}"^^<{_XSD_INTEGER}>'
    return '"' + re.sub(r'[\\"\n\r]', lambda match: _ESCAPES[match[0]], value) + '"'


@dataclass(frozen=True)
class _Reader:
    path: Path

    def question(self, heads: list[str], text: str) -> Question:
        members = self._members(heads)
        if unknown := sorted(set(members) - _KNOWN):
            raise self._wrong(f"unknown key {unknown[0]}; known: {', '.join(sorted(_KNOWN))}")
        if missing := sorted(_REQUIRED - set(members)):
            raise self._wrong(f"{missing[0]} is missing in the front matter")
        if members["id"] != self.path.stem or not _QUESTION_ID.fullmatch(self.path.stem):
            raise self._wrong(f"the id {members['id']!r} must be the file's name, in a-z0-9-")
        if not text.strip():
            raise self._wrong("has no query")
        parameters = members.get("parameters") or {}
        if not isinstance(parameters, dict):
            raise self._wrong("parameters must be a table by name")
        return Question(
            id=self.path.stem,
            question=self._in_both_languages("question", members["question"]),
            text=text,
            tags=self._tags(members["tags"]),
            parameters=tuple(
                self._parameter(str(name), value, text) for name, value in parameters.items()
            ),
            note=self._in_both_languages("note", members["note"]) if "note" in members else None,
        )

    def _members(self, heads: list[str]) -> dict[str, Any]:
        front = "\n".join(line.removeprefix(_MARK).removeprefix(" ") for line in heads)
        try:
            members = yaml.safe_load(front)
        except yaml.YAMLError as error:
            raise self._wrong(f"its front matter is not YAML: {error}") from error
        if not isinstance(members, dict):
            raise self._wrong("has no front matter in lines that begin with #+")
        return members

    def _parameter(self, name: str, value: object, text: str) -> Parameter:
        if not isinstance(value, dict) or set(value) != {"default", "type", "label"}:
            raise self._wrong(f"the parameter {name} needs type, default and label, nothing else")
        if not _VARIABLE.fullmatch(name) or not re.search(rf"[?$]{name}\b", text):
            raise self._wrong(f"the parameter {name} is no variable of the query")
        if name in RESERVED:
            raise self._wrong(f"no parameter may be called {name}: it chooses the page or format")
        if value["type"] not in TYPES:
            raise self._wrong(f"the parameter {name} must be of type {', '.join(TYPES)}")
        label = self._in_both_languages(f"label of the parameter {name}", value["label"])
        parameter = Parameter(name, value["type"], str(value["default"]), label)
        try:
            _term(parameter, parameter.default, "things:")
        except BadRequest as error:
            raise self._wrong(f"the default of the parameter {error.detail}") from error
        return parameter

    def _tags(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not value:
            raise self._wrong("tags must be a list with at least one tag")
        return tuple(str(tag) for tag in value)

    def _in_both_languages(self, name: str, value: object) -> Mapping[str, str]:
        if (
            not isinstance(value, dict)
            or set(value) != set(LANGUAGES)
            or not all(isinstance(text, str) and text for text in value.values())
        ):
            raise self._wrong(f"{name} must be given in {' and '.join(LANGUAGES)}")
        return value

    def _wrong(self, message: str) -> QuestionInvalid:
        return QuestionInvalid(message, self.path.name)
