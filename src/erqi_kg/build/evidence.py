"""What stands behind each value of a record, as supports of its fields.

A field is *stated* by words that say it, *contextual* where words elsewhere determine it, and
*inferred* where a reason stands in for words. Nothing else may be said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from erqi_kg.build.context import Context, Term
from erqi_kg.build.quotes import Quote
from erqi_kg.build.records import UNGATED, QuoteReference, Record
from erqi_kg.errors import DataError, EvidenceMissing, QuoteNotFound

STATED, CONTEXTUAL, INFERRED = "stated", "contextual", "inferred"

Locate = Callable[[QuoteReference], Quote]


@dataclass(frozen=True)
class Support:
    """The basis of one field of one record."""

    record: str
    field: str
    basis: str
    quotes: tuple[Quote, ...]
    reason: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        """Return the support's id."""
        return f"support/{self.record}/{kebab(self.field)}/{self.basis}"


def kebab(name: str) -> str:
    """Return a camelCase name as an id segment: growthRate is growth-rate."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", name).lower()


def supports_of(record: Record, context: Context, locate: Locate) -> list[Support]:
    """Return the supports of all fields of a record, or raise what is missing.

    Raises:
        QuoteNotFound: a quote is not where it should be.
        EvidenceMissing: a field has nothing behind it.
    """
    terms = {
        name: context.property(name, file=record.file, record=record.id)
        for name in record.fields
        if name not in UNGATED
    }
    by_field: dict[str, list[Support]] = {name: [] for name in terms}
    for support in _own_supports(record, terms, locate):
        by_field[support.field].append(support)
    _share_record_evidence(record, terms, by_field, locate)
    for name, supports in by_field.items():
        if not supports:
            raise EvidenceMissing(
                f"{name} has nothing behind it: quote the words in evidence.{name}, point to "
                f"context_evidence.{name}, or give the reason in inferred.{name}",
                record.file,
                record.id,
            )
    return [support for supports in by_field.values() for support in supports]


def evidence_records(
    source: str, supports: Sequence[Support], context: Context, file: str
) -> Iterator[Record]:
    """Yield the records that publish supports, their quotes, and the places of the quotes."""
    yield from quote_records({q for support in supports for q in support.quotes}, source, file)
    for support in supports:
        fields: dict[str, object] = {
            "supports": support.record,
            "basis": f"concept/basis/{support.basis}",
            "property": context.terms[support.field].iri,
        }
        if support.quotes:
            fields["quote"] = sorted({quote.id for quote in support.quotes})
        if support.reason:
            fields["reason"] = dict(support.reason)
        yield Record(support.id, ("Support",), fields, file)


def quote_records(quotes: Iterable[Quote], source: str, file: str) -> Iterator[Record]:
    """Yield the records that publish quotes and their places, each quote once."""
    shortest_last = sorted(quotes, key=lambda quote: quote.prefix + quote.suffix, reverse=True)
    for quote in {quote.id: quote for quote in shortest_last}.values():
        yield from _quote_records(quote, source, file)


def derivation_fields(source: str, supports: Sequence[Support]) -> dict[str, object]:
    """Return what a record says of its own origin (PROV-O)."""
    fields: dict[str, object] = {"hadPrimarySource": f"source/{source}"}
    quotes = sorted({quote.id for support in supports for quote in support.quotes})
    if quotes:
        fields["wasDerivedFrom"] = quotes
    return fields


def _own_supports(record: Record, terms: Mapping[str, Term], locate: Locate) -> Iterator[Support]:
    for basis, given in (
        (STATED, record.evidence.stated),
        (CONTEXTUAL, record.evidence.contextual),
    ):
        for name, references in given.items():
            if name in terms:
                yield Support(record.id, name, basis, _located(record, references, locate))
    for name, reason in record.evidence.inferred.items():
        if name in terms:
            yield Support(record.id, name, INFERRED, (), reason)


def _share_record_evidence(
    record: Record,
    terms: Mapping[str, Term],
    by_field: dict[str, list[Support]],
    locate: Locate,
) -> None:
    """Spread evidence given as a list: over the one value and the links, or over the links."""
    stated = record.evidence.stated.get("*")
    open_values = [name for name, term in terms.items() if not term.is_link and not by_field[name]]
    if stated:
        measured = [name for name in open_values if name not in WORDING_FIELDS]
        if len(measured) > 1:
            raise EvidenceMissing(
                f"one list of evidence for {len(measured)} values ({', '.join(measured)}): "
                "give each its own, evidence.<field> = [...]",
                record.file,
                record.id,
            )
        quotes = _located(record, stated, locate)
        for name in open_values:
            by_field[name].append(Support(record.id, name, STATED, quotes))
    for basis, references in ((STATED, stated), (CONTEXTUAL, record.evidence.contextual.get("*"))):
        if references:
            quotes = _located(record, references, locate)
            for name, term in terms.items():
                if (
                    term.is_link
                    and not by_field[name]
                    and not (basis == STATED and record.evidence.contextual.get("*"))
                ):
                    by_field[name].append(Support(record.id, name, basis, quotes))


WORDING_FIELDS = frozenset(("wording", "sourceValue", "sourceUnit"))
"""They say the same value in the source's own words."""


def _located(
    record: Record, references: Sequence[QuoteReference], locate: Locate
) -> tuple[Quote, ...]:
    try:
        return tuple(locate(reference) for reference in references)
    except DataError as error:
        raise QuoteNotFound(error.message, record.file, record.id) from error


def _quote_records(quote: Quote, source: str, file: str) -> Iterator[Record]:
    selector, position = f"{quote.id}/selector", f"{quote.id}/position"
    described = {
        "hasSource": f"source/{source}",
        "hasSelector": selector,
        "confirmed": str(quote.is_confirmed).lower(),
    }
    yield Record(quote.id, ("Quote",), described, file)
    fields: dict[str, object] = {"exact": quote.exact}
    if quote.start is not None:
        fields |= {"refinedBy": position}
        fields |= {
            key: text for key, text in (("prefix", quote.prefix), ("suffix", quote.suffix)) if text
        }
        yield Record(
            position,
            ("TextPositionSelector",),
            {"start": str(quote.start), "end": str(quote.end)},
            file,
        )
    yield Record(selector, ("TextQuoteSelector",), fields, file)
