"""The files of a release beside its data: ontology, questions, coverage."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from erqi_kg.build.context import Context
from erqi_kg.build.inputs import Inputs
from erqi_kg.build.lockfile import LockFile
from erqi_kg.questions import Question, read_question
from erqi_kg.storedir import COVERAGE

PATTERNS = ("queries/**/*.*", "ontology/**/*.ttl", Context.FILE)


def texts_of(inputs: Inputs, *patterns: str) -> dict[str, str]:
    """Return the texts of the inputs that match, by name."""
    return {
        inputs.name(path): inputs.text(path)
        for pattern in patterns
        for path in inputs.paths(pattern)
    }


def release_content(inputs: Inputs, locks: Iterable[LockFile]) -> Mapping[str, bytes]:
    """Return what the serve half needs beside the data, by relative path."""
    files = {
        name: text.encode("utf-8")
        for name, text in texts_of(inputs, *PATTERNS).items()
        if not name.startswith("ontology/examples/")
    }
    report = {lock.source: _coverage(lock) for lock in locks}
    text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True)
    return {**files, COVERAGE: text.encode("utf-8")}


def questions_of(inputs: Inputs) -> list[Question]:
    """Return the questions of the library, sorted by id."""
    return [read_question(path) for path in inputs.paths("queries/competency/*.rq")]


def _coverage(lock: LockFile) -> dict[str, object]:
    """Return a source's coverage; an excused place is told by position, not by its words."""
    return {
        "mentions": {
            kind: {"used": used, "excused": excused}
            for kind, (used, excused) in lock.coverage.items()
        },
        "excused": [
            {
                "start": place.start,
                "end": place.end,
                "kind": place.kind,
                "reason": {"zh": place.reason_zh, "en": place.reason_en},
            }
            for place in lock.uncovered
        ],
    }
