"""The question library: find a question by words, and run one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from erqi_kg.mcp.asking import Asker, Refused, json_of
from erqi_kg.mcp.outcome import Outcome, extent, extent_said
from erqi_kg.questions import RESERVED
from erqi_kg.search.folding import folded, is_han, runs

MOST_QUESTIONS = 20
USUAL_ROWS = 50
MOST_ROWS = 500
_LEAST_LETTERS = 3
_TELLS_LITTLE = 0.4
"""Words of more than this part of the library find nothing in it."""


def find_questions(asker: Asker, words: str = "") -> Outcome:
    """Return the questions that share most with some words; without words, all."""
    listed = json_of(asker, "/api")["questions"]
    found = _ranked(listed, words) if words.strip() else listed
    shown = [
        {name: one[name] for name in ("id", "question", "note", "tags", "parameters")}
        for one in (found[:MOST_QUESTIONS] if words.strip() else found)
    ]
    members = {"questions": shown, **extent(len(shown), len(found)), "in_library": len(listed)}
    said = (
        f"问题库共 {len(listed)} 题，相关 {len(found)} 题，最相关的在前。"
        f"{len(found)} of {len(listed)} questions share words, the nearest first; "
        "run_question answers one."
    )
    return Outcome(members, said)


def run_question(
    asker: Asker,
    id: str,
    parameters: Mapping[str, str | int] | None = None,
    limit: int = USUAL_ROWS,
    offset: int = 0,
) -> Outcome:
    """Answer a question of the library, in rows with their names."""
    fields = {name: str(value) for name, value in (parameters or {}).items()}
    if own := sorted(fields.keys() & RESERVED):
        detail = f"{own[0]} is no parameter of a question; find_questions tells which there are."
        raise Refused({"title": "Bad request", "detail": detail})
    fields |= {"limit": str(limit), "offset": str(offset)}
    found = json_of(asker, f"/api/{quote(id, safe='')}", fields)
    rows = found["rows"]
    members = {
        **{name: found[name] for name in ("question", "note", "release", "parameters", "columns")},
        "rows": rows,
        "labels": found["labels"],
        **extent(len(rows), found["total"], offset),
        "most_rows": limit,
        "page": found["links"]["self"],
    }
    return Outcome(members, extent_said(len(rows), found["total"]))


def _ranked(listed: Sequence[Mapping[str, Any]], words: str) -> list[Mapping[str, Any]]:
    """Return questions that hold some of the words, rare words counting more."""
    held = [set(_pieces(_text(one))) for one in listed]
    often = Counter(piece for pieces in held for piece in pieces)
    most = max(1, len(listed) * _TELLS_LITTLE)
    wanted = {piece for piece in _pieces(words) if often[piece] <= most}
    scores = [
        sum(math.log(1 + len(listed) / often[piece]) for piece in wanted & pieces)
        for pieces in held
    ]
    order = sorted(range(len(listed)), key=lambda place: -scores[place])
    return [listed[place] for place in order if scores[place] > 0]


def _text(question: Mapping[str, Any]) -> str:
    parts = [question["id"], *question["question"].values(), *question["tags"]]
    parts += (question["note"] or {}).values()
    parts += [text for one in question["parameters"] for text in one["label"].values()]
    return " ".join(parts)


def _pieces(text: str) -> Iterator[str]:
    """Yield pairs of Han characters, and the stems of other words."""
    for run in runs(folded(text)):
        if is_han(run):
            yield from (run[at : at + 2] for at in range(max(1, len(run) - 1)))
        elif len(run) >= _LEAST_LETTERS:
            yield run.removesuffix("s")
