"""What the open reference data promise, read from the committed tables themselves."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
CHINA = "division/100000"
EDITION = "code-edition/gb2260/201810"
NO_DIVISION = ("placeholder", "functional-zone", "other-statistical-unit")
OWN_GRAPHS = (
    "code-editions",
    "code-entries",
    "divisions",
    "geonames",
    "identifiers",
    "index-values",
    "placements",
    "townships",
    "web-sources",
    "wikidata",
    "zhengzhou-codes",
)


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def by_id(name: str) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in rows(name)}


def sidecar(name: str) -> dict:
    return tomllib.loads((REFERENCE / f"{name}.toml").read_text(encoding="utf-8"))


DIVISIONS = by_id("divisions")
ENTRIES = rows("code-entries")
ARTICLE_ENTRIES = [row for row in ENTRIES if row["edition"] == EDITION]
HISTORY = rows("zhengzhou-codes")
NAMES = rows("zhengzhou-names")
PLACEMENTS = rows("placements")
LISTINGS = rows("listings")
OBSERVATIONS = rows("index-values")
SOURCES = by_id("web-sources")


def kind(entry: dict[str, str]) -> str:
    return entry["entryKind"].rpartition("/")[2]


# --- entries and divisions ---------------------------------------------------------------------


def test_the_edition_of_the_article_has_3659_entries_and_each_is_typed():
    kinds = Counter(kind(entry) for entry in ARTICLE_ENTRIES)
    apart = {name: kinds.pop(name) for name in NO_DIVISION}
    assert apart == {"placeholder": 291, "functional-zone": 145, "other-statistical-unit": 8}
    assert sum(kinds.values()) == 3215
    assert len(ARTICLE_ENTRIES) == 3659


def test_placeholders_zones_and_other_units_are_never_divisions():
    for entry in ENTRIES + HISTORY:
        if kind(entry) in NO_DIVISION:
            assert entry["division"] == "", entry["id"]
            if "gb2260/201810" in entry["id"]:
                assert f"division/{entry['code']}" not in DIVISIONS


def test_every_other_entry_stands_for_a_division_of_the_same_name():
    for entry in ENTRIES:
        if kind(entry) not in NO_DIVISION:
            division = DIVISIONS[entry["division"]]
            assert division["label@zh"] == entry["name@zh"]
            assert division["divisionKind"] == entry["entryKind"]
            assert division["code"] == entry["code"]


def test_functional_zones_are_the_codes_that_end_in_71_to_79():
    in_range = {entry["code"] for entry in ARTICLE_ENTRIES if "71" <= entry["code"][4:] <= "79"}
    zones = {entry["code"] for entry in ARTICLE_ENTRIES if kind(entry) == "functional-zone"}
    assert zones == in_range


def test_the_other_statistical_units_are_these_eight():
    others = {e["code"]: e["name@zh"] for e in ENTRIES if kind(e) == "other-statistical-unit"}
    assert others == {
        "232761": "加格达奇区",
        "232762": "松岭区",
        "232763": "新林区",
        "232764": "呼中区",
        "460321": "西沙群岛",
        "460322": "南沙群岛",
        "460323": "中沙群岛的岛礁及其海域",
        "632857": "大柴旦行政委员会",
    }


def test_four_cities_that_the_edition_lacks_rest_on_the_editions_around_it():
    extra = [entry for entry in ENTRIES if entry["edition"] != EDITION]
    editions = defaultdict(set)
    for entry in extra:
        editions[entry["code"]].add(entry["edition"].rpartition("/")[2])
    assert editions == {
        code: {"201801", "201904"} for code in ("659005", "659007", "659008", "659009")
    }
    assert not {entry["code"] for entry in ARTICLE_ENTRIES} & set(editions)


def test_there_are_china_and_3219_divisions():
    levels = Counter(row["level"].rpartition("/")[2] for row in DIVISIONS.values())
    assert levels == {"country": 1, "province": 34, "prefecture": 334, "county": 2851}


def chain(division: str) -> list[str]:
    steps = [division]
    while parent := DIVISIONS[steps[-1]]["within"]:
        steps.append(parent)
        assert len(steps) <= 4
    return steps


def test_every_division_reaches_china_over_divisions_only():
    assert all(chain(division)[-1] == CHINA for division in DIVISIONS)


@pytest.mark.parametrize(
    ("code", "containers"),
    [
        ("410103", ["410100", "410000", "100000"]),
        ("419001", ["410000", "100000"]),  # 济源市: 419000 is a placeholder
        ("429021", ["420000", "100000"]),  # 神农架林区
        ("469001", ["460000", "100000"]),
        ("659001", ["650000", "100000"]),
        ("110101", ["110000", "100000"]),  # 110100 is a placeholder
        ("500229", ["500000", "100000"]),  # 500200 is the placeholder 县
        ("441900", ["440000", "100000"]),
    ],
)
def test_the_hierarchy_skips_placeholders(code: str, containers: list[str]):
    assert chain(f"division/{code}")[1:] == [f"division/{container}" for container in containers]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("429021", "forestry-district"),
        ("520203", "special-district"),
        ("419001", "county-level-city"),
        ("441900", "prefecture-level-city"),
        ("410104", "district"),
        ("150304", "district"),
        ("820000", "special-administrative-region"),
        ("110000", "municipality"),
    ],
)
def test_kinds_of_divisions(code: str, wanted: str):
    assert DIVISIONS[f"division/{code}"]["divisionKind"] == f"concept/division-kind/{wanted}"


def test_codes_stand_in_both_forms():
    assert DIVISIONS["division/410103"]["wikidataCode"] == "41 01 03"
    assert DIVISIONS["division/410100"]["wikidataCode"] == "41 01"
    assert DIVISIONS["division/410000"]["wikidataCode"] == "41"
    for identifier, row in DIVISIONS.items():
        if identifier != CHINA:
            assert identifier == f"division/{row['code']}"
            assert row["notation"] == row["code"]
            assert row["wikidataCode"].replace(" ", "").ljust(6, "0") == row["code"]


def test_zhengzhou_has_six_districts():
    parts = [row for row in DIVISIONS.values() if row["within"] == "division/410100"]
    districts = [row["label@zh"] for row in parts if row["divisionKind"].endswith("/district")]
    assert districts == ["中原区", "二七区", "管城回族区", "金水区", "上街区", "惠济区"]
    assert len(parts) == 12


def test_containment_is_stated_with_its_edition_for_all_of_henan():
    stated = {row["division"]: row for row in rows("containments")}
    assert set(stated) == {d for d, row in DIVISIONS.items() if row["code"].startswith("41")}
    for division, row in stated.items():
        assert row["container"] == DIVISIONS[division]["within"]
        assert row["edition"] == EDITION


# --- editions and history ----------------------------------------------------------------------


def test_there_are_82_editions_of_two_authorities_and_none_between_january_and_october_2018():
    editions = by_id("code-editions")
    months = sorted(row["editionMonth"] for row in editions.values())
    assert (len(months), months[0], months[-1]) == (82, "1980-12", "2019-04")
    assert [month for month in months if month.startswith("2018")] == ["2018-01", "2018-10"]
    tables = Counter(row["codeTable"] for row in editions.values())
    assert tables == {"code-table/mca": 62, "code-table/nbs": 20}
    assert editions[EDITION]["issuer"] == "organisation/national-bureau-of-statistics"


@pytest.mark.parametrize(
    ("division", "name", "first", "last"),
    [
        ("410103", "二七区", "198012", "201904"),
        ("410104", "向阳回族区", "198012", "198212"),
        ("410104", "管城回族区", "198312", "201904"),
        ("410108", "邙山区", "198712", "200409"),
        ("410108", "惠济区", "200412", "201904"),
        ("410122", "中牟县", "198012", "201904"),
    ],
)
def test_names_are_seen_from_one_edition_to_another(
    division: str, name: str, first: str, last: str
):
    found = [
        (row["firstSeenIn"].rpartition("/")[2], row["lastSeenIn"].rpartition("/")[2])
        for row in NAMES
        if row["division"] == f"division/{division}" and row["name@zh"] == name
    ]
    assert found == [(first, last)]


def test_a_change_lies_between_two_editions_and_never_has_a_date():
    for row in HISTORY + NAMES:
        assert not {"validFrom", "validUntil"} & set(row)
        assert row["firstSeenIn"] <= row["lastSeenIn"]
        assert row["absentFrom"] == "" or row["absentFrom"] > row["lastSeenIn"]


def test_history_keeps_the_authorities_apart():
    editions = by_id("code-editions")
    for row in HISTORY:
        for field in ("firstSeenIn", "lastSeenIn", "absentFrom"):
            assert row[field] == "" or editions[row[field]]["codeTable"] == row["codeTable"]


def test_units_that_vanished_are_joined_to_none_or_by_a_marked_inference():
    unjoined = {row["name@zh"] for row in HISTORY if row["division"] == ""}
    assert unjoined == {"市辖区", "新密区", "金海区", "郊区"}
    inferred = {row["name@zh"] for row in HISTORY if row["modality"].endswith("/inference")}
    assert inferred == {"荥阳县", "新郑县", "巩县", "登封县", "密县"}
    assert inferred == {row["name@zh"] for row in NAMES if row["modality"].endswith("/inference")}
    assert all(row["note@zh"] for row in HISTORY if row["name@zh"] in inferred)


def test_a_unit_kept_its_name_while_its_code_changed():
    codes = {row["code"] for row in HISTORY if row["division"] == "division/410122"}
    assert codes == {"412125", "410122"}


# --- links and points --------------------------------------------------------------------------


def test_no_predecessor_carries_the_identifiers_of_its_successor():
    linked = {row["linkSubject"] for row in rows("wikidata-links")}
    items = {row["linkTarget"] for row in rows("wikidata-links")}
    left_out = [row for row in rows("wikidata-left-out") if row["wikidata"]]
    assert {row["code"]: row["code_2018"] for row in left_out} == {
        "410307": "410381",
        "410308": "410322",
        "410783": "410728",
        "411603": "411626",
    }
    for row in left_out:
        assert f"division/{row['code_2018']}" in DIVISIONS
        assert f"division/{row['code_2018']}" not in linked
        assert f"division/{row['code']}" not in DIVISIONS
        assert f"wd:{row['wikidata']}" not in items


def test_every_wikidata_link_is_one_to_one_and_also_stated_plainly():
    links = {row["linkSubject"]: row["linkTarget"] for row in rows("wikidata-links")}
    plain = {row["id"]: row["sameAs"] for row in rows("wikidata-divisions")}
    assert links == plain
    assert len(set(links.values())) == len(links) == 214
    assert links["division/410103"] == "wd:Q1337114"
    assert set(links) <= set(DIVISIONS)


@pytest.mark.parametrize("table", ["wikidata-links", "geonames-links", "geonames-seat-links"])
def test_places_are_linked_by_same_as_with_date_and_method(table: str):
    for row in rows(table):
        assert row["linkPredicate"] == "owl:sameAs"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["checked"])
        assert row["method@zh"]
        assert row["method@en"]


def test_a_seat_is_a_place_of_its_own_and_never_the_division():
    divisions = {row["sameAs"] for row in rows("geonames-divisions")}
    seats = by_id("geonames-seats")
    assert len(seats) == 4
    for seat in seats.values():
        assert seat["id"].startswith("place/")
        assert seat["sameAs"] not in divisions
        assert seat["within"] in DIVISIONS
    concerned = {row["geonames"] for row in rows("geonames-divisions") if row["geonames"]}
    assert concerned == {seat["sameAs"] for seat in seats.values()}


@pytest.mark.parametrize("table", ["wikidata-points", "geonames-seat-points"])
def test_points_have_the_longitude_first_and_lie_within_china(table: str):
    for row in rows(table):
        found = re.fullmatch(r"POINT\((\d+(?:\.\d+)?) (\d+(?:\.\d+)?)\)", row["asWKT"])
        assert found, row
        assert 73 < float(found[1]) < 136
        assert 3 < float(found[2]) < 54
        assert row["crs"] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        assert row["pointRole"] in ("concept/point-role/seat", "concept/point-role/label-point")


def test_every_geometry_is_there_and_seats_are_not_label_points():
    points = by_id("wikidata-points") | by_id("geonames-seat-points")
    wanted = {row["geometry"] for row in rows("wikidata-divisions") + rows("geonames-seats")}
    assert wanted == set(points)
    for point in rows("geonames-seat-points"):
        assert point["pointRole"] == "concept/point-role/seat"


def test_erqi_lies_where_the_compiled_sources_have_it():
    assert by_id("wikidata-points")["point/wikidata/410103"]["asWKT"] == (
        "POINT(113.63415 34.72574)"
    )


# --- townships ---------------------------------------------------------------------------------


def test_two_authorities_swap_two_codes_and_the_ids_do_not_follow_them():
    codes = {
        (row["edition"], row["code"]): row["division"].rpartition("/")[2]
        for row in rows("township-entries")
    }
    mca, nbs = "code-edition/mca/2025-12-31", "code-edition/nbs/2023-06-30"
    assert codes[mca, "410103012"] == codes[nbs, "410103013"] == "changjianglu"
    assert codes[mca, "410103013"] == codes[nbs, "410103012"] == "jingguanglu"
    assert not any(re.search(r"410103/\d", row["id"]) for row in rows("townships"))
    assert not any(row.get("code") for row in rows("townships"))


def test_yingtaogou_subdistrict_came_later_and_is_not_the_valley():
    editions = [r["edition"] for r in rows("township-entries") if r["name@zh"] == "樱桃沟街道"]
    assert editions == ["code-edition/mca/2025-12-31"]
    (link,) = sidecar("townships")["link"]
    assert (link["linkPredicate"], link["linkTarget"]) == ("rdfs:seeAlso", "place/yingtaogou")


# --- placements, listings and index values -----------------------------------------------------


def test_every_reference_statement_names_its_source_in_its_id_and_is_graded():
    for row in PLACEMENTS + LISTINGS + OBSERVATIONS:
        source = row["hadPrimarySource"]
        assert source in SOURCES
        assert row["id"].split("/")[1] == source.partition("/")[2]
        assert row["grade"].startswith("concept/grade/")
        assert row["wording"]


def test_a_statement_without_an_address_is_marked_so():
    for source in SOURCES.values():
        if source["page"] == "":
            assert source["grade"] == "concept/grade/unverified-address"


def test_the_articles_own_placements_are_not_repeated():
    assert not [row for row in PLACEMENTS if row["division"] == "division/410103"]
    assert {row["ranking"][:12] for row in LISTINGS if row["division"] == "division/410103"} == {
        "ranking/2016"
    }


def test_sources_agree_on_each_rank_and_no_rank_is_taken_twice():
    taken = defaultdict(set)
    held = defaultdict(set)
    for row in PLACEMENTS:
        assert 1 <= int(row["rank"]) <= 100
        taken[row["ranking"], row["rank"]].add(row["division"])
        held[row["ranking"], row["division"]].add(row["rank"])
    assert all(len(divisions) == 1 for divisions in taken.values())
    assert all(len(ranks) == 1 for ranks in held.values())


RANKS_IN_WORDS = ("hxnews-2018-10-09", "phb123-2019", "phsb-2019", "wujin-news-2018")
"""Sources that say a rank by 第一 or by the order of their list."""


def test_a_rank_is_readable_in_its_wording():
    for row in PLACEMENTS:
        if row["id"].split("/")[1] not in RANKS_IN_WORDS:
            numbers = re.findall(r"\d+", re.sub(r"20\d\d年", "", row["wording"]))
            assert row["rank"] in numbers, row["id"]


def test_a_listing_has_no_rank_and_a_placement_has_one():
    assert all("rank" not in row for row in LISTINGS)
    assert all(row["rank"] for row in PLACEMENTS)
    assert all(row["division"] in DIVISIONS for row in PLACEMENTS + LISTINGS)


def test_county_lists_hold_counties_and_district_lists_hold_districts():
    for row in PLACEMENTS + LISTINGS:
        is_district = DIVISIONS[row["division"]]["divisionKind"].endswith("/district")
        assert is_district != row["ranking"].endswith("-counties"), row["id"]


def test_lists_of_2019_belong_to_series_of_their_own():
    known = {
        ranking["id"]: ranking["inSeries"]
        for name in ("rankings", "placements")
        for ranking in sidecar(name)["ranking"]
    }
    for row in PLACEMENTS + LISTINGS:
        is_later = row["ranking"].startswith("ranking/2019-")
        assert known[row["ranking"]].startswith("ranking-series/chqi-") == is_later


def test_an_implied_value_is_an_inference():
    implied = [row for row in OBSERVATIONS if row["grade"].endswith("/implied")]
    assert [row["amount"] for row in implied] == ["70.1"]
    assert all(row["modality"] == "concept/modality/inference" for row in implied)
    assert all(row["note@zh"] for row in implied)


def test_an_observation_states_one_measure_once_in_its_dataset():
    keys = [(r["dataSet"], r["indicator"], r["period"], r["division"]) for r in OBSERVATIONS]
    assert len(set(keys)) == len(keys)
    for row in OBSERVATIONS:
        assert row["measureType"] == "erqi:amount"
        assert re.fullmatch(r"\d+(\.\d+)?", row["amount"])
        assert row["sourceValue"] in row["wording"] or row["grade"].endswith("/implied")


@pytest.mark.parametrize(
    ("statements", "datasets"),
    [("placements", "placement-datasets"), ("index-values", "index-datasets")],
)
def test_every_source_has_a_dataset_of_its_own(statements: str, datasets: str):
    sources = {row["id"]: row["source"] for row in rows(datasets)}
    assert {row["dataSet"]: row["hadPrimarySource"] for row in rows(statements)} == sources


# --- graphs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("graph", OWN_GRAPHS)
def test_every_reference_graph_says_its_title_licence_and_source(graph: str):
    description = sidecar(graph)["graph"]
    for field in ("title", "description", "sourceNote"):
        assert set(description[field]) == {"zh", "en"}
    assert description["license"].startswith("https://")


@pytest.mark.parametrize(
    ("graph", "licence"),
    [
        ("divisions", "https://spdx.org/licenses/BSD-2-Clause"),
        ("wikidata", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("geonames", "https://creativecommons.org/licenses/by/4.0/"),
    ],
)
def test_a_graph_keeps_the_licence_of_what_it_is_taken_from(graph: str, licence: str):
    assert sidecar(graph)["graph"]["license"] == licence


def test_zhengzhou_and_its_twelve_units_are_named_in_both_languages():
    units = [row for row in DIVISIONS.values() if row["id"].startswith("division/4101")]
    assert len(units) == 13
    for row in units:
        assert row["label@zh"], row["id"]
        assert row["label@en"], row["id"]


def test_every_table_belongs_to_a_graph_or_is_a_list_of_what_was_left_out():
    named = {
        table["file"]
        for path in REFERENCE.glob("*.toml")
        for table in sidecar(path.stem).get("table", [])
    }
    files = {path.name for path in REFERENCE.glob("*.csv")}
    assert files - named == {"wikidata-left-out.csv", "identifiers-left-out.csv"}
    assert named <= files


def test_tables_stay_small_enough_to_review():
    assert all(path.stat().st_size < 1_000_000 for path in REFERENCE.glob("*.csv"))
