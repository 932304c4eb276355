"""Tell divisions, placeholders, zones and other units apart, and build the hierarchy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.packages import Revisions, Row

ARTICLE_EDITION = "201810"
EDITION_WITHOUT_ZONES = "201904"
EDITION_BEFORE = "201801"
CHINA = "100000"

PLACEHOLDERS = frozenset(("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"))
ZONE_DIGITS = range(71, 80)
"""Fifth and sixth digit of a functional zone's code; no division ever had them."""
OTHER_UNITS = (
    *("232761", "232762", "232763", "232764"),  # districts set up by a prefecture's office
    *("460321", "460322", "460323"),  # groups of islands of 三沙市
    "632857",  # 大柴旦行政委员会
)
"""Entries of 201810 that 201904 lacks and that are neither placeholders nor zones."""
MISSING_IN_ARTICLE_EDITION = ("659005", "659007", "659008", "659009")
"""Cities that the statistical table leaves out and the editions before and after it have."""

PREFECTURE_CITY_SUFFIXES = (
    ("自治州", "autonomous-prefecture"),
    ("地区", "prefecture"),
    ("盟", "league"),
    ("市", "prefecture-level-city"),
)
COUNTY_SUFFIXES = (
    ("自治县", "autonomous-county"),
    ("自治旗", "autonomous-banner"),
    ("林区", "forestry-district"),
    ("特区", "special-district"),
    ("县", "county"),
    ("旗", "banner"),
    ("市", "county-level-city"),
    ("区", "district"),
)
PROVINCE_SUFFIXES = (
    ("特别行政区", "special-administrative-region"),
    ("自治区", "autonomous-region"),
    ("省", "province"),
    ("市", "municipality"),
)
NAMED_AS_FORESTRY_DISTRICT = "429021"
"""神农架林区; elsewhere a name in 林区 is that of a city's district (西林区, 海勃林区 …)."""
NAMED_AS_SPECIAL_DISTRICT = "520203"
"""六枝特区."""


def entry_kind(code: str, name: str) -> str:
    """Return what an entry stands for: the kind of a division, or why it is none."""
    if name in PLACEHOLDERS:
        return "placeholder"
    if int(code[4:]) in ZONE_DIGITS:
        return "functional-zone"
    if code in OTHER_UNITS:
        return "other-statistical-unit"
    return division_kind(code, name)


def division_kind(code: str, name: str) -> str:
    """Return the kind of a division from the end of its name."""
    suffixes = {
        "province": PROVINCE_SUFFIXES,
        "prefecture": PREFECTURE_CITY_SUFFIXES,
        "county": COUNTY_SUFFIXES,
    }[level(code)]
    kind = next(kind for suffix, kind in suffixes if name.endswith(suffix))
    if kind == "forestry-district" and code != NAMED_AS_FORESTRY_DISTRICT:
        return "district"
    if kind == "special-district" and code != NAMED_AS_SPECIAL_DISTRICT:
        return "district"
    return kind


def is_division(code: str, name: str) -> bool:
    """Whether an entry stands for an administrative division."""
    return entry_kind(code, name) not in (
        "placeholder",
        "functional-zone",
        "other-statistical-unit",
    )


def level(code: str) -> str:
    """Return the tier that the zeros at the end of a code say."""
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def divisions_of(revisions: Revisions) -> dict[str, str]:
    """Return code → name of the divisions at the article's month.

    The rule that tells zones apart is held against the edition that has none: what it calls a
    division stands there too, and what stands there and not here is named above.
    """
    here, later = revisions[ARTICLE_EDITION], revisions[EDITION_WITHOUT_ZONES]
    divisions = {code: name for code, name in here.items() if is_division(code, name)}
    if set(divisions) - set(later) or set(later) - set(divisions) != set(
        MISSING_IN_ARTICLE_EDITION
    ):
        raise SystemExit("the rule for zones and placeholders does not hold any more")
    for code in MISSING_IN_ARTICLE_EDITION:
        if revisions[EDITION_BEFORE][code] != later[code]:
            raise SystemExit(f"{code} has two names around {ARTICLE_EDITION}")
        divisions[code] = later[code]
    return dict(sorted(divisions.items()))


def container(code: str, divisions: Mapping[str, str]) -> str:
    """Return the code of the next division above, placeholders skipped."""
    if level(code) == "province":
        return CHINA
    prefecture = f"{code[:4]}00"
    if level(code) == "county" and prefecture in divisions:
        return prefecture
    return f"{code[:2]}0000"


def spaced(code: str) -> str:
    """Return a code as Wikidata's P442 has it: pairs apart, zeros of the level left out."""
    pairs = {"province": 1, "prefecture": 2, "county": 3}[level(code)]
    return " ".join(code[2 * i : 2 * i + 2] for i in range(pairs))


def division_rows(divisions: Mapping[str, str], english: Mapping[str, str]) -> Iterator[Row]:
    """Yield China and its divisions; China has no code in these editions."""
    yield {
        "id": f"division/{CHINA}",
        "label@zh": "中国",
        "label@en": "China",
        "level": "concept/division-level/country",
        "divisionKind": "concept/division-kind/country",
        "within": "",
        "code": "",
        "wikidataCode": "",
        "notation": "",
    }
    for code, name in divisions.items():
        yield {
            "id": f"division/{code}",
            "label@zh": name,
            "label@en": english.get(code, ""),
            "level": f"concept/division-level/{level(code)}",
            "divisionKind": f"concept/division-kind/{division_kind(code, name)}",
            "within": f"division/{container(code, divisions)}",
            "code": code,
            "wikidataCode": spaced(code),
            "notation": code,
        }


def containment_rows(divisions: Mapping[str, str]) -> Iterator[Row]:
    """Yield the dated containment statements of Henan; elsewhere the graph's date says it."""
    for code in divisions:
        if code.startswith("41"):
            yield {
                "id": f"containment/gb2260/{ARTICLE_EDITION}/{code}",
                "division": f"division/{code}",
                "container": f"division/{container(code, divisions)}",
                "edition": f"code-edition/gb2260/{ARTICLE_EDITION}",
            }
