"""Tables of statements: what all rows say stands once, amounts in words of their size."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.web.linked.nodes import Fact, Node, Support
from erqi_kg.web.linked.tables import by_rank, statement_table
from erqi_kg.web.showing.numbers import compact
from erqi_kg.web.showing.terms import XSD, Term
from tests.web.conftest import BROWSER

NAMES = Names("https://w3id.org/erqi/")
PERIOD, ABOUT, AMOUNT = (NAMES.term(name) for name in ("period", "about", "amount"))
NAME = NAMES.term("name")


def row(which: int, **values: str) -> Node:
    """Return a statement; a value is the last part of an IRI, or a number."""
    facts = {}
    for name, value in values.items():
        term = (
            Term("literal", value, datatype=XSD + "decimal")
            if value.isdigit()
            else Term("iri", NAMES.thing(value))
        )
        facts[NAMES.term(name)] = Fact(NAMES.term(name), [term], {"g"})
    return Node(NAMES.thing(f"claim/{which}"), facts)


@pytest.mark.parametrize(
    ("periods", "shared", "columns"),
    [
        (["2018", "2018", "2018"], [PERIOD], [AMOUNT, ABOUT]),
        (["2018", "2018", "2017"], [], [AMOUNT, PERIOD, ABOUT]),
        (["2018", "2018"], [], [AMOUNT, PERIOD, ABOUT]),
    ],
    ids=["all of three alike", "one differs", "only two rows"],
)
def test_what_three_rows_or_more_all_say_stands_above_the_table(
    periods: list[str], shared: list[str], columns: list[str]
) -> None:
    rows = [
        row(n, period=f"period/y{period}", about=f"place/p{n}", amount="7")
        for n, period in enumerate(periods)
    ]
    table = statement_table(rows, NAMES.term("division"), NAMES)
    assert [column.properties[0] for column in table.shared] == shared
    assert [column.properties[0] for column in table.columns] == columns


def test_a_row_that_says_nothing_of_it_keeps_a_property_in_the_table() -> None:
    rows = [row(n, period="period/y", about=f"place/p{n}") for n in range(3)] + [row(3)]
    assert statement_table(rows, "", NAMES).shared == []


def test_a_table_never_loses_its_last_column() -> None:
    table = statement_table([row(n, period="period/y") for n in range(3)], "", NAMES)
    assert [column.properties[0] for column in table.columns] == [PERIOD]


def test_one_column_without_words_is_a_list_and_with_words_a_table() -> None:
    rows = [row(n, about=f"place/p{n}") for n in range(3)]
    assert statement_table(rows, "", NAMES).is_list
    rows[0].facts[ABOUT].supports["inferred"] = Support("inferred", reasons={"en": "so it is"})
    assert not statement_table(rows, "", NAMES).is_list


def test_an_identifier_is_told_where_no_target_tells_it() -> None:
    identifier = PREFIXES["dcterms"] + "identifier"
    rows = [row(n, linkTarget=f"place/p{n}") for n in range(2)]
    for one in rows:
        one.facts[identifier] = Fact(identifier, [Term("literal", "CN-HA")])
    assert statement_table(rows, "", NAMES).columns[0].properties == (NAMES.term("linkTarget"),)
    del rows[1].facts[NAMES.term("linkTarget")]
    columns = [column.properties[0] for column in statement_table(rows, "", NAMES).columns]
    assert columns == [NAMES.term("linkTarget"), identifier]


def test_the_best_rank_comes_first_where_every_row_has_one() -> None:
    rank = NAMES.term("rank")
    rows = [row(n, rank=said) for n, said in enumerate(["86", "9", "100"])]
    assert [node.values(rank)[0].value for node in by_rank(rows, rank)] == ["9", "86", "100"]
    assert by_rank([*rows, row(3)], rank) == [*rows, row(3)]


def test_a_list_of_ranks_stands_in_their_order_on_its_page(built_app: Flask) -> None:
    page = built_app.test_client().get(
        "/doc/ranking/2018-comprehensive-strength", headers={"Accept": BROWSER}
    )
    table = page.text.partition("<table")[2].partition("</table>")[0]
    ranks = [int(rank) for rank in re.findall(r'<span class="number">(\d+)</span>', table)]
    assert len(ranks) > 4
    assert ranks == sorted(ranks)


def test_a_source_without_quotes_says_so_and_leads_to_what_rests_on_it(built_app: Flask) -> None:
    page = built_app.test_client().get(
        "/sources/youth-cn-2015-11-26", headers={"Accept": BROWSER, "Accept-Language": "en"}
    )
    assert 'id="quotes"' not in page.text
    assert "no words of it are quoted" in page.text
    assert '<a href="/doc/source/youth-cn-2015-11-26">What rests on it</a>' in page.text
    quoted = built_app.test_client().get(
        "/sources/erqi-four-top100-2018", headers={"Accept": BROWSER, "Accept-Language": "en"}
    )
    facts = quoted.text.partition("<aside>")[2].partition("</dl>")[0]
    assert "<dd>Chinese</dd>" in facts
    assert "/doc/source/erqi-four-top100-2018" not in facts


def test_a_column_of_sentences_is_wide() -> None:
    said = Term("literal", "a sentence of more than a few words", "en")
    told = Node(NAMES.thing("claim/1"), {NAME: Fact(NAME, [said])})
    assert statement_table([told], "", NAMES).columns[0].is_prose


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        ("28280000000", "282.8亿", "28.28 billion"),
        ("76430000000000", "76.43万亿", "76.43 trillion"),
        ("1181000000", "11.81亿", "1.181 billion"),
        ("1400000", "140万", "1.4 million"),
        ("20000", "2万", ""),
        ("-20000", "-2万", ""),
        ("7921", "", ""),
        ("123456", "", ""),
        ("12345678901", "约123.46亿", "about 12.346 billion"),
        ("1E30", "1000000000000000000万亿", "1000000000000000000 trillion"),
        ("NaN", "", ""),
        ("many", "", ""),
    ],
)
def test_a_large_number_is_told_in_words_of_its_size(number: str, zh: str, en: str) -> None:
    assert (compact(number, "zh"), compact(number, "en")) == (zh, en)


@given(st.decimals(-(10**18), 10**18, allow_nan=False, allow_infinity=False))
def test_a_number_is_never_rounded_without_saying_so(number: Decimal) -> None:
    told = compact(str(number), "en")
    sizes = {"million": 10**6, "billion": 10**9, "trillion": 10**12}
    if told and not told.startswith("about "):
        digits, size = told.split()
        assert Decimal(digits) * sizes[size] == number
    elif told:
        digits, size = told.removeprefix("about ").split()
        assert abs(Decimal(digits) * sizes[size] - number) <= abs(number) / 10_000


@pytest.mark.parametrize(
    ("language", "shown"), [("zh", "282.8亿元"), ("en", "28.28 billion")]
)  # fmt: skip
def test_an_amount_is_told_for_people_with_all_digits_at_hand(
    built_app: Flask, language: str, shown: str
) -> None:
    client = built_app.test_client(use_cookies=False)
    headers = {"Accept": BROWSER, "Accept-Language": language}
    table = client.get("/doc/division/410103", headers=headers).text
    assert re.search(rf'<span class="number" title="28,280,000,000[^"]*">{shown}<', table)
    statement = "observation/erqi-four-top100-2018/gdp/2018-h1/410103/amount"
    page = client.get(f"/doc/{statement}", headers=headers).text
    assert '<span class="exact">28,280,000,000</span>' in page
