from __future__ import annotations

import pytest

from erqi_kg.sparql.cost import Cost, cost_of
from erqi_kg.sparql.patterns import Pattern, patterns_of

SIZES = {"p": 5_000, "q": 4_000, "r": 1}


def count(pattern: Pattern) -> int | None:
    return SIZES.get(pattern.predicate.text.removeprefix(":"))


def cost(where: str) -> Cost:
    return cost_of(patterns_of(f"PREFIX : <http://x/> SELECT * {{ {where} }}", ""), count)


@pytest.mark.parametrize(
    ("where", "parts", "combinations", "is_heavy"),
    [
        ("?a :p ?b", 1, 5_000, False),
        ("?a :p ?b . ?b :q ?c", 1, 4_000, False),
        ("?a :p ?b . ?c :q ?d", 2, 20_000_000, True),
        ("?a :p ?b . ?c :q ?d FILTER(?b = ?d)", 2, 20_000_000, True),
        ("?a :p ?b . ?c :q ?d . ?b :r ?c", 1, 1, False),
        ("?a :p ?b . ?c :r ?d", 2, 5_000, False),
        ("?a :p ?b . ?c :r ?d . ?d :q ?e", 2, 5_000, False),
        ("?a :p ?b . ?c :unknown ?d", 2, None, True),
        ("?a :p ?b . ?c :q ?d OPTIONAL { ?b :q ?d }", 2, 20_000_000, False),
        ("?a :p ?b . ?c :q ?d . { ?b :r ?d }", 2, 20_000_000, False),
        ("?a :p _:x . _:x :q ?d", 1, 4_000, False),
        ("", 0, 1, False),
    ],
)
def test_parts_that_nothing_joins_are_multiplied(
    where: str, parts: int, combinations: int | None, is_heavy: bool
) -> None:
    found = cost(where)
    assert (len(found.parts), found.combinations, found.is_heavy) == (parts, combinations, is_heavy)


def test_every_pattern_stands_in_one_part() -> None:
    found = cost("?a :p ?b . ?c :q ?d . ?b :q ?c . ?x :p ?y")
    assert [len(part.patterns) for part in found.parts] == [3, 1]
