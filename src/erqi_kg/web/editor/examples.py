"""Questions of the library as queries to begin with."""

from __future__ import annotations

from typing import Any

from erqi_kg.namespaces import Names
from erqi_kg.questions import Question, bound_terms
from erqi_kg.storedir import Release
from erqi_kg.web.site.library import questions_of
from erqi_kg.web.site.snippets import with_values


def example_of(release: Release, question_id: str) -> str | None:
    """Return the query of a question with its usual values; None when there is no such one."""
    question = questions_of(release).get(question_id)
    return None if question is None else _query(question, Names(release.manifest.base_iri))


def examples_of(release: Release) -> list[dict[str, Any]]:
    """Return all questions with their queries."""
    names = Names(release.manifest.base_iri)
    return [
        {
            "id": one.id,
            "question": dict(one.question),
            "tags": list(one.tags),
            "query": _query(one, names),
        }
        for one in questions_of(release).values()
    ]


def _query(question: Question, names: Names) -> str:
    return with_values(question.text, bound_terms(question, {}, names.things))
