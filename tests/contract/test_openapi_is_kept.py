"""Schemathesis asks every operation of /openapi.json for what it says, and for what it does not."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

EXAMPLES = 8
WITH_GRAMMAR = {
    "/sparql": "a query is SPARQL", "/sparql/doctor": "likewise, and a SELECT",
    "/cite": "a query or a question, not both", "/store": "a graph or the default one, not both",
    "/reconcile": "a parameter holds JSON of a form of its own", "/fragments": "terms",
    "/report": "a thing that is there", "/api/places-of-a-division": "an id, or a whole IRI",
    "/queries/places-of-a-division": "likewise",
}  # fmt: skip
"""What OpenAPI cannot say of parameters: there, 400 is an answer to what fits the description."""
_REFUSED = ["400", "401", "403", "404", "405", "406", "413", "415"]
REFUSALS = {"checks": {"negative_data_rejection": {"expected-statuses": _REFUSED}}}
"""What is wrong is refused with any of these; 413 is what is too long or too much."""
BOUNDS: dict[str, Any] = {
    "max_examples": EXAMPLES, "deadline": None, "derandomize": True, "database": None,
    "phases": [Phase.generate], "suppress_health_check": list(HealthCheck),
}  # fmt: skip


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_answers_as_it_is_described(service: Flask, mode: GenerationMode) -> None:
    config = schemathesis.Config.from_dict(REFUSALS)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", service, config=config)
    asked: Counter[str] = Counter()
    wrong = [failure for found in schema.get_all_operations()
             if (failure := failure_of(found.ok(), mode, asked))]  # fmt: skip
    assert not wrong, "\n".join(wrong)
    assert len(asked) > 20
    assert asked.total() > 200


def failure_of(operation: Any, mode: GenerationMode, asked: Counter[str]) -> str:
    """What is wrong with the answers of an operation; "" when nothing is."""
    name = f"{operation.method.upper()} {operation.path}"
    excluded = [positive_data_acceptance] if operation.path in WITH_GRAMMAR else []

    @settings(**BOUNDS)
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        deadline = (case.query or {}).get("timeout")
        if isinstance(deadline, int | float):
            case.query["timeout"] = deadline + 1  # one of nothing is met with 503, rightly
        asked[name] += 1
        case.call_and_validate(excluded_checks=excluded)

    try:
        ask()
    except Unsatisfiable:
        return ""  # a request without parameters cannot be wrong
    except FailureGroup as failures:
        return f"{name}: {failures}"
    return ""
