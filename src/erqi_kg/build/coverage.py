"""Coverage: everything a source states is used by a fact, or excused with a reason.

The detector does not know the facts; the facts do not know the detector. A number counts as used
when a fact with that number quotes it; a phrase or name when quotes hold all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from erqi_kg.build.context import Context
from erqi_kg.build.detector import NUMBER, Mention, mentions
from erqi_kg.build.evidence import Support
from erqi_kg.build.lockfile import Uncovered
from erqi_kg.build.numerals import read_numbers
from erqi_kg.build.quotes import Quote, SourceText, fold
from erqi_kg.build.records import Record
from erqi_kg.build.sources import NotFact, Source
from erqi_kg.errors import CoverageIncomplete, DataError, QuoteNotFound

_MEANINGLESS = re.compile(r"[\s、,,。;;:“”‘’《》()()!!·]")


@dataclass
class CoverageReport:
    """What a source states and how much of it the facts use."""

    source: str
    counts: dict[str, list[int]] = field(default_factory=dict)
    """For each kind of mention: used by facts, excused, neither."""
    uncovered: list[Uncovered] = field(default_factory=list)
    errors: list[DataError] = field(default_factory=list)

    @property
    def excusable(self) -> dict[str, tuple[int, int]]:
        """Return used and excused of each kind, as a lock file keeps them."""
        return {kind: (used, excused) for kind, (used, excused, _) in self.counts.items()}

    @property
    def summary(self) -> str:
        """Return the counts in words."""
        return "; ".join(
            f"{kind}s: {used} used, {excused} excused, {missing} missing"
            for kind, (used, excused, missing) in sorted(self.counts.items())
        )


def cover(
    text: SourceText,
    source: Source,
    records: Iterable[Record],
    supports: Sequence[Support],
    context: Context,
) -> CoverageReport:
    """Hold every mention of a text against the facts and the excuses."""
    report = CoverageReport(source.id)
    places = _places_of(text, supports)
    shown = {at for start, end in places.values() for at in range(start, end)}
    used_numbers = set(_used_numbers(records, supports, context))
    excuses = list(_excuses(text, source, report))
    needed: set[int] = set()
    for mention in mentions(text):
        counts = report.counts.setdefault(mention.kind, [0, 0, 0])
        if _is_used(mention, places, shown, used_numbers):
            counts[0] += 1
            continue
        excuse = next(
            (
                (n, item)
                for n, item, start, end in excuses
                if start <= mention.start and mention.end <= end
            ),
            None,
        )
        if excuse is None:
            counts[2] += 1
            report.errors.append(_missing(mention, text, source))
        else:
            counts[1] += 1
            needed.add(excuse[0])
            report.uncovered.append(_listed(mention, text, excuse[1]))
    report.errors += [
        CoverageIncomplete(
            f"not_facts excuses {item.quote.exact!r}, which needs no excuse: remove it", source.file
        )
        for number, item in enumerate(source.not_facts)
        if number not in needed
    ]
    return report


def _is_used(
    mention: Mention,
    places: dict[Quote, tuple[int, int]],
    shown: set[int],
    used_numbers: set[tuple[str, Decimal]],
) -> bool:
    if mention.kind == NUMBER:
        (reading,) = read_numbers(mention.text)
        return any(
            start <= mention.start
            and mention.end <= end
            and {(quote.id, reading.value), (quote.id, reading.written)} & used_numbers
            for quote, (start, end) in places.items()
        )
    return all(
        at in shown or _MEANINGLESS.match(letter)
        for at, letter in enumerate(mention.text, start=mention.start)
    )


def _places_of(text: SourceText, supports: Sequence[Support]) -> dict[Quote, tuple[int, int]]:
    return {quote: text.folded_place(quote) for support in supports for quote in support.quotes}


def _used_numbers(
    records: Iterable[Record], supports: Sequence[Support], context: Context
) -> Iterator[tuple[str, Decimal]]:
    """Yield (quote id, number) for every number a fact takes from a quote."""
    by_id = {record.id: record for record in records}
    for support in supports:
        record = by_id[support.record]
        term = context.property(support.field, file=record.file, record=record.id)
        for value in _texts(record.fields[support.field]):
            for number in _numbers_in(value, is_number=term.is_number):
                for quote in support.quotes:
                    yield quote.id, number


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for texts in value.values():
            yield from _texts(texts)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)


def _numbers_in(value: str, *, is_number: bool) -> Iterator[Decimal]:
    if is_number:
        try:
            yield Decimal(value)
        except InvalidOperation:
            return
    for reading in read_numbers(value):
        yield reading.value
        yield reading.written


def _excuses(
    text: SourceText, source: Source, report: CoverageReport
) -> Iterator[tuple[int, NotFact, int, int]]:
    for number, item in enumerate(source.not_facts):
        try:
            if item.everywhere:
                starts = text.places(fold(item.quote.exact))
            else:
                starts = [text.folded_place(text.locate(item.quote))[0]]
        except QuoteNotFound as error:
            report.errors.append(QuoteNotFound(error.message, source.file, "not_facts"))
            continue
        for start in starts:
            yield number, item, start, start + len(fold(item.quote.exact))


def _missing(mention: Mention, text: SourceText, source: Source) -> CoverageIncomplete:
    before = text.folded[max(0, mention.start - 6) : mention.start]
    after = text.folded[mention.end : mention.end + 6]
    return CoverageIncomplete(
        f"the {mention.kind} {mention.text!r} (…{before}[{mention.text}]{after}…) is used by no "
        "fact: add one, or list it in not_facts with its reason",
        source.file,
    )


def _listed(mention: Mention, text: SourceText, item: NotFact) -> Uncovered:
    start, end = text.raw_place(mention.start, mention.end)
    return Uncovered(start, end, mention.kind, item.reason["zh"], item.reason["en"])
