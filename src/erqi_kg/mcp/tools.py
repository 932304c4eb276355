"""The tools: what each is for, what it takes, and the function behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from erqi_kg.mcp import queries, questions
from erqi_kg.mcp.asking import Asker
from erqi_kg.mcp.classes import schema
from erqi_kg.mcp.outcome import Outcome
from erqi_kg.mcp.queries import sparql
from erqi_kg.mcp.questions import find_questions, run_question
from erqi_kg.mcp.things import describe, search

INSTRUCTIONS = (
    "A knowledge graph of Erqi District (二七区, Zhengzhou, China): rankings, programmes, "
    "projects, indicators and claims, each value with the words of the source that support it. "
    "Begin with find_questions and run_question, whose queries are tested; else look at "
    "schema and write SPARQL. Claims are claims: say what a source states, and quote it "
    "(describe has the words). "
    "Each result says whether it is complete. "
    "郑州市二七区的知识图谱，每个值都有原文依据；中文、英文均可。"
)
KINDS = (
    *("division", "ranking", "programme", "project", "group", "indicator", "person"),
    *("organisation", "concept", "term", "source", "question", "statement", "other"),
)
"""Of things, as /search tells them apart."""


@dataclass(frozen=True)
class Tool:
    """One tool."""

    name: str
    title: str
    about: str
    fields: Mapping[str, Mapping[str, Any]]
    """JSON Schema of each argument."""
    required: tuple[str, ...]
    run: Callable[..., Outcome]

    @property
    def input_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of its arguments."""
        return {
            "type": "object",
            "properties": {name: dict(field) for name, field in self.fields.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }

    def call(self, asker: Asker, arguments: Mapping[str, Any]) -> Outcome:
        """Run it with arguments that fit its schema.

        Raises:
            Refused: the service answered with an error.
        """
        # `class` is no name in Python.
        own = {_OWN_NAMES.get(name, name): value for name, value in arguments.items()}
        return self.run(asker, **own)


_OWN_NAMES = {"class": "class_", "iri": "thing"}


def _rows(most: int, usual: int) -> dict[str, Any]:
    return {
        "type": "integer",
        "minimum": 1,
        "maximum": most,
        "default": usual,
        "description": "most rows of the result",
    }


def _text(about: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": about, **more}


TOOLS = (
    Tool(
        "find_questions",
        "Find questions / 找问题",
        "Find questions of the library by words, Chinese or English; without words, list all. Each "
        "has an id and typed parameters for run_question. 在问题库中按词找问题。",
        {"words": _text("what the question is about, in Chinese or English", maxLength=500)},
        (),
        find_questions,
    ),
    Tool(
        "run_question",
        "Run a question / 回答问题",
        "Answer a question of the library. Values of parameters: an id such as division/410103 or "
        "an IRI, text, or a whole number; what is left out takes its default. `total` is exact; go "
        "on with `offset`. 运行问题库中的一题。",
        {
            "id": _text("id of the question, from find_questions", minLength=1, maxLength=200),
            "parameters": {
                "type": "object",
                "additionalProperties": {"type": ["string", "integer"]},
                "description": "values by name",
            },
            "limit": _rows(questions.MOST_ROWS, questions.USUAL_ROWS),
            "offset": {"type": "integer", "minimum": 0, "maximum": 1_000_000_000, "default": 0},
        },
        ("id",),
        run_question,
    ),
    Tool(
        "search",
        "Search / 搜索",
        "Find things by name, other name, code or pinyin, 20 a page. 按名称、代码或拼音找事物。",
        {
            "words": _text("a name or a part of one", minLength=1, maxLength=100),
            "kind": _text("only things of this kind", enum=list(KINDS)),
            "page": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1},
        },
        ("words",),
        search,
    ),
    Tool(
        "describe",
        "Describe a thing / 描述事物",
        "What is stated of a thing: each value with its evidence (the quoted words and their "
        "source, or why it was inferred), and which statements refer to it. "
        "描述一个事物，每个值附依据。",
        {"iri": _text("IRI, prefixed name, or id: division/410103", minLength=1, maxLength=2000)},
        ("iri",),
        describe,
    ),
    Tool(
        "schema",
        "Schema / 结构",
        "Which classes there are, with counts; of one class: its properties with counts, labels, "
        "definitions and ranges. For writing SPARQL. 类与属性，附数量。",
        {"class": _text("IRI, prefixed name, local name or label of a class", maxLength=2000)},
        (),
        schema,
    ),
    Tool(
        "sparql",
        "SPARQL query / SPARQL 查询",
        "Run a SPARQL 1.1 query (read only) under the limits of the service. Terms are written as "
        "in SPARQL; rows beyond `limit` are counted, not shown: `complete` says so. When nothing "
        "matches, `hints` says which pattern is to blame. Write all prefixes. "
        "运行 SPARQL 查询（只读）。",
        {
            "query": _text("SELECT, ASK, CONSTRUCT or DESCRIBE", minLength=1),
            "limit": _rows(queries.MOST_ROWS, queries.USUAL_ROWS),
        },
        ("query",),
        sparql,
    ),
)  # fmt: skip
BY_NAME = {tool.name: tool for tool in TOOLS}
