"""What stands around a thing: its parts, how far projects have come, where sources differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask

from erqi_kg.engine import start_engine
from erqi_kg.namespaces import Names
from erqi_kg.web.app import create_app
from erqi_kg.web.drawing.progress import progress_of
from erqi_kg.web.drawing.trees import tree_of
from erqi_kg.web.linked.around import Around
from erqi_kg.web.linked.disagreeing import disagreements_in
from erqi_kg.web.linked.links import Links
from erqi_kg.web.linked.nodes import Fact, Node
from erqi_kg.web.linked.tables import SOURCE, UNIT
from erqi_kg.web.linked.thing import Thing
from erqi_kg.web.showing.display import Display
from erqi_kg.web.showing.terms import XSD, Term
from erqi_kg.web.showing.vocabulary import Vocabulary
from tests.releases import make_release
from tests.web.conftest import BROWSER, WholeClient, settings_for

NAMES = Names()
DISTRICT = NAMES.thing("division/1")


def display() -> Display:
    return Display(NAMES, "en", Vocabulary({}, {}))


def test_a_tree_begins_at_the_whole_and_marks_the_thing_of_the_page() -> None:
    whole, part, other, below = (NAMES.thing(f"programme/{name}") for name in "wpob")
    around = Around(parts={whole: [other, part], part: [below]})
    (root,) = tree_of(Thing(Node(part), Links([], 1), around=around), display())
    assert (root.href, root.is_here) == ("/doc/programme/w", False)
    assert [(one.href, one.is_here) for one in root.branches] == [
        ("/doc/programme/o", False),
        ("/doc/programme/p", True),
    ]
    assert [one.href for one in root.branches[1].branches] == ["/doc/programme/b"]


def test_a_whole_that_is_said_to_be_part_of_its_part_is_drawn_once() -> None:
    one, two = NAMES.thing("programme/one"), NAMES.thing("programme/two")
    around = Around(parts={one: [two], two: [one]})
    (root,) = tree_of(Thing(Node(one), Links([], 1), around=around), display())
    assert [branch.branches for branch in root.branches] == [[]]


@pytest.mark.parametrize(
    ("statuses", "stage"),
    [
        (["listed"], "planned"),
        (["listed", "started"], "started"),
        (["moved-in"], "finished"),
        (["rendering-only"], "drawn"),
        (["abandoned"], "unknown"),
        ([], "unknown"),
    ],
)
def test_a_project_stands_under_the_furthest_stage_that_is_stated(
    statuses: list[str], stage: str
) -> None:
    told = {
        NAMES.thing("project/a"): [NAMES.thing(f"concept/project-status/{s}") for s in statuses],
        NAMES.thing("project/b"): [NAMES.thing("concept/project-status/built")],
    }
    stages = {one.name: [p.href for p in one.projects] for one in progress_of(told, display())}
    assert "/doc/project/a" in stages[stage]


def said(source: str, number: str, *, period: str = "2018", unit: str = "CNY") -> Node:
    """Return what a source says of the district's indicator."""

    def fact(name: str, term: Term) -> dict[str, Fact]:
        return {name: Fact(name, [term], {"g"})}

    def thing(local: str) -> Term:
        return Term("iri", NAMES.thing(local))

    return Node(
        NAMES.thing(f"observation/{source}/{period}/{number}"),
        fact(NAMES.term("division"), Term("iri", DISTRICT))
        | fact(NAMES.term("indicator"), thing("indicator/gdp"))
        | fact(NAMES.term("period"), thing(f"period/{period}"))
        | fact(UNIT, Term("iri", f"http://qudt.org/vocab/unit/{unit}"))
        | fact(SOURCE, thing(f"source/{source}"))
        | fact(NAMES.term("amount"), Term("literal", number, datatype=XSD + "decimal")),
    )


@pytest.mark.parametrize(
    ("other", "numbers"),
    [
        (said("brief", "28"), ["28", "29"]),
        (said("brief", "29.0"), None),
        (said("brief", "28", period="2017"), None),
        (said("brief", "28", unit="USD"), None),
        (said("news", "28"), None),
    ],
    ids=["differ", "the same number", "another period", "another unit", "the same source"],
)
def test_sources_differ_where_they_give_other_numbers_for_the_same(
    other: Node, numbers: list[str] | None
) -> None:
    found = disagreements_in([said("news", "29"), other], DISTRICT, NAMES)
    assert [[v.number.value for v in one.versions] for one in found] == (
        [numbers] if numbers else []
    )
    for one in found:
        assert one.about == [NAMES.thing("indicator/gdp"), NAMES.thing("period/2018")]


def source(name: str, issued: str, number: str, words: str) -> str:
    """Return in TriG what one source says of an indicator of the district."""
    return f"""
GRAPH <https://w3id.org/erqi/graph/source/{name}> {{
  <source/{name}> dcterms:issued "{issued}" ; dcterms:title "The {name}"@en .
  <observation/{name}/gdp> a :Observation ; :division <division/1> ; :indicator <indicator/gdp> ;
    :amount {number} ; s:unitMeasure <unit/yuan> ; prov:hadPrimarySource <source/{name}> ;
    prov:wasDerivedFrom <quote/{name}/a> .
  <support/{name}/gdp> :supports <observation/{name}/gdp> ; :property :amount ;
    :basis <concept/basis/stated> ; :quote <quote/{name}/a> .
  <quote/{name}/a> oa:hasSource <source/{name}> ; oa:hasSelector <quote/{name}/a/selector> .
  <quote/{name}/a/selector> oa:exact "{words}" .
}}"""


GRAPHS = (
    """
PREFIX : <https://w3id.org/erqi/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX s: <http://purl.org/linked-data/sdmx/2009/attribute#>
BASE <https://w3id.org/erqi/id/>
GRAPH <https://w3id.org/erqi/graph/ontology> {
  :Observation a owl:Class ; rdfs:subClassOf :Statement ; rdfs:label "observation"@en .
  <division/1> a :Division ; rdfs:label "East District"@en .
  <note/1> rdfs:seeAlso <division/1> .
}
GRAPH <https://w3id.org/erqi/graph/notes> { <note/1> rdfs:seeAlso <division/1> . }
"""
    + source("news", "2018-10-12", "28280000000", "282.8亿元")
    + source("brief", "2018-11-02", "28210000000", "282.1亿元")
)


@pytest.fixture
def two_sources(tmp_path: Path) -> Iterator[Flask]:
    """The application over a release in which two sources differ."""
    quads = ox.serialize(ox.parse(GRAPHS, format=ox.RdfFormat.TRIG), format=ox.RdfFormat.N_QUADS)
    assert quads is not None
    settings = settings_for(make_release(tmp_path, quads.decode()))
    with start_engine(settings) as engine:
        app = create_app(settings, engine)
        app.test_client_class = WholeClient
        yield app


def test_what_two_sources_say_stands_side_by_side_with_words_and_dates(two_sources: Flask) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": "en"}
    text = two_sources.test_client().get("/doc/division/1", headers=headers).text
    drawn = text[text.index('id="differ"') : text.index("</section>", text.index('id="differ"'))]
    brief = ("28.21 billion", "282.1亿元", "The brief", "2018-11-02")
    news = ("28.28 billion", "282.8亿元", "The news", "2018-10-12")
    found = [drawn.index(told) for told in brief + news]
    assert found == sorted(found)
    assert len(re.findall('class="chip open" href="#differ"', text)) == 2


def test_what_links_without_a_class_is_listed_once(two_sources: Flask) -> None:
    page = two_sources.test_client().get("/doc/division/1?lang=en", headers={"Accept": BROWSER})
    listed = page.text.partition('<section aria-labelledby="links"')[2].partition("</section>")[0]
    assert re.findall(r'<li><a href="([^"]+)"', listed) == ["/doc/note/1"]


def test_a_page_of_a_group_tells_how_far_it_and_its_members_have_come(built_app: Flask) -> None:
    path = "/doc/project-group/new-resettlement-projects"
    text = built_app.test_client().get(path, headers={"Accept": BROWSER}).text
    started = text[text.index('"stage stage-started"') :].partition("</section>")[0]
    assert 'href="/doc/project/gaobi-resettlement"' in started
    assert f'href="{path}"' in started
    alone = built_app.test_client().get("/doc/project/xinyue-garden", headers={"Accept": BROWSER})
    assert '"stage ' not in alone.text


def test_a_page_of_a_district_tells_how_far_its_projects_have_come(built_app: Flask) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": "zh"}
    text = built_app.test_client().get("/doc/division/410103", headers=headers).text
    finished = text[text.index('"stage stage-finished"') :].partition("</section>")[0]
    assert 'href="/doc/project/binhe-garden"' in finished
    assert "已回迁" in finished
    assert 'href="/doc/project/big-data-park"' not in finished


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("programme/three-erqi", ["pastoral-erqi", "quality-erqi", "warm-erqi"]),
        ("programme/quality-erqi", ["three-erqi", "pastoral-erqi", "warm-erqi"]),
        ("policy/fang-guan-fu", ["erqi-fang-guan-fu", "mobile-handling", "same-district-handling"]),
    ],
)
def test_a_programme_is_drawn_with_its_whole_and_its_parts(
    built_app: Flask, path: str, parts: list[str]
) -> None:
    text = built_app.test_client().get(f"/doc/{path}", headers={"Accept": BROWSER}).text
    tree = text[text.index('<ul class="parts">') :].partition("</section>")[0]
    assert [part in tree for part in parts] == [True] * len(parts)
    assert tree.count("<strong") == 1
