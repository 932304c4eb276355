"""Pictures: numbers at their places, only where they compare, and links onward."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.web.drawing.bars import MOST_BARS, bars_of
from erqi_kg.web.drawing.maps import map_of_places
from erqi_kg.web.drawing.neighbours import neighbourhood_of
from erqi_kg.web.drawing.solutions import bars_in, map_in, scale_in
from erqi_kg.web.linked.links import LinkGroup, Links
from erqi_kg.web.linked.nodes import Fact, Node
from erqi_kg.web.linked.thing import Thing
from erqi_kg.web.showing.display import Display, Text
from erqi_kg.web.showing.positions import told_position
from erqi_kg.web.showing.terms import XSD, Solution, Solutions, Term
from erqi_kg.web.showing.vocabulary import Vocabulary
from tests.web.conftest import BROWSER

WKT = PREFIXES["geo"] + "wktLiteral"
NAMES = Names("https://w3id.org/erqi/")


def display() -> Display:
    labels = {NAMES.thing(f"division/{n}"): {"en": f"Division {n}"} for n in range(9)}
    return Display(NAMES, "en", Vocabulary({}, {}), labels)


def number(text: str) -> Term:
    return Term("literal", text, datatype=XSD + "decimal")


def division(which: int) -> Term:
    return Term("iri", NAMES.thing(f"division/{which}"))


def answer(*solutions: Solution) -> Solutions:
    return Solutions(tuple(dict.fromkeys(n for one in solutions for n in one)), solutions)


@given(st.lists(st.decimals(-(10**15), 10**15, allow_nan=False), min_size=2, max_size=MOST_BARS))
def test_a_bar_reaches_from_zero_to_its_number(numbers: list[Decimal]) -> None:
    drawn = bars_of((Text(str(n)), "", str(n), str(n)) for n in numbers)
    if drawn is None:
        assert not any(numbers)
        return
    assert 0 <= drawn.zero <= 1000
    for bar, value in zip(drawn.bars, numbers, strict=True):
        assert 0 <= bar.begin <= bar.end <= 1000
        assert (bar.begin if value > 0 else bar.end) == drawn.zero


def test_what_is_past_the_most_bars_is_counted() -> None:
    drawn = bars_of((Text("x"), "", str(n), str(n)) for n in range(1, MOST_BARS + 8))
    assert drawn is not None
    assert (len(drawn.bars), drawn.left_out) == (MOST_BARS, 7)


@pytest.mark.parametrize("text", ["NaN", "INF", "-Infinity", "many", ""])
def test_what_is_no_finite_number_is_not_drawn(text: str) -> None:
    assert bars_of([(Text("a"), "", text, text), (Text("b"), "", "1", "1")]) is None


@pytest.mark.parametrize(
    ("first", "second", "is_drawn"),
    [
        ({"number": number("1")}, {"number": number("2")}, True),
        ({"number": number("1"), "unit": division(7)}, {"number": number("2"), "unit": division(7)},
         True),
        ({"number": number("1"), "unit": division(7)}, {"number": number("2"), "unit": division(8)},
         False),
        ({"number": number("1")}, {"number": Term("literal", "not stated")}, False),
        ({"rank": number("1")}, {"rank": number("2")}, False),
        ({"low": number("1"), "high": number("2")}, {"low": number("1"), "high": number("3")},
         False),
    ],
)  # fmt: skip
def test_numbers_are_bars_only_where_they_compare(
    first: Solution, second: Solution, is_drawn: bool
) -> None:
    found = answer({"area": division(1), **first}, {"area": division(2), **second})
    assert (bars_in(found, display()) is not None) is is_drawn


def test_places_stand_on_the_scale_of_a_list() -> None:
    found = answer(
        {"area": division(1), "rank": number("76")}, {"area": division(2), "rank": number("3")}
    )
    drawn = scale_in(found, display())
    assert drawn is not None
    assert [(mark.rank, mark.label.text, mark.href) for mark in drawn.marks] == [
        (3, "Division 2", "/doc/division/2"),
        (76, "Division 1", "/doc/division/1"),
    ]


def test_an_answer_of_projects_and_their_states_is_drawn_by_stage(built_app: Flask) -> None:
    client = built_app.test_client()
    headers = {"Accept": BROWSER, "Accept-Language": "en"}
    page = client.get("/queries/projects-by-status", headers=headers).text
    drawn = page.partition("How far projects have come")[2].partition("<table")[0]
    table = page.partition("<table")[2].partition("</table>")[0]
    projects = r'href="(/doc/project(?:-group)?/[a-z0-9-]+)"'
    assert len(re.findall(projects, drawn)) == len(set(re.findall(projects, table))) > 20
    for stage in ("Planned", "Started", "Finished", "Shown as a drawing"):
        assert f">{stage}" in drawn
    page = client.get("/queries/programmes-by-kind", headers=headers).text
    assert "How far projects have come" not in page


def test_a_map_has_north_above_and_east_on_the_right() -> None:
    def at(which: int, wkt: str) -> Solution:
        return {"area": division(which), "wkt": Term("literal", wkt, datatype=WKT)}

    found = answer(
        at(1, "POINT(113.6 34.7)"),
        at(2, "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT (113.7 34.9)"),
        at(3, "LINESTRING(1 2, 3 4)"),
    )
    drawn = map_in(found, display())
    assert drawn is not None
    west, east = drawn.spots
    assert west.x < east.x
    assert west.y > east.y
    assert east.coordinates == "34.9, 113.7"
    assert map_in(answer(at(1, "POINT(1 2)"), at(2, "POINT(1 2)")), display()) is None


def test_names_on_a_map_do_not_cover_each_other_and_none_is_lost() -> None:
    places = {
        NAMES.thing(f"division/{n}"): Term("literal", f"POINT({x} {y})", datatype=WKT)
        for n, (x, y) in enumerate([(113.6, 34.7), (113.9, 34.9), *[(113.6, 34.7)] * 10])
    }
    drawn = map_of_places(places, display())
    assert drawn is not None
    assert len(drawn.spots) == len({spot.href for spot in drawn.spots}) == 12
    stand = [(spot.name.x, spot.name.y, spot.name.anchor) for spot in drawn.spots if spot.name]
    assert len(set(stand)) == len(stand)
    below = [spot.label.text for spot in drawn.named_below]
    assert below == [spot.label.text for spot in drawn.spots if not spot.is_named]
    assert 0 < len(below) < 11
    numbers = [spot.number for spot in drawn.spots if spot.number]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_place_on_the_map_of_a_city_is_named_on_it_or_below(
    built_app: Flask, lang: str
) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": lang}
    page = built_app.test_client().get("/doc/division/410100", headers=headers).text
    drawn, _, after = page.partition('<svg class="map"')[2].partition("</svg>")
    below = after.partition('<ul class="map-key">')[2].partition("</ul>")[0]
    places = set(re.findall(r'<a href="([^"]+)">', drawn))
    named = {
        path
        for path, text in re.findall(r'<a href="([^"]+)"><title>.*?<text [^>]*>([^<]*)<', drawn)
        if not text.isdecimal()
    }
    keyed = set(re.findall(r'<a href="([^"]+)"', below))
    assert len(places) == 12
    assert places == named | keyed
    assert not named & keyed


def test_the_page_of_a_city_shows_where_its_districts_lie(built_app: Flask) -> None:
    client = built_app.test_client()
    for division, parts in (("410100", 12), ("410000", 18), ("100000", 31)):
        path = f"/doc/division/{division}"
        text = client.get(path, headers={"Accept": BROWSER}).get_data(as_text=True)
        drawn = text.partition('<svg class="map"')[2].partition("</svg>")[0]
        assert drawn.count("<circle") == parts
        assert "id:division" not in drawn
    drawn = client.get("/doc/division/410100", headers={"Accept": BROWSER}).text
    assert 'href="/doc/division/410103"' in drawn
    assert '<svg class="map"' not in client.get(
        "/doc/division/410103", headers={"Accept": BROWSER}
    ).get_data(as_text=True)


@pytest.mark.parametrize(
    ("wkt", "zh", "en"),
    [
        ("POINT(113.6 34.75)", "北纬 34.75°，东经 113.6°", "34.75° N, 113.6° E"),
        ("POINT(-70 -33.5)", "南纬 33.5°，西经 70°", "33.5° S, 70° W"),
        ("LINESTRING(1 2, 3 4)", "", ""),
    ],
)
def test_a_point_is_told_in_degrees(wkt: str, zh: str, en: str) -> None:
    term = Term("literal", wkt, datatype=WKT)
    assert (told_position(term, "zh"), told_position(term, "en")) == (zh, en)


def test_what_links_back_to_a_thing_that_is_drawn_is_not_drawn_again() -> None:
    about, link = NAMES.term("about"), NAMES.term("within")
    node = Node(NAMES.thing("division/1"), {about: Fact(about, [division(2)])})
    group = LinkGroup(NAMES.term("Division"), link, 1, [NAMES.thing("division/2")])
    thing = Thing(node, Links([group], 1), others=[group], order=[about])
    drawn = neighbourhood_of(thing, Text("Middle"), display())
    assert drawn is not None
    assert [place.arrow for place in drawn.places if place.arrow] == ["→"]


def test_a_neighbourhood_draws_a_few_things_of_each_kind_and_tells_of_the_rest() -> None:
    about, link = NAMES.term("about"), NAMES.term("within")
    node = Node(NAMES.thing("division/1"), {about: Fact(about, [division(2)])})
    subjects = [NAMES.thing(f"division/{n}") for n in range(3, 9)]
    group = LinkGroup(NAMES.term("Division"), link, 10_000, subjects)
    thing = Thing(node, Links([group], 1), others=[group], order=[about])
    drawn = neighbourhood_of(thing, Text("Middle"), display())
    assert drawn is not None
    assert [place.label.text for place in drawn.places if place.href] == [
        "Division 2", *(f"Division {n}" for n in range(3, 7)),
    ]  # fmt: skip
    assert [place.more for place in drawn.places if place.arrow] == [0, 9_996]
    assert len(drawn.lines) == len(drawn.places) - 1


def test_the_cells_of_a_table_name_their_column_for_narrow_screens(client: FlaskClient) -> None:
    text = client.get("/doc/division/1?lang=en", headers={"Accept": BROWSER}).text
    assert 'role="table"' in text
    assert '<td role="cell" data-head="' in text
    assert 'id="near"' in text
