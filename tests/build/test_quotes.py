from __future__ import annotations

import tomllib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from erqi_kg.build.lockfile import LockFile, quoted_share
from erqi_kg.build.quotes import Quote, SourceText, fold
from erqi_kg.build.records import QuoteReference
from erqi_kg.errors import QuoteNotFound

RAW = "三个二七,品质\n\n  二七;城乡融\n合,三个二七。"


def test_line_breaks_inside_words_are_folded_and_places_stay_raw() -> None:
    quote = SourceText("s", RAW).locate(QuoteReference("城乡融合"))
    assert quote.exact == "城乡融合"
    assert RAW[quote.start : quote.end] == "城乡融\n合"


def test_words_that_occur_twice_need_their_surroundings() -> None:
    text = SourceText("s", RAW)
    with pytest.raises(QuoteNotFound, match="occurs 2 times"):
        text.locate(QuoteReference("三个二七"))
    first = text.locate(QuoteReference("三个二七", suffix=",品质"))
    second = text.locate(QuoteReference("三个二七", prefix="合,"))
    assert (first.occurrence, second.occurrence) == (1, 2)
    assert first.id != second.id


def test_a_quote_that_is_almost_there_is_shown_what_the_text_has() -> None:
    with pytest.raises(QuoteNotFound, match="the text has '品质二七'"):
        SourceText("s", RAW).locate(QuoteReference("品质二八"))


@given(st.text(min_size=1, max_size=80), st.data())
def test_any_span_of_any_text_is_found_where_it_stands(raw: str, data: st.DataObject) -> None:
    text = SourceText("s", raw)
    assume(text.folded)
    start = data.draw(st.integers(0, len(text.folded) - 1))
    end = data.draw(st.integers(start + 1, len(text.folded)))
    wanted = QuoteReference(text.folded[start:end], text.folded[:start], text.folded[end:])
    assume(fold(wanted.exact) == wanted.exact)
    assume(fold(wanted.prefix) == wanted.prefix)
    assume(fold(wanted.suffix) == wanted.suffix)
    quote = text.locate(wanted)
    assert fold(raw[quote.start : quote.end]) == wanted.exact
    assert text.folded_place(quote) == (start, end)


def test_a_lock_file_reads_back_as_it_was_written() -> None:
    quote = SourceText("s", 'a "b"\\ 二七c').locate(QuoteReference('"b"\\ 二七'))
    lock = LockFile("s", "0" * 64, (quote,))
    assert LockFile.from_tables(tomllib.loads(lock.to_toml()), "s.lock.toml") == lock
    assert lock.find(QuoteReference('"b"\\ 二七', prefix="a ")) == quote


@pytest.mark.parametrize("reference", [QuoteReference("x"), QuoteReference("b", prefix="z")])
def test_a_lock_file_does_not_guess(reference: QuoteReference) -> None:
    lock = LockFile("s", "0" * 64, (Quote("s", "b", 1, 1, 2, "a", "c"),))
    with pytest.raises(QuoteNotFound):
        lock.find(reference)


def test_the_quoted_share_counts_overlaps_once() -> None:
    quotes = [Quote("s", "x" * 10, 1, 20, 30, "ab"), Quote("s", "x" * 10, 2, 25, 35, "", "c")]
    assert quoted_share(quotes, 100) == (36 - 18) / 100
