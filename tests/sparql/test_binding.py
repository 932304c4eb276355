from __future__ import annotations

import pytest

from erqi_kg.sparql.binding import with_bindings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?a WHERE { ?a ?b ?c }", "SELECT ?a WHERE { VALUES (?b) { (<x:y>) }  ?a ?b ?c }"),
        ("SELECT (EXISTS {} AS ?a) # {\n{}",
         "SELECT (EXISTS {} AS ?a) # {\n{ VALUES (?b) { (<x:y>) } }"),
        ("SELECT ?a", "SELECT ?a"),
    ],
)  # fmt: skip
def test_the_values_stand_at_the_head_of_the_where_clause(text: str, expected: str) -> None:
    assert with_bindings(text, {"b": "<x:y>"}) == expected


def test_several_variables_are_bound_together() -> None:
    bound = with_bindings("SELECT * {}", {"a": "<x:y>", "b": '"z"@en'})
    assert bound == 'SELECT * { VALUES (?a ?b) { (<x:y> "z"@en) } }'
