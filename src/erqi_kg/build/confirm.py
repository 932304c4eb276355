"""Confirm the quotes of a source: against its text, or else against its lock file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from erqi_kg.build.inputs import Inputs
from erqi_kg.build.lockfile import LockFile, Uncovered
from erqi_kg.build.quotes import Quote, SourceText, fold
from erqi_kg.build.records import QuoteReference
from erqi_kg.build.sources import Source
from erqi_kg.errors import DataError, QuoteNotFound, SourceMismatch


@dataclass
class Confirmation:
    """Locates the quotes of one source and remembers them.

    Args:
        text: the source's text, when it is at hand.
        lock: what its lock file says; empty for a new source.
    """

    source: Source
    text: SourceText | None
    lock: LockFile
    used: set[Quote] = field(default_factory=set)
    unconfirmed: list[Quote] = field(default_factory=list)

    def locate(self, wanted: QuoteReference) -> Quote:
        """Return the quote a reference means; one without text and lock has no place yet.

        Raises:
            QuoteNotFound: the text does not hold it, or it is no longer what was confirmed.
        """
        find = self._locate_in_lock if self.text is None else self.text.locate
        quote = find(wanted)
        self.used.add(quote)
        return quote

    def new_lock(
        self,
        uncovered: Sequence[Uncovered] = (),
        coverage: Mapping[str, tuple[int, int]] | None = None,
    ) -> LockFile:
        """Return the lock file that the text at hand makes."""
        digest = self.source.text_sha256
        return LockFile(self.source.id, digest, tuple(self.used), tuple(uncovered), coverage or {})

    def problems(self) -> list[DataError]:
        """Return what the lock file shows to be changed without the text.

        A new quote alone may wait for somebody who has the text; a new quote beside a confirmed
        one that is no longer used is most likely that quote, altered.
        """
        unused = [quote for quote in self.lock.quotes if quote not in self.used]
        if self.text is not None or not unused:
            return []
        return [
            QuoteNotFound(
                f"{quote.exact!r} is not a confirmed quote, while the confirmed "
                f"{_nearest(quote, unused)!r} is no longer used: restore it, or set "
                "ERQI_SOURCE_TEXTS and run `erqi-kg check --update-lock`",
                self.source.file.replace("sources", "facts"),
            )
            for quote in self.unconfirmed
        ]

    def _locate_in_lock(self, wanted: QuoteReference) -> Quote:
        try:
            return self.lock.find(wanted)
        except QuoteNotFound:
            quote = Quote(self.source.id, fold(wanted.exact), 0, None, None)
            self.unconfirmed.append(quote)
            return quote


def start_confirmation(source: Source, inputs: Inputs, texts: Path | None) -> Confirmation:
    """Return the confirmation of a source, with its text where `texts` holds it.

    Raises:
        SourceMismatch: the text or the lock belongs to another edition.
    """
    lock_path = lock_path_of(source, inputs)
    lock = LockFile(source.id, source.text_sha256, ())
    if lock_path.is_file():
        lock = LockFile.from_tables(inputs.toml(lock_path), inputs.name(lock_path))
    if lock.text_sha256 != source.text_sha256:
        raise SourceMismatch(
            "the lock file was made from another text: set ERQI_SOURCE_TEXTS and run "
            "`erqi-kg check --update-lock`",
            inputs.name(lock_path),
        )
    raw = source.read_text(texts) if texts is not None else None
    text = SourceText(source.id, raw) if raw is not None else None
    return Confirmation(source, text, lock)


def lock_path_of(source: Source, inputs: Inputs) -> Path:
    """Return where a source's lock file stands."""
    return inputs.project_dir / "data" / "sources" / f"{source.id}.lock.toml"


def _nearest(quote: Quote, candidates: Sequence[Quote]) -> str:
    def likeness(candidate: Quote) -> float:
        return SequenceMatcher(None, candidate.exact, quote.exact).ratio()

    return max(candidates, key=likeness).exact
