"""Read results as the W3C suites and the services write them, and compare them.

The readers of XML and JSON are the standard library's, so that a mistake that the engine makes in
writing and in reading alike is not hidden.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

import pyoxigraph as ox

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
XML = "http://www.w3.org/XML/1998/namespace"
SRX = "{http://www.w3.org/2005/sparql-results#}"
_EXACT = {"decimal", "integer", "int", "long", "short", "byte", "nonNegativeInteger",
          "nonPositiveInteger", "negativeInteger", "positiveInteger", "unsignedInt",
          "unsignedLong", "unsignedShort", "unsignedByte"}  # fmt: skip
_SYMMETRIC = 60
"""Solutions with blank nodes beyond which a comparison would take too long."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Solution = Mapping[str, Term]


class Unreadable(Exception):
    """An answer that is not what its media type says."""


@dataclass(frozen=True)
class Solutions:
    variables: tuple[str, ...]
    solutions: tuple[Solution, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Truth:
    value: bool


Result = Solutions | Truth


def valued(term: Term) -> Term:
    """Return the term with a number written the shortest way: 2, 2.0 and +2 are one decimal."""
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(XSD):
        return term
    kind = term.datatype.value.removeprefix(XSD)
    try:
        if kind in _EXACT:
            number = Decimal(term.value.strip())
            return ox.Literal(f"{number.normalize() + 0:f}", datatype=term.datatype)
        if kind in ("double", "float"):
            return ox.Literal(repr(float(term.value)), datatype=term.datatype)
    except (InvalidOperation, ValueError):
        return term
    return term


def from_json(body: bytes) -> Result:
    document = json.loads(body)
    if "boolean" in document:
        return Truth(document["boolean"])
    solutions = [
        {name: _json_term(term) for name, term in binding.items()}
        for binding in document["results"]["bindings"]
    ]
    return Solutions(tuple(document["head"]["vars"]), tuple(solutions))


def _json_term(term: Mapping[str, str]) -> Term:
    return _term(term["type"], term["value"], term.get("xml:lang"), term.get("datatype"))


def _term(kind: str, value: str, language: str | None, datatype: str | None) -> Term:
    if kind == "uri":
        return ox.NamedNode(value)
    if kind == "bnode":
        return ox.BlankNode("b" + value.encode().hex())
    if language:
        return ox.Literal(value, language=language)
    return valued(ox.Literal(value, datatype=ox.NamedNode(datatype) if datatype else None))


def from_xml(body: bytes) -> Result:
    root = ElementTree.fromstring(body)
    truth = root.findtext(f"{SRX}boolean")
    if truth is not None:
        return Truth(truth.strip() == "true")
    solutions = [
        {binding.attrib["name"]: _xml_term(binding[0]) for binding in result}
        for result in root.iter(f"{SRX}result")
    ]
    variables = tuple(found.attrib["name"] for found in root.iter(f"{SRX}variable"))
    return Solutions(variables, tuple(solutions))


def _xml_term(element: ElementTree.Element) -> Term:
    kind = element.tag.removeprefix(SRX)
    text = element.text or ""
    language = element.get(f"{{{XML}}}lang")
    return _term(kind, text.strip() if kind != "literal" else text, language,
                 element.get("datatype"))  # fmt: skip


def from_tsv(body: bytes) -> Result:
    lines = body.decode().splitlines()
    variables = tuple(name.strip().removeprefix("?") for name in lines[0].split("\t"))
    solutions = []
    for line in lines[1:]:
        fields = zip(variables, line.split("\t"), strict=True)
        solutions.append({name: _turtle_term(field) for name, field in fields if field.strip()})
    return Solutions(variables, tuple(solutions))


def _turtle_term(text: str) -> Term:
    try:
        [quad] = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise Unreadable(f"{text} is no term: {error}") from error
    found = quad.object
    if isinstance(found, ox.BlankNode):
        return ox.BlankNode("b" + text.strip().removeprefix("_:").encode().hex())
    return valued(found)


def from_csv(body: bytes) -> Result:
    """Return solutions whose terms are plain strings; a blank node is kept as one."""
    rows = list(csv.reader(io.StringIO(body.decode(), newline="")))
    solutions = [
        {name: _csv_term(field) for name, field in zip(rows[0], row, strict=True) if field}
        for row in rows[1:]
    ]
    return Solutions(tuple(rows[0]), tuple(solutions))


def _csv_term(field: str) -> Term:
    if field.startswith("_:"):
        return ox.BlankNode("b" + field.encode().hex())
    return ox.Literal(field)


def from_graph(triples: Iterable[ox.Triple]) -> Result | None:
    """Return the result that a graph of the result set vocabulary states, if it states one."""
    graph = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)

    def objects(subject: object, name: str) -> list[Term]:
        return [quad.object for quad in graph.quads_for_subject(subject)
                if quad.predicate.value == RS + name]  # fmt: skip

    for quad in graph.quads_for_predicate(ox.NamedNode(RS + "boolean")):
        return Truth(quad.object.value == "true")
    sets = [quad.subject for quad in graph.quads_for_object(ox.NamedNode(RS + "ResultSet"))]
    if not sets:
        return None
    found: list[tuple[int, Solution]] = []
    for node in objects(sets[0], "solution"):
        index = objects(node, "index")
        solution = {
            objects(binding, "variable")[0].value: valued(objects(binding, "value")[0])
            for binding in objects(node, "binding")
        }
        found.append((int(index[0].value) if index else -1, solution))
    found.sort(key=lambda pair: pair[0])
    ordered = bool(found) and found[0][0] >= 0
    names = tuple(term.value for term in objects(sets[0], "resultVariable"))
    return Solutions(names, tuple(solution for _, solution in found), ordered)


def difference(expected: Result, got: Result, *, lax: bool = False) -> str:
    """Return in what the results differ; empty when they agree."""
    if isinstance(expected, Truth) or isinstance(got, Truth):
        return "" if expected == got else f"expected {expected}, got {got}"
    if set(expected.variables) != set(got.variables):
        return f"expected the variables {expected.variables}, got {got.variables}"
    if expected.ordered:
        same = _isomorphic(_numbered(expected), _numbered(got))
    elif lax:
        same = _lax(expected, got)
    else:
        same = _same_bag(expected, got)
    return "" if same else f"expected {_shown(expected)}, got {_shown(got)}"


def graph_difference(expected: Iterable[ox.Quad], got: Iterable[ox.Quad]) -> str:
    """Return in what two graphs or datasets differ, blank nodes apart."""
    left, right = (ox.Dataset(map(_valued_quad, quads)) for quads in (expected, got))
    if len(left) == len(right) and _canonical(left) == _canonical(right):
        return ""
    return f"expected {sorted(map(str, left))}, got {sorted(map(str, right))}"


def _valued_quad(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, valued(quad.object), quad.graph_name)


def _canonical(dataset: ox.Dataset) -> frozenset[str]:
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(map(str, dataset))


def _key(solution: Solution) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(term)) for name, term in solution.items()))


def _has_blank(solution: Solution) -> bool:
    return any(isinstance(term, ox.BlankNode) for term in solution.values())


def _lax(expected: Solutions, got: Solutions) -> bool:
    most = Counter(map(_key, expected.solutions))
    found = Counter(map(_key, got.solutions))
    return set(most) == set(found) and all(found[key] <= most[key] for key in found)


def _same_bag(expected: Solutions, got: Solutions) -> bool:
    plain, blank = [], []
    for result in (expected, got):
        plain.append(Counter(_key(s) for s in result.solutions if not _has_blank(s)))
        blank.append([s for s in result.solutions if _has_blank(s)])
    if plain[0] != plain[1] or len(blank[0]) != len(blank[1]):
        return False
    assert len(blank[0]) <= _SYMMETRIC
    return not blank[0] or _isomorphic(_stated(blank[0]), _stated(blank[1]))


def _stated(solutions: Iterable[Solution]) -> Iterator[ox.Quad]:
    """State solutions as a graph, so that its isomorphism is that of the results."""
    for number, solution in enumerate(solutions):
        row = ox.BlankNode(f"row{number}")
        yield ox.Quad(row, ox.NamedNode("urn:is"), ox.NamedNode("urn:solution"))
        for name, term in solution.items():
            yield ox.Quad(row, ox.NamedNode(f"urn:variable:{name}"), term)


def _numbered(result: Solutions) -> Iterator[ox.Quad]:
    for number, solution in enumerate(result.solutions):
        row = ox.NamedNode(f"urn:row:{number}")
        yield ox.Quad(row, ox.NamedNode("urn:is"), ox.NamedNode("urn:solution"))
        for name, term in solution.items():
            yield ox.Quad(row, ox.NamedNode(f"urn:variable:{name}"), term)


def _isomorphic(left: Iterable[ox.Quad], right: Iterable[ox.Quad]) -> bool:
    return _canonical(ox.Dataset(left)) == _canonical(ox.Dataset(right))


def _shown(result: Solutions) -> str:
    lines = [", ".join(f"{name}={term}" for name, term in _key(s)) for s in result.solutions]
    return f"{len(lines)} solutions: " + "; ".join(lines if result.ordered else sorted(lines))
