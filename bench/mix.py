"""The query mix: each kind makes any number of different requests from the same data.

The queries see the default graph, which every peer holds as the merge of the named graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.generator import INDICATORS, LETTERS, YEARS, Layout
from erqi_kg.namespaces import DEFAULT_BASE_IRI

PREFIXES = f"""PREFIX erqi: <{DEFAULT_BASE_IRI}def#>
PREFIX id: <{DEFAULT_BASE_IRI}id/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX unitm: <http://purl.org/linked-data/sdmx/2009/attribute#>
"""
_NAMES = tuple(INDICATORS)
_REPEATED = 20

Make = Callable[[Layout, int], list[str]]
"""Returns the queries of one request of a kind, from its number."""


@dataclass(frozen=True)
class Kind:
    """One kind of request: one query, or several that a page needs one after the other."""

    name: str
    about: str
    make: Make


def _thing(identifier: str) -> str:
    return f"<{DEFAULT_BASE_IRI}id/{identifier}>"


def _observation(layout: Layout, number: int) -> str:
    """Return the IRI of an observation; different for as many numbers as there are."""
    number = number * 7919 % (layout.counties * len(YEARS) * len(_NAMES))
    rest, indicator = divmod(number, len(_NAMES))
    county, year = divmod(rest, len(YEARS))
    return _thing(layout.observation(county, YEARS[year], _NAMES[indicator]))


def _county(layout: Layout, number: int) -> str:
    return _thing(f"division/{layout.county(number * 31 % layout.counties)}")


def _indicator(number: int) -> str:
    return _thing(f"indicator/{_NAMES[number % len(_NAMES)]}")


def _period(number: int) -> str:
    return _thing(f"period/{YEARS[number // len(_NAMES) % len(YEARS)]}")


def _point(layout: Layout, number: int) -> list[str]:
    return [f"SELECT ?property ?value {{ {_observation(layout, number)} ?property ?value }}"]


def _page(layout: Layout, number: int) -> list[str]:
    """Facts, links by class, the first hundred of them with labels, and the words behind them."""
    thing = _county(layout, number)
    return [
        f"SELECT ?property ?value ?label {{ {thing} ?property ?value "
        "OPTIONAL { ?value rdfs:label ?label } }",
        "SELECT ?class ?link (COUNT(DISTINCT ?subject) AS ?count) "
        f"{{ ?subject ?link {thing} . ?subject a ?class }} GROUP BY ?class ?link",
        "SELECT ?observation ?indicator ?period ?amount ?wording { "
        f"?observation erqi:division {thing} ; erqi:indicator ?indicator ; "
        "erqi:period ?period ; erqi:amount ?amount ; erqi:wording ?wording } "
        "ORDER BY ?observation LIMIT 100",
        "SELECT ?observation ?property ?basis ?words { "
        f"?observation erqi:division {thing} . ?support erqi:supports ?observation ; "
        "erqi:property ?property ; erqi:basis ?basis ; erqi:quote ?quote . "
        "?quote oa:hasSelector ?selector . ?selector oa:exact ?words }",
    ]


def _competency(layout: Layout, number: int) -> list[str]:
    """The question `indicators-of-a-period`, on other divisions and periods."""
    return [
        f"""SELECT ?indicator ?zh ?en ?number ?unit ?wording ?observation ?words {{
  ?observation a erqi:Observation ; erqi:division {_county(layout, number)} ;
    erqi:period {_period(number)} ; erqi:indicator ?indicator ; erqi:amount ?number ;
    unitm:unitMeasure ?unit .
  ?indicator rdfs:label ?zh , ?en . FILTER(LANG(?zh) = "zh" && LANG(?en) = "en")
  ?support erqi:supports ?observation ; erqi:property erqi:amount ; erqi:quote ?quote .
  ?quote oa:hasSelector ?selector . ?selector oa:exact ?words
  OPTIONAL {{ ?observation erqi:wording ?wording }}
}} ORDER BY ?indicator ?observation ?words"""
    ]


def _join(layout: Layout, number: int) -> list[str]:
    """All divisions' values of an indicator in a year, with labels, containers and words."""
    return [
        f"""SELECT ?division ?label ?whole ?amount ?words {{
  ?observation erqi:indicator {_indicator(number)} ; erqi:period {_period(number)} ;
    erqi:division ?division ; erqi:amount ?amount .
  ?division rdfs:label ?label ; schema:containedInPlace ?container .
  ?container rdfs:label ?whole .
  FILTER(LANG(?label) = "zh" && LANG(?whole) = "en")
  ?support erqi:supports ?observation ; erqi:property erqi:amount ; erqi:quote ?quote .
  ?quote oa:hasSelector ?selector . ?selector oa:exact ?words
}} LIMIT 1000"""
    ]


def _group(layout: Layout, number: int) -> list[str]:
    """Sums of all observations above an amount, by prefecture and year."""
    return [
        f"""SELECT ?container ?period (COUNT(*) AS ?count) (SUM(?amount) AS ?sum) {{
  ?observation erqi:amount ?amount ; erqi:period ?period ; erqi:division ?division .
  ?division schema:containedInPlace ?container
  FILTER(?amount > {number * 1_000_003})
}} GROUP BY ?container ?period"""
    ]


def _order(layout: Layout, number: int) -> list[str]:
    return [
        f"""SELECT ?observation ?amount {{
  ?observation erqi:amount ?amount FILTER(?amount > {number * 1_000_003})
}} ORDER BY DESC(?amount) ?observation LIMIT 100"""
    ]


def _scan(layout: Layout, number: int) -> list[str]:
    return [
        "SELECT (COUNT(*) AS ?count) { ?subject ?property ?value "
        f'FILTER(STRLEN(STR(?value)) > {number % 40} && STR(?value) != "{number}") }}'
    ]


def _rows(layout: Layout, number: int) -> list[str]:
    return ["SELECT ?subject ?property ?value { ?subject ?property ?value } LIMIT 10000"]


def _search(layout: Layout, number: int) -> list[str]:
    letters = LETTERS[number % 30] + LETTERS[number * 7 // 30 % 30]
    return [
        "SELECT ?thing ?label { ?thing rdfs:label ?label "
        f'FILTER(CONTAINS(LCASE(STR(?label)), "{letters}")) }}'
    ]


def _repeated(layout: Layout, number: int) -> list[str]:
    makes = (_point, _competency, _join, _group)
    number %= _REPEATED
    return makes[number % len(makes)](layout, number)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("point", "what is stated of one observation", _point),
        Kind("page", "the four queries behind a division's page, one after the other", _page),
        Kind(
            "question", "the indicators of a division in a year, with words, ordered", _competency
        ),
        Kind("join", "an indicator in a year: all divisions, labels, containers, words", _join),
        Kind("group", "sums of all observations by prefecture and year", _group),
        Kind("order", "the 100 largest amounts", _order),
        Kind("scan", "count all triples that pass a filter", _scan),
        Kind("rows", "10,000 solutions", _rows),
        Kind("search", "labels that contain two letters", _search),
        Kind("repeated", "20 queries of four kinds, again and again", _repeated),
    )
}


def texts(kind: Kind, layout: Layout, number: int) -> list[str]:
    """Return a request's query texts: no two alike, save in the kind `repeated`."""
    mark = number % _REPEATED if kind.name == "repeated" else number
    return [f"{PREFIXES}{text}\n# {mark}" for text in kind.make(layout, number)]


def targets(kind: Kind, layout: Layout, number: int, path: str, extra: str = "") -> list[str]:
    """Return the request targets (RFC 9112, 3.2) of a request.

    Args:
        path: of the endpoint.
        extra: further parameters a peer needs.
    """
    return [f"{path}?{urlencode({'query': text})}{extra}" for text in texts(kind, layout, number)]
