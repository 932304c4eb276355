"""Links to Wikidata, GeoNames and ISO 3166-2, and Wikidata's points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.divisions import level
from generator.packages import Row

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
WIKIDATA_READ = "2026-10-03"
COMPILED = "2026-11-23"
SUCCESSORS = {"410307": "410381", "410308": "410322", "410783": "410728", "411603": "411626"}
"""Units set up after the article, and the unit of 2018 each was made from."""
SEATS = {"410100": "1784658", "410102": "8727297", "410103": "1886776", "410106": "1796194"}
"""GeoNames' populated places that are seats (see geonames-seats.csv); a seat is not the unit."""


def wikidata_division_rows(units: Iterable[Row]) -> Iterator[Row]:
    """Yield the plain links and geometries of the divisions."""
    for unit in units:
        yield {
            "id": f"division/{unit['gb2260']}",
            "sameAs": f"wd:{unit['wikidata']}",
            "geometry": f"point/wikidata/{unit['gb2260']}",
        }


def wikidata_link_rows(units: Iterable[Row]) -> Iterator[Row]:
    """Yield the statements behind the links: method and date."""
    for unit in units:
        yield {
            "id": f"link/wikidata/{unit['gb2260']}",
            "linkSubject": f"division/{unit['gb2260']}",
            "linkPredicate": "owl:sameAs",
            "linkTarget": f"wd:{unit['wikidata']}",
            "identifierScheme": "concept/identifier-scheme/wikidata",
            "identifier": unit["wikidata"],
            "checked": WIKIDATA_READ,
            "method@zh": "维基数据 P442 代码与中文名称相符，并与 2018 年 10 月版逐一比对。",
            "method@en": (
                "Wikidata's code (P442) and Chinese label match; both compared with the edition "
                "of October 2018."
            ),
        }


def point_rows(units: Iterable[Row]) -> Iterator[Row]:
    """Yield Wikidata's points: longitude first, a label point for want of a better word."""
    for unit in units:
        yield {
            "id": f"point/wikidata/{unit['gb2260']}",
            "asWKT": f"POINT({unit['lon_wgs84']} {unit['lat_wgs84']})",
            "pointRole": "concept/point-role/label-point",
            "crs": CRS84,
        }


def left_out_rows(
    units: Iterable[Row], known: Sequence[Row], divisions: Mapping[str, str]
) -> Iterator[Row]:
    """Yield what is not linked, and why."""
    for unit in units:
        if unit not in known:
            former = SUCCESSORS[unit["gb2260"]]
            yield {
                "code": unit["gb2260"],
                "name": unit["name_zh"],
                "wikidata": unit["wikidata"],
                "code_2018": former,
                "name_2018": divisions[former],
                "reason": "item, name, code and point are those of a unit set up after 2018-10",
            }
    linked = {unit["gb2260"] for unit in known} | set(SUCCESSORS.values())
    for code, name in divisions.items():
        if code.startswith("41") and code not in linked:
            yield {
                "code": "",
                "name": "",
                "wikidata": "",
                "code_2018": code,
                "name_2018": name,
                "reason": "no row in inputs/wikidata-units.csv",
            }


@dataclass(frozen=True)
class Match:
    """A division and the row of the gazetteer that is it."""

    code: str
    name: str
    iso: str
    geonames: str
    names: tuple[str, ...]


def gazetteer_matches(rows: Iterable[list[str]], divisions: Mapping[str, str]) -> Iterator[Match]:
    """Yield provinces by their exact Chinese name, Henan's parts by name and code."""
    provinces = {name: code for code, name in divisions.items() if level(code) == "province"}
    special = {"CN-HK": "810000", "CN-MO": "820000", "CN-TW": "710000"}
    in_henan = {name: code for code, name in divisions.items() if code.startswith("41")}
    for row in sorted(rows):
        name, iso, path, geonames, _, others = row[:6]
        names = (name, *others.split("|"))
        full = [n for n in names for n in (n, f"{n}省") if n in provinces] if iso else []
        codes = [provinces[n] for n in full]
        if path.startswith("CN.09."):
            codes = [in_henan[n] for n in names if n in in_henan and same_code(path, in_henan[n])]
        codes = [special[iso]] if iso in special else codes
        if codes:
            yield Match(codes[0], name, iso, geonames, names)


def same_code(path: str, code: str) -> bool:
    """Whether GeoNames' own code is the first four digits; 济源 has none and goes by its name."""
    own = path.rpartition(".")[2]
    return own == code[:4] or code == "419001"


def check_english_names(english: Mapping[str, str], matches: Iterable[Match]) -> None:
    """Hold every English name of a province against the gazetteer."""
    by_code = {match.code: match.names for match in matches}
    for code, name in english.items():
        if level(code) == "province" and not any(name in other for other in by_code[code]):
            raise SystemExit(f"{code}: {name!r} is not in the gazetteer")


def geonames_division_rows(matches: Iterable[Match]) -> Iterator[Row]:
    """Yield the plain links to GeoNames: the unit itself, and its seat."""
    units = {match.code: match.geonames for match in matches if match.geonames}
    for code in sorted(units | SEATS):
        unit, seat = units.get(code), SEATS.get(code)
        yield {
            "id": f"division/{code}",
            "sameAs": f"https://sws.geonames.org/{unit}/" if unit else "",
            "geonames": f"https://sws.geonames.org/{seat}/" if seat else "",
        }


def geonames_link_rows(matches: Iterable[Match]) -> Iterator[Row]:
    """Yield the statements behind them."""
    for match in sorted(matches, key=lambda match: match.code):
        if match.geonames:
            by_code = level(match.code) == "prefecture"
            yield {
                "id": f"link/geonames/{match.code}",
                "linkSubject": f"division/{match.code}",
                "linkPredicate": "owl:sameAs",
                "linkTarget": f"https://sws.geonames.org/{match.geonames}/",
                "identifierScheme": "concept/identifier-scheme/geonames",
                "identifier": match.geonames,
                "checked": COMPILED,
                "method@zh": "中文名称与代码前四位相符。" if by_code else "中文名称相符。",
                "method@en": (
                    "The Chinese name and the first four digits of the code match."
                    if by_code
                    else "The Chinese name matches."
                ),
            }


def iso_link_rows(matches: Iterable[Match]) -> Iterator[Row]:
    """Yield the codes of ISO 3166-2, which have no IRI of their own."""
    for match in sorted(matches, key=lambda match: match.code):
        if match.iso:
            yield {
                "id": f"link/iso-3166/{match.code}",
                "linkSubject": f"division/{match.code}",
                "identifierScheme": "concept/identifier-scheme/iso-3166-2",
                "identifier": match.iso,
                "checked": COMPILED,
                "method@zh": "中文名称相符；港、澳、台按代码对应。",
                "method@en": (
                    "The Chinese name matches; Hong Kong, Macao and Taiwan go by their code."
                ),
            }
