"""Read reconciliation queries, of API 0.2 and of the draft of 1.0, into one form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from erqi_kg.errors import BadRequest, TooLarge

MOST_QUERIES = 100
"""Queries of a batch."""
MOST_CONDITIONS = 20
"""Conditions of a query, and values of a condition."""
MOST_CANDIDATES = 50
"""Candidates of a query."""
USUAL_CANDIDATES = 5
MOST_VALUES = 500
"""Values of all queries of a batch."""
LONGEST_VALUE = 1_000
"""Characters of a value."""

Kind = Literal["name", "id", "property"]
Quantifier = Literal["any", "all", "none"]
TypeRule = Literal["any", "all", "should"]


@dataclass(frozen=True)
class Value:
    """What a condition asks for: a text, or a thing by its id."""

    text: str
    is_id: bool = False


@dataclass(frozen=True)
class Condition:
    """One condition on candidates (1.0, structure of a reconciliation query)."""

    kind: Kind
    values: tuple[Value, ...]
    property: str = ""
    is_required: bool = False
    quantifier: Quantifier = "any"


@dataclass(frozen=True)
class Query:
    """One query of a batch."""

    conditions: tuple[Condition, ...]
    types: tuple[str, ...] = ()
    type_rule: TypeRule = "any"
    limit: int = USUAL_CANDIDATES

    def of_kind(self, *kinds: Kind) -> tuple[Condition, ...]:
        """Return the conditions of some kinds."""
        return tuple(one for one in self.conditions if one.kind in kinds)


def read_json(text: str | bytes, name: str) -> Any:
    """Return the JSON of a parameter or body.

    Raises:
        BadRequest: it is none; names the parameter.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"{name} is not JSON: {error}", extra={"parameter": name}) from error


def queries_of_0_2(text: str) -> dict[str, Query]:
    """Read a batch of API 0.2: an object of queries by key.

    Raises:
        BadRequest: it is none; names the query and the member.
        TooLarge: too many queries.
    """
    batch = _object(read_json(text, "queries"), "queries")
    check_number(len(batch), MOST_QUERIES, "queries in a batch")
    queries = {key: _query_of_0_2(_object(one, key), key) for key, one in batch.items()}
    _check_values(queries.values())
    return queries


def queries_of_1_0(body: bytes) -> list[Query]:
    """Read a batch of the draft of API 1.0; raises as `queries_of_0_2`."""
    batch = _array(_object(read_json(body, "the body"), "the body").get("queries"), "queries")
    check_number(len(batch), MOST_QUERIES, "queries in a batch")
    queries = [
        _query_of_1_0(_object(one, f"queries[{place}]"), f"queries[{place}]")
        for place, one in enumerate(batch)
    ]
    _check_values(queries)
    return queries


def _check_values(queries: Iterable[Query]) -> None:
    values = sum(len(one.values) for query in queries for one in query.conditions)
    check_number(values, MOST_VALUES, "values in a batch")


def _query_of_0_2(members: Mapping[str, Any], name: str) -> Query:
    _check_members(members, name, ("query", "type", "type_strict", "limit", "properties"))
    text = members.get("query")
    conditions = []
    if text is not None:
        conditions.append(Condition("name", (_value(text, f"{name}.query"),), is_required=True))
    for place, one in enumerate(_array(members.get("properties", []), f"{name}.properties")):
        where = f"{name}.properties[{place}]"
        found = _object(one, where)
        conditions.append(
            Condition("property", _values(found.get("v"), f"{where}.v"), _text(found, "pid", where))
        )
    rule = members.get("type_strict", "any")
    if rule not in get_args(TypeRule):
        raise BadRequest(f"{name}.type_strict is none of {', '.join(get_args(TypeRule))}.")
    types = members.get("type") or []
    listed = [types] if isinstance(types, str) else _array(types, f"{name}.type")
    return _checked(
        Query(
            tuple(conditions),
            tuple(_type(one, f"{name}.type") for one in listed),
            cast(TypeRule, rule),
            _limit(members, name),
        ),
        name,
    )


def _query_of_1_0(members: Mapping[str, Any], name: str) -> Query:
    _check_members(members, name, ("conditions", "type", "limit", "lang", "dir"))
    for key in ("lang", "dir"):
        if not isinstance(members.get(key, ""), str):
            raise BadRequest(f"{name}.{key} is no text.")
    found = _array(members.get("conditions"), f"{name}.conditions")
    conditions = tuple(
        _condition(_object(one, f"{name}.conditions[{place}]"), f"{name}.conditions[{place}]")
        for place, one in enumerate(found)
    )
    type_id = members.get("type")
    types = () if type_id is None else (_type(type_id, f"{name}.type"),)
    return _checked(Query(conditions, types, "any", _limit(members, name)), name)


def _condition(members: Mapping[str, Any], name: str) -> Condition:
    kind = members.get("matchType")
    if kind not in get_args(Kind):
        raise BadRequest(f"{name}.matchType is none of {', '.join(get_args(Kind))}.")
    quantifier = members.get("matchQuantifier", "any")
    if quantifier not in get_args(Quantifier):
        raise BadRequest(f"{name}.matchQuantifier is none of {', '.join(get_args(Quantifier))}.")
    if members.get("matchQualifier") is not None:
        raise BadRequest(f"{name}.matchQualifier: this service has none.")
    if not isinstance(members.get("required", False), bool):
        raise BadRequest(f"{name}.required is neither true nor false.")
    is_named = kind == "property" or "propertyId" in members
    property_id = _text(members, "propertyId", name) if is_named else ""
    return Condition(
        cast(Kind, kind),
        _values(members.get("propertyValue"), f"{name}.propertyValue"),
        property_id if kind == "property" else "",
        bool(members.get("required", False)),
        cast(Quantifier, quantifier),
    )


def _check_members(members: Mapping[str, Any], name: str, known: Iterable[str]) -> None:
    unknown = sorted(set(members) - set(known))
    if unknown:
        raise BadRequest(f"{name} has no member {unknown[0]!r}; there are: {', '.join(known)}.")


def _checked(query: Query, name: str) -> Query:
    if not query.conditions:
        raise BadRequest(f"{name} asks for nothing: it has no query, property or condition.")
    check_number(len(query.conditions), MOST_CONDITIONS, f"conditions in {name}")
    return query


def check_number(number: int, most: int, what: str) -> None:
    """Make sure that there are not too many of something.

    Raises:
        TooLarge: there are.
    """
    if number > most:
        raise TooLarge(f"{number} {what}; at most {most}.", extra={"limit": most})


def _limit(members: Mapping[str, Any], name: str) -> int:
    limit = members.get("limit")
    if limit is None:
        return USUAL_CANDIDATES
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise BadRequest(f"{name}.limit is no positive number.")
    return int(min(limit, MOST_CANDIDATES))


def _values(found: Any, name: str) -> tuple[Value, ...]:
    listed = found if isinstance(found, list) else [found]
    check_number(len(listed), MOST_CONDITIONS, f"values in {name}")
    return tuple(_value(one, name) for one in listed)


def _value(found: Any, name: str) -> Value:
    if isinstance(found, dict):
        return Value(_text(found, "id", name), is_id=True)
    if isinstance(found, bool):
        return Value(str(found).lower())
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if isinstance(found, int | float | str):
        return Value(" ".join(shortened(str(found)).split()))
    raise BadRequest(f"{name} is no text, number, truth or object with an id.")


def shortened(text: str) -> str:
    """Return a text as it may be looked for: not too long, and without halves of characters."""
    return text[:LONGEST_VALUE].encode("utf-8", "replace").decode()


def _type(found: Any, name: str) -> str:
    if isinstance(found, dict):
        return _text(found, "id", name)
    if isinstance(found, str):
        return shortened(found)
    raise BadRequest(f"{name} is no id of a type.")


def _text(members: Mapping[str, Any], key: str, name: str) -> str:
    found = members.get(key)
    if not isinstance(found, str) or not found:
        raise BadRequest(f"{name}.{key} is missing, or no text.")
    if len(found) > LONGEST_VALUE:
        raise BadRequest(f"{name}.{key} is longer than {LONGEST_VALUE} characters: no id is.")
    return shortened(found)


def _object(found: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise BadRequest(f"{name} is no object.")
    return found


def _array(found: Any, name: str) -> list[Any]:
    if not isinstance(found, list):
        raise BadRequest(f"{name} is no array.")
    return found


def texts_of(found: Any, name: str) -> list[str]:
    """Return an array of texts.

    Raises:
        BadRequest: it is none.
    """
    texts = _array(found, name)
    if not all(isinstance(one, str) for one in texts):
        raise BadRequest(f"{name} holds what is no text.")
    return [shortened(one) for one in texts]


def objects_of(found: Any, name: str) -> Iterable[Mapping[str, Any]]:
    """Return an array of objects; raises as `texts_of`."""
    return [_object(one, f"{name}[{place}]") for place, one in enumerate(_array(found, name))]


def id_of(members: Mapping[str, Any], name: str) -> str:
    """Return the `id` of an object; raises as `texts_of`."""
    return _text(members, "id", name)
