"""Find the candidates of a batch of queries and score them; few questions to the engine for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from erqi_kg.namespaces import Names
from erqi_kg.search.index import Hit, find
from erqi_kg.search.near import find_near
from erqi_kg.web.reconcile.asked import Condition, Query, Value
from erqi_kg.web.reconcile.classes import QUERY, narrowest_first
from erqi_kg.web.reconcile.comparing import Held, held_values, share_that_holds
from erqi_kg.web.reconcile.identifiers import asked_in_parts, term_iri, thing_iri
from erqi_kg.web.reconcile.scoring import LABEL, Feature, combined, is_match, name_score
from erqi_kg.web.service import service
from erqi_kg.web.showing.asking import ask
from erqi_kg.web.showing.terms import iri_text, string_text

_MOST_HITS = 60
"""Things that one text of a query is looked for among, and as many statements."""
_STATEMENT = "statement"
Place: TypeAlias = tuple[int, int]
"""Of a value: which condition of the query, and which value of it."""


@dataclass(frozen=True)
class Candidate:
    """A thing that may be meant."""

    iri: str
    score: float
    is_match: bool
    types: tuple[str, ...]
    """IRIs of its classes that are ours, the narrowest first."""
    features: tuple[Feature, ...]
    matched: str
    """The name that matched; "": none did."""


@dataclass
class _Known:
    """What was asked for all queries of a batch at once."""

    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    statements: set[str] = field(default_factory=set)
    """Those that state no name: their class must be asked for, or they themselves."""
    divisions: dict[str, str] = field(default_factory=dict)
    """The division that a record of codes or of names gives a name to, by the record."""

    def stands_for_itself(self, iri: str) -> bool:
        """Say whether something found may be meant though nobody asked for its class."""
        return iri not in self.divisions and iri not in self.statements


@dataclass
class _Found:
    """A thing that a query found: its score for each value of conditions on names and ids."""

    scores: dict[Place, float] = field(default_factory=dict)
    matched: str = ""

    def learn(self, place: Place, score: float, name: str) -> None:
        """Take in how well a name fits one value; the best one counts."""
        if score > self.scores.get(place, -1.0):
            self.scores[place] = score
            self.matched = name

    def score_of(self, place: int, condition: Condition) -> float:
        """Return how well the names fit a condition, 0 to 100."""
        found = [self.scores.get((place, value), 0.0) for value in range(len(condition.values))]
        if condition.quantifier == "none":
            return 0.0 if max(found) >= LABEL else LABEL
        return min(found) if condition.quantifier == "all" else max(found)


def candidates_of(queries: Sequence[Query]) -> list[list[Candidate]]:
    """Return the candidates of each query, the likeliest first."""
    names = service().names
    hits = {text: _hits(text) for query in queries for text in _names_of(query)}
    found_by = [_holders(query, names) for query in queries]
    known = _known(hits.values(), found_by, queries, names)
    found = [_found(query, hits, known, names) for query in queries]
    for query, one, holders in zip(queries, found, found_by, strict=True):
        for iri in holders:
            if query.types or known.stands_for_itself(iri):
                one.setdefault(iri, _Found())
    held = _held(queries, found, names)
    return [_ranked(query, one, known, held, names)
            for query, one in zip(queries, found, strict=True)]  # fmt: skip


def _names_of(query: Query) -> list[str]:
    return [value.text for one in query.of_kind("name") for value in one.values if not value.is_id]


def _hits(text: str) -> tuple[Hit, ...]:
    """Return what the index has by a text or else nearly by it: things, and statements of names."""
    release = service().release
    found = find(release, text, limit=_MOST_HITS).hits
    statements = find(release, text, kind=_STATEMENT, limit=_MOST_HITS).hits
    hits = {hit.iri: hit for hit in (*statements, *found)}
    return tuple(hits.values()) or find_near(release, text)


def _holders(query: Query, names: Names) -> list[str]:
    """Return the things of which a property says what is asked, when no name or id is asked for."""
    if any(one.quantifier != "none" for one in query.of_kind("name", "id")):
        return []
    found: list[str] = []
    for one in query.of_kind("property"):
        iri = term_iri(one.property, names)
        if iri is None or one.quantifier == "none":
            continue
        for value in one.values:
            found += _things_with(iri, value, names)
    return list(dict.fromkeys(found))


def _things_with(property_iri: str, value: Value, names: Names) -> list[str]:
    bound = {"property": iri_text(property_iri), "text": string_text(value.text)}
    iri = thing_iri(value.text, names)
    if iri is not None:
        bound["iri"] = iri_text(iri)
    return [one["thing"].value for one in ask("reconcile-holders", bound)]


def _known(
    hits: Iterable[tuple[Hit, ...]],
    found_by: Iterable[list[str]],
    queries: Iterable[Query],
    names: Names,
) -> _Known:
    iris = {hit.iri for found in hits for hit in found}
    iris |= {iri for found in found_by for iri in found}
    iris |= {iri for query in queries for iri in _asked_ids(query, names)}
    known = _Known()
    _learn_types(known, (iri for iri in iris if iri.startswith(names.things)))
    _learn_types(known, set(known.divisions.values()) - set(known.types))
    return known


def _learn_types(known: _Known, iris: Iterable[str]) -> None:
    statement = service().names.term("Statement")
    for one in asked_in_parts(QUERY, "thing", iris):
        known.types[one["thing"].value].add(one["type"].value)
        if "division" in one:
            known.divisions[one["thing"].value] = one["division"].value
        if "name" not in one and one["type"].value == statement:
            known.statements.add(one["thing"].value)


def _asked_ids(query: Query, names: Names) -> list[str]:
    values = [value.text for one in query.of_kind("name", "id") for value in one.values]
    return [iri for text in values if (iri := thing_iri(text, names)) is not None]


def _found(
    query: Query, hits: Mapping[str, tuple[Hit, ...]], known: _Known, names: Names
) -> dict[str, _Found]:
    """Return the things that the conditions on names and ids find."""
    found: dict[str, _Found] = defaultdict(_Found)
    for place, condition in enumerate(query.conditions):
        if condition.kind == "property":
            continue
        for number, value in enumerate(condition.values):
            at = (place, number)
            iri = thing_iri(value.text, names)
            if iri is not None and iri in known.types:
                found[iri].learn(at, LABEL, "")
            if condition.kind == "name" and not value.is_id:
                for hit in hits[value.text]:
                    _learn(found, at, hit, value.text, known, of_types=bool(query.types))
    return {iri: one for iri, one in found.items() if iri in known.types}


def _learn(
    found: dict[str, _Found], place: Place, hit: Hit, text: str, known: _Known, *, of_types: bool
) -> None:
    """Take in a hit; a record of a name speaks for the division that was called so."""
    division = known.divisions.get(hit.iri)
    if division is not None:
        found[division].learn(place, name_score(hit, text, is_former=True), hit.matched)
    if of_types or known.stands_for_itself(hit.iri):
        found[hit.iri].learn(place, name_score(hit, text), hit.matched)


def _held(queries: Sequence[Query], found: Sequence[Mapping[str, _Found]], names: Names) -> Held:
    """Return the values of the properties that are asked about, for all candidates at once."""
    things: set[str] = set()
    properties: set[str] = set()
    for query, candidates in zip(queries, found, strict=True):
        wanted = {term_iri(one.property, names) for one in query.of_kind("property")} - {None}
        if wanted:
            things |= candidates.keys()
            properties |= {iri for iri in wanted if iri is not None}
    return held_values(things, properties)


def _ranked(
    query: Query, found: Mapping[str, _Found], known: _Known, held: Held, names: Names
) -> list[Candidate]:
    candidates = [
        one
        for iri, by in found.items()
        if (one := _candidate(query, iri, by, known, held, names)) is not None
    ]
    candidates.sort(key=lambda one: (-one.score, one.iri))
    if is_match([one.score for one in candidates]):
        best = candidates[0]
        candidates[0] = Candidate(best.iri, best.score, True, best.types, best.features,
                                  best.matched)  # fmt: skip
    return candidates[: query.limit]


def _candidate(
    query: Query, iri: str, by: _Found, known: _Known, held: Held, names: Names
) -> Candidate | None:
    """Return a candidate with its score; None when a condition shuts it out."""
    types = known.types[iri]
    wanted = {term_iri(one, names) for one in query.types}
    fits = _fits(types, wanted, query.type_rule == "all")
    if wanted and not fits and query.type_rule != "should":
        return None
    features, named, shares = [], [], []
    for place, condition in enumerate(query.conditions):
        if condition.kind == "property":
            share = share_that_holds(condition, iri, held, names)
            shares.append(share)
            features.append(Feature(f"property:{condition.property}", round(share * 100, 1)))
            is_met = share > 0
        else:
            score = by.score_of(place, condition)
            named.append(score)
            features.append(Feature("name" if condition.kind == "name" else "id", round(score, 1)))
            is_met = score > 0
        if not is_met and (condition.is_required or condition.quantifier == "none"):
            return None
    if wanted:
        features.append(Feature("type", fits))
        if not fits:
            named = [score * 0.75 for score in named]
    score = combined(named, shares)
    return Candidate(iri, score, False, narrowest_first(types), tuple(features), by.matched)


def _fits(types: set[str], wanted: set[str | None], every: bool) -> bool:
    return all(one in types for one in wanted) if every else any(one in types for one in wanted)
