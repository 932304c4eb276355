"""Generate data of the project's model at any size: divisions × years × indicators, with evidence.

Each observation is stated by a yearbook of its province and year, a named graph of its own, and
each of its values is supported by a quote with a selector and a position, as in `data/facts`.
The divisions are invented: their codes begin with 83 to 99, which GB/T 2260 does not use.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bench.vocabulary import Line, Vocabulary

INDICATORS = {
    "gdp": ("生产总值", "gross domestic product"),
    "general-public-budget-revenue": ("一般公共预算收入", "general public budget revenue"),
    "fixed-asset-investment": ("固定资产投资", "investment in fixed assets"),
    "retail-sales-of-consumer-goods": ("社会消费品零售总额", "retail sales of consumer goods"),
    "industrial-value-added": ("工业增加值", "industrial value added"),
}
YEARS = tuple(range(2009, 2019))
EDITION = "code-edition/gb2260/201810"
COUNTRY = "division/100000"
_FIRST_PROVINCE, _PROVINCES, _PREFECTURES, _COUNTIES = 83, 17, 99, 60
LETTERS = "安白昌城东丰高海和江金开龙梅南平青仁山泰文西兴阳永云泽中周紫"
_SOUNDS = (
    "an bai chang cheng dong feng gao hai he jiang jin kai long mei nan ping qing ren shan tai "
    "wen xi xing yang yong yun ze zhong zhou zi"
)
_SYLLABLES = dict(zip(LETTERS, _SOUNDS.split(), strict=True))
_KINDS = (
    ("district", "区", "District"),
    ("county", "县", "County"),
    ("county-level-city", "市", "City"),
)


@dataclass(frozen=True)
class Layout:
    """Which divisions there are, by number: queries are made from it without reading the data."""

    counties: int

    def prefecture(self, county: int) -> str:
        """Return the code of the prefecture a county lies in."""
        number = county // 6
        province, row = number % _PROVINCES, number // _PROVINCES % _PREFECTURES
        return f"{_FIRST_PROVINCE + province}{row + 1:02}00"

    def county(self, county: int) -> str:
        """Return the code of a county."""
        turn = county // (6 * _PROVINCES * _PREFECTURES)
        return f"{self.prefecture(county)[:4]}{turn * 6 + county % 6 + 1:02}"

    def province(self, county: int) -> str:
        """Return the code of the province a county lies in."""
        return f"{self.county(county)[:2]}0000"

    def source(self, county: int, year: int) -> str:
        """Return the id of the source that states a county's figures, without its kind."""
        return f"yearbook-{self.county(county)[:2]}-{year}"

    def observation(self, county: int, year: int, indicator: str) -> str:
        """Return the id of an observation."""
        code = self.county(county)
        return f"observation/{self.source(county, year)}/{indicator}/{year}/{code}/amount"


class Generator:
    """Yields the same data for the same size and seed, record by record.

    Args:
        vocabulary: how records become quads.
        size: of the data in quads; passed by less than one record and its evidence.
        seed: chooses names and amounts.
    """

    MOST_COUNTIES = _PROVINCES * _PREFECTURES * _COUNTIES

    def __init__(self, vocabulary: Vocabulary, size: int, seed: int = 1) -> None:
        self.size = size
        self.counties = 0
        """Counties all of whose observations were yielded."""
        self.quads = 0
        self._write = vocabulary.record
        self._prelude = vocabulary.prelude
        self._random = random.Random(seed)
        self._layout = Layout(0)
        self._known: set[str] = set()

    def lines(self) -> Iterator[Line]:
        """Yield the quads; a triple may stand in two graphs, a quad comes once.

        Raises:
            ValueError: the size needs more divisions than there are codes.
        """
        for record in self._records():
            for line in record:
                self.quads += 1
                yield line
            if self.quads >= self.size:
                return

    def _records(self) -> Iterator[Iterator[Line]]:
        yield self._prelude()
        yield from self._shared()
        for county in range(self.MOST_COUNTIES):
            name = yield from self._county(county)
            for year in YEARS:
                yield from self._source(county, year)
                for indicator in INDICATORS:
                    yield self._observation(county, year, indicator, name)
            self.counties = county + 1
        raise ValueError(f"{self.size} quads need more than {self.MOST_COUNTIES} counties")

    def _shared(self) -> Iterator[Iterator[Line]]:
        for indicator, (zh, en) in INDICATORS.items():
            fields = {
                "label": {"zh": zh, "en": en},
                "definition": {"zh": f"一年的{zh}。", "en": f"The {en} of a year."},
            }
            yield self._write(f"indicator/{indicator}", "Indicator", fields, "reference/indicators")
        for year in YEARS:
            fields = {
                "label": {"zh": f"{year}年", "en": f"{year}"},
                "startDate": f"{year}-01-01",
                "endDate": f"{year}-12-31",
                "periodKind": "concept/period-kind/year",
            }
            yield self._write(f"period/{year}", "Period", fields, "reference/periods")
        fields = {"label": {"zh": "行政区划代码", "en": "Codes of divisions"}}
        yield self._write("code-table/gb2260", "CodeTable", fields, "reference/code-editions")
        fields |= {"editionMonth": "2018-10", "codeTable": "code-table/gb2260"}
        yield self._write(EDITION, "CodeEdition", fields, "reference/code-editions")
        yield from self._division("100000", "国", "Country", "country", "country", None)

    def _county(self, county: int) -> Iterator[Iterator[Line]]:
        """Yield a county, and what contains it when that is new; return its label."""
        province, prefecture = self._layout.province(county), self._layout.prefecture(county)
        if province not in self._known:
            zh, en = self._name("省", "Province")
            yield from self._division(province, zh, en, "province", "province", COUNTRY)
        if prefecture not in self._known:
            zh, en = self._name("市", "City")
            kind, container = "prefecture-level-city", f"division/{province}"
            yield from self._division(prefecture, zh, en, "prefecture", kind, container)
        kind, ending_zh, ending_en = _KINDS[county % len(_KINDS)]
        zh, en = self._name(ending_zh, ending_en)
        code, container = self._layout.county(county), f"division/{prefecture}"
        yield from self._division(code, zh, en, "county", kind, container)
        return zh

    def _name(self, ending_zh: str, ending_en: str) -> tuple[str, str]:
        chosen = self._random.sample(list(_SYLLABLES), 2)
        latin = "".join(_SYLLABLES[letter] for letter in chosen).capitalize()
        return f"{''.join(chosen)}{ending_zh}", f"{latin} {ending_en}"

    def _division(
        self, code: str, zh: str, en: str, level: str, kind: str, container: str | None
    ) -> Iterator[Iterator[Line]]:
        self._known.add(code)
        division = f"division/{code}"
        fields = {
            "label": {"zh": zh, "en": en},
            "level": f"concept/division-level/{level}",
            "divisionKind": f"concept/division-kind/{kind}",
            "code": code,
            "notation": code,
        }
        yield self._write(
            division,
            "Division",
            fields | ({"within": container} if container else {}),
            "reference/divisions",
        )
        # Stated twice, as real reference graphs do: the default graph holds it once.
        yield self._once_more(division)
        entry = {
            "code": code,
            "name": {"zh": zh},
            "entryKind": f"concept/division-kind/{kind}",
            "edition": EDITION,
            "division": division,
        }
        yield self._write(f"code/gb2260/201810/{code}", "CodeEntry", entry, "reference/codes")
        if container:
            fields = {"division": division, "container": container, "edition": EDITION}
            containment = f"containment/gb2260/201810/{code}"
            yield self._write(containment, "Containment", fields, "reference/divisions")

    def _once_more(self, division: str) -> Iterator[Line]:
        lines = self._write(division, "Division", {}, "reference/codes")
        yield next(lines)  # its type; what is inferred from it stands there already

    def _source(self, county: int, year: int) -> Iterator[Iterator[Line]]:
        source = self._layout.source(county, year)
        if source in self._known:
            return
        self._known.add(source)
        title = {"zh": f"{year}年统计年鉴", "en": f"Statistical yearbook of {year}"}
        fields = {
            "title": title,
            "sourceKind": "concept/source-kind/data-file",
            "grade": "concept/grade/one-page",
            "language": "zh",
        }
        graph = f"source/{source}"
        yield self._write(f"source/{source}", "Source", fields, graph)
        fields = {
            "title": title,
            "structure": "structure/indicator-amounts",
            "hadPrimarySource": f"source/{source}",
        }
        yield self._write(f"dataset/{source}/indicator-amounts", "DataSet", fields, graph)
        yield self._quote(source, f"{year}年", 0)

    def _observation(self, county: int, year: int, indicator: str, name: str) -> Iterator[Line]:
        """Yield an observation, its own quote, and the support of its four values."""
        source, code = self._layout.source(county, year), self._layout.county(county)
        observation = self._layout.observation(county, year, indicator)
        graph = f"source/{source}"
        figure = Decimal(self._random.randrange(100, 99_999)) / 10
        wording = f"{figure}亿元"
        words = f"{name}{INDICATORS[indicator][0]}{wording}"
        start = self._random.randrange(200_000)
        stated, dated = _quote_id(source, words, start), _quote_id(source, f"{year}年", 0)
        fields = {
            "division": f"division/{code}",
            "period": f"period/{year}",
            "indicator": f"indicator/{indicator}",
            "amount": f"{int(figure * 100_000_000)}",
            "unitMeasure": "unit:CCY_CNY",
            "measureType": "erqi:amount",
            "dataSet": f"dataset/{source}/indicator-amounts",
            "modality": "concept/modality/reported-figure",
            "sourceValue": str(figure),
            "sourceUnit": "亿元",
            "wording": wording,
            "wasDerivedFrom": [stated, dated],
            "hadPrimarySource": f"source/{source}",
        }
        yield from self._write(observation, "Observation", fields, graph)
        yield from self._quote(source, words, start)
        for field, basis, quote in (
            ("amount", "stated", stated),
            ("division", "stated", stated),
            ("indicator", "stated", stated),
            ("period", "contextual", dated),
        ):
            yield from self._support(observation, field, basis, quote, graph)

    def _support(
        self, record: str, field: str, basis: str, quote: str, graph: str
    ) -> Iterator[Line]:
        fields = {
            "supports": record,
            "property": f"erqi:{field}",
            "basis": f"concept/basis/{basis}",
            "quote": quote,
        }
        yield from self._write(f"support/{record}/{field}/{basis}", "Support", fields, graph)

    def _quote(self, source: str, words: str, start: int) -> Iterator[Line]:
        quote, graph = _quote_id(source, words, start), f"source/{source}"
        selector, position = f"{quote}/selector", f"{quote}/position"
        place = {"hasSource": f"source/{source}", "hasSelector": selector}
        fields = {**place, "confirmed": "true"}
        yield from self._write(quote, "Quote", fields, graph)
        fields = {"exact": words, "refinedBy": position}
        yield from self._write(selector, "TextQuoteSelector", fields, graph)
        fields = {"start": str(start), "end": str(start + len(words))}
        yield from self._write(position, "TextPositionSelector", fields, graph)


def _quote_id(source: str, words: str, start: int) -> str:
    digest = hashlib.sha256(f"{source}\0{words}\0{start}".encode()).hexdigest()
    return f"quote/{source}/{digest[:16]}"
