"""Why a query has no solutions: probe its triple patterns and say what the data have instead."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from erqi_kg.errors import ErqiError
from erqi_kg.sparql.patterns import RDF_TYPE, Node, Pattern, Where
from erqi_kg.web.showing.terms import Solutions, Term, iri_text, string_text
from erqi_kg.web.sparql.nearness import is_iri, nearest, other_spellings

Ask = Callable[[str], Solutions | bool]
Counts = Mapping[str, int]

MOST_PROBES = 30
MOST_PATTERNS = 12
BUDGET_S = 2.0
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TAGS = ("zh", "en", "zh-Hans", "zh-Hant")
_TYPES = ("integer", "decimal", "double", "boolean", "date", "gYear", "anyURI")


@dataclass(frozen=True)
class Suggestion:
    """What stands in the data instead."""

    term: Term
    count: int | None = None
    """How often it is used, where that is known."""


@dataclass(frozen=True)
class Advice:
    """One thing to try."""

    code: str
    """Key of the text in `doctor`."""
    pattern: int
    """Number of the pattern, from 1; 0 for the whole query."""
    term: str = ""
    """The term of the query this is about, as it is written there."""
    count: int | None = None
    suggestions: tuple[Suggestion, ...] = ()


@dataclass
class Probed:
    """A pattern and what its probes said; None: not probed."""

    number: int
    pattern: Pattern
    matches: bool | None = None
    joined: bool | None = None
    """Whether it matches together with all patterns before it."""


class _SpentError(Exception):
    """The budget is used up."""


@dataclass
class Diagnosis:
    """Probes one query within a budget of probes and time.

    Args:
        where: the query taken apart.
        ask: evaluates a query, bounded, and returns its answer.
        predicates: how often each predicate is used.
        classes: how many things each class has.
    """

    where: Where
    ask: Ask
    predicates: Callable[[], Counts]
    classes: Callable[[], Counts]
    base_iri: str
    patterns: list[Probed] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)
    probes: int = 0
    is_complete: bool = True
    """False when the budget was used up, or a probe failed."""
    _began: float = field(default_factory=time.monotonic)

    def run(self) -> Diagnosis:
        """Probe and advise."""
        shown = self.where.patterns[:MOST_PATTERNS]
        self.is_complete = len(shown) == len(self.where.patterns)
        self.patterns = [Probed(number, one) for number, one in enumerate(shown, 1)]
        try:
            self._probe()
        except (_SpentError, ErqiError):
            self.is_complete = False
        return self

    def _probe(self) -> None:
        if not self.patterns:
            self.advice.append(Advice("nothing-understood", 0))
            return
        for one in self.patterns:
            one.matches = self._holds([one.pattern])
            one.joined = one.matches if one.number == 1 else None
        empty = [one for one in self.patterns if one.matches is False]
        for one in empty:
            self._advise(one)
        if not empty:
            self._join()

    def _join(self) -> None:
        for one in self.patterns[1:]:
            one.joined = self._holds([each.pattern for each in self.patterns[: one.number]])
            if one.joined is False:
                self.advice.append(Advice("not-together", one.number))
                return
            if one.joined is None:
                return
        code = "left-out-removes" if self.where.left_out else "all-match"
        self.advice.append(Advice(code, 0))

    def _holds(self, patterns: Sequence[Pattern]) -> bool | None:
        body = " . ".join(one.text for one in patterns)
        answer = self._asked(f"ASK {{ {body} }}")
        return answer if isinstance(answer, bool) else None

    def _asked(self, text: str) -> Solutions | bool | None:
        if self.probes >= MOST_PROBES or time.monotonic() - self._began > BUDGET_S:
            raise _SpentError
        self.probes += 1
        try:
            return self.ask(f"{self.where.prologue}\n{text}")
        except ErqiError:
            self.is_complete = False
            return None

    def _found(self, text: str) -> tuple[Suggestion, ...]:
        answer = self._asked(text)
        if answer is None or isinstance(answer, bool):
            return ()
        return tuple(
            Suggestion(one["found"], int(one["n"].value) if "n" in one else None)
            for one in answer
            if "found" in one
        )

    def _advise(self, one: Probed) -> None:
        """Add the first advice that fits an empty pattern, from its surest cause on."""
        causes = (self._predicate, self._class, self._literal, self._iri)
        self.advice.append(
            next(
                (advice for cause in causes for advice in cause(one)),
                Advice("pattern-empty", one.number),
            )
        )

    def _predicate(self, one: Probed) -> Iterator[Advice]:
        predicate = one.pattern.predicate
        if predicate.kind == "iri" and predicate.value not in self.predicates():
            yield self._unused("unknown-predicate", one.number, predicate, self.predicates())

    def _class(self, one: Probed) -> Iterator[Advice]:
        pattern = one.pattern
        if pattern.predicate.value != RDF_TYPE or pattern.object.kind != "iri":
            return
        if pattern.object.value not in self.classes():
            yield self._unused("unknown-class", one.number, pattern.object, self.classes())

    def _unused(self, code: str, number: int, node: Node, counts: Counts) -> Advice:
        near = nearest(node.value, counts)
        suggestions = tuple(Suggestion(Term("iri", iri), counts[iri]) for iri in near)
        return Advice(code, number, node.text, 0, suggestions)

    def _literal(self, one: Probed) -> Iterator[Advice]:
        subject, predicate, wanted = one.pattern.subject, one.pattern.predicate, one.pattern.object
        if wanted.kind != "literal":
            return
        lead = f"{subject.text} {predicate.text}"
        same = f"LCASE(STR(?found)) = LCASE({string_text(wanted.value)})"
        found = self._found(
            f"SELECT ?found (COUNT(*) AS ?n) {{ {lead} ?found"
            f" FILTER(isLiteral(?found) && {same}) }}"
            " GROUP BY ?found ORDER BY DESC(?n) ?found LIMIT 5"
        )
        if found:
            yield Advice("other-literal", one.number, wanted.text, suggestions=found)
        values = f"VALUES ?value {{ {' '.join(_spellings(wanted.value))} }}"
        found = self._found(
            f"SELECT DISTINCT ?found {{ {values} ?found ?naming ?value . {lead} ?found }} LIMIT 5"
        )
        if found:
            yield Advice("thing-not-name", one.number, wanted.text, suggestions=found)
        if predicate.kind == "iri" and predicate.value not in self.predicates():
            return
        found = self._found(
            f"SELECT ?found (COUNT(*) AS ?n) {{ {values} ?thing ?found ?value }}"
            " GROUP BY ?found ORDER BY DESC(?n) ?found LIMIT 5"
        )
        if found:
            yield Advice("other-predicate", one.number, wanted.text, suggestions=found)
        yield Advice("unknown-literal", one.number, wanted.text)

    def _iri(self, one: Probed) -> Iterator[Advice]:
        for node in (one.pattern.subject, one.pattern.object):
            if node.kind != "iri":
                continue
            spelled = _values([node.value, *other_spellings(node.value, self.base_iri)])
            found = self._found(
                f"SELECT DISTINCT ?found {{ {spelled}"
                " { ?found ?a ?b } UNION { ?c ?d ?found } } LIMIT 5"
            )
            if not any(one.term.value == node.value for one in found):
                code = "other-iri" if found else "unknown-iri"
                yield Advice(code, one.number, node.text, suggestions=found)
        count = self.predicates().get(one.pattern.predicate.value)
        if count is not None:
            yield Advice("never-with-these", one.number, one.pattern.predicate.text, count)


def _values(iris: Sequence[str]) -> str:
    return f"VALUES ?found {{ {' '.join(iri_text(iri) for iri in iris if is_iri(iri))} }}"


def _spellings(value: str) -> list[str]:
    """Return a literal in each language and datatype that the data may have it in."""
    plain = string_text(value)
    return [plain, *(f"{plain}@{tag}" for tag in _TAGS), *(f"{plain}^^<{_XSD}{t}>" for t in _TYPES)]
