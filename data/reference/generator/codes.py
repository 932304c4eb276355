"""Editions, entries and the history of Zhengzhou's codes and names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.divisions import (
    ARTICLE_EDITION,
    EDITION_BEFORE,
    EDITION_WITHOUT_ZONES,
    MISSING_IN_ARTICLE_EDITION,
    entry_kind,
    is_division,
)
from generator.packages import Revisions, Row

EARLIER_CODES = {
    "412125": "410122",
    "419009": "410181",
    "419015": "410183",
    "419016": "410182",
    "419017": "410184",
    "419018": "410185",
}
"""Codes outside 4101 that carried the very name of a unit of Zhengzhou before its own code did."""
FORMER_COUNTIES = {
    "410121": "410182",
    "410123": "410184",
    "410124": "410181",
    "410125": "410185",
    "410126": "410183",
}
"""Counties that vanish in the edition in which the city stands first: an inference."""


@dataclass(frozen=True)
class Edition:
    """One revision file: its month, the authority it comes from and that authority's page."""

    revision: str
    authority: str
    page: str

    @property
    def id(self) -> str:
        """Return the id of the edition."""
        return f"code-edition/gb2260/{self.revision}"


def edition_rows(editions: Iterable[Edition]) -> Iterator[Row]:
    """Yield the editions, one a revision file."""
    authorities = {
        "mca": ("民政部", "Ministry of Civil Affairs", "organisation/ministry-of-civil-affairs"),
        "nbs": (
            "国家统计局",
            "National Bureau of Statistics",
            "organisation/national-bureau-of-statistics",
        ),
    }
    for edition in editions:
        zh, en, issuer = authorities[edition.authority]
        year, month = edition.revision[:4], edition.revision[4:]
        yield {
            "id": edition.id,
            "label@zh": f"{zh}县及县以上行政区划代码，{year}年{int(month)}月",
            "label@en": f"{en}, codes of divisions at county level and above, {year}-{month}",
            "codeTable": f"code-table/{edition.authority}",
            "issuer": issuer,
            "editionMonth": f"{year}-{month}",
            "page": edition.page,
        }


def entry_row(edition: str, code: str, name: str) -> Row:
    """Return one entry of one edition."""
    kind = entry_kind(code, name)
    return {
        "id": f"code/gb2260/{edition}/{code}",
        "code": code,
        "name@zh": name,
        "entryKind": f"concept/division-kind/{kind}",
        "edition": f"code-edition/gb2260/{edition}",
        "division": f"division/{code}" if is_division(code, name) else "",
    }


def entry_rows(revisions: Revisions) -> Iterator[Row]:
    """Yield every entry of the article's edition, and those of the cities that it lacks."""
    for code, name in sorted(revisions[ARTICLE_EDITION].items()):
        yield entry_row(ARTICLE_EDITION, code, name)
    for edition in (EDITION_BEFORE, EDITION_WITHOUT_ZONES):
        for code in MISSING_IN_ARTICLE_EDITION:
            yield entry_row(edition, code, revisions[edition][code])


def runs(
    revisions: Revisions, editions: Sequence[str], code: str
) -> Iterator[tuple[str, int, int]]:
    """Yield (name, first, last) of every unbroken run of one name, as indexes into `editions`."""
    names = [revisions[edition].get(code, "") for edition in editions]
    start = 0
    for index in range(1, len(names) + 1):
        if index == len(names) or names[index] != names[start]:
            if names[start]:
                yield names[start], start, index - 1
            start = index


def code_history_rows(revisions: Revisions, editions: Sequence[Edition]) -> Iterator[Row]:
    """Yield what each authority's editions say of Zhengzhou's codes, as intervals.

    The two authorities are kept apart: the statistical editions have a placeholder 410101 that
    the civil affairs editions between them lack.
    """
    codes = sorted(
        {code for table in revisions.values() for code in table if code.startswith("4101")}
        | set(EARLIER_CODES)
    )
    for code in codes:
        for authority in ("mca", "nbs"):
            own = [e.revision for e in editions if e.authority == authority]
            for name, first, last in runs(revisions, own, code):
                if own[first] == own[last] == ARTICLE_EDITION:
                    continue  # said already by the entry of that edition
                if code in EARLIER_CODES and not name_is_of(revisions, code, name):
                    continue
                yield history_row(authority, own, code, name, first, last)


def name_is_of(revisions: Revisions, code: str, name: str) -> bool:
    """Whether an earlier code bore the name that the unit's own code bears now."""
    return revisions[ARTICLE_EDITION][EARLIER_CODES[code]] == name


def history_row(
    authority: str, own: Sequence[str], code: str, name: str, first: int, last: int
) -> Row:
    """Return one interval; a change lies between two editions and has no date."""
    unit = EARLIER_CODES.get(code) or FORMER_COUNTIES.get(code) or code
    kind = entry_kind(code, name)
    linked = unit in current_units() and kind != "placeholder"
    inferred = code in FORMER_COUNTIES
    return {
        "id": f"code/gb2260/{authority}-{own[first]}-{own[last]}/{code}",
        "code": code,
        "name@zh": name,
        "entryKind": f"concept/division-kind/{kind}",
        "codeTable": f"code-table/{authority}",
        "firstSeenIn": f"code-edition/gb2260/{own[first]}",
        "lastSeenIn": f"code-edition/gb2260/{own[last]}",
        "absentFrom": f"code-edition/gb2260/{own[last + 1]}" if last + 1 < len(own) else "",
        "division": f"division/{unit}" if linked else "",
        "modality": "concept/modality/inference" if inferred else "concept/modality/reported-fact",
        "note@zh": "推断：此代码消失的版次，正是该市首次出现的版次。" if inferred else "",
        "note@en": (
            "Inferred: the edition in which this code is gone is the one in which the city "
            "first stands."
            if inferred
            else ""
        ),
    }


def current_units() -> frozenset[str]:
    """Return the codes of Zhengzhou and its parts in the article's month."""
    counties = (2, 3, 4, 5, 6, 8, 22, 81, 82, 83, 84, 85)
    return frozenset(("410100", *(f"4101{number:02}" for number in counties)))


def name_history_rows(revisions: Revisions) -> Iterator[Row]:
    """Yield the names that Zhengzhou's units bore, over all editions taken together."""
    editions = sorted(revisions)
    former = {city: county for county, city in FORMER_COUNTIES.items()}
    for unit in sorted(current_units()):
        codes = [unit, *(code for code, own in EARLIER_CODES.items() if own == unit)]
        yield from names_of(revisions, editions, unit, codes, inferred=False)
        if unit in former:
            yield from names_of(revisions, editions, unit, [former[unit]], inferred=True)


def names_of(
    revisions: Revisions,
    editions: Sequence[str],
    unit: str,
    codes: Sequence[str],
    *,
    inferred: bool,
) -> Iterator[Row]:
    """Yield the unit's names with the first and last edition that has each under these codes."""
    own_name = revisions[ARTICLE_EDITION][unit]
    seen: dict[str, list[int]] = {}
    for index, edition in enumerate(editions):
        for code in codes:
            name = revisions[edition].get(code)
            if name is not None and (code not in EARLIER_CODES or name == own_name):
                seen.setdefault(name, []).append(index)
    for name, indexes in seen.items():
        first, last = indexes[0], indexes[-1]
        if indexes != list(range(first, last + 1)):
            raise SystemExit(f"{unit} {name}: not an unbroken run of editions")
        after = editions[last + 1] if last + 1 < len(editions) else ""
        yield {
            "id": f"name/gb2260/{editions[first]}-{editions[last]}/{unit}",
            "division": f"division/{unit}",
            "name@zh": name,
            "firstSeenIn": f"code-edition/gb2260/{editions[first]}",
            "lastSeenIn": f"code-edition/gb2260/{editions[last]}",
            "absentFrom": f"code-edition/gb2260/{after}" if after else "",
            "modality": (
                "concept/modality/inference" if inferred else "concept/modality/reported-fact"
            ),
        }
