"""Errors of our own data: the build stops and nothing is published."""

from __future__ import annotations

from dataclasses import dataclass

from erqi_kg.errors.base import ErqiError


@dataclass
class DataError(ErqiError):
    """Our own data is wrong.

    Args:
        message: what is wrong and what to do.
        file: the file, relative to the project, or "".
        record: the id of the record, or "".
    """

    message: str
    file: str = ""
    record: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, self.record) if part)
        return f"{place}: {self.message}" if place else self.message


class RecordInvalid(DataError):
    """A record cannot be read as the model says."""


class UnknownTerm(DataError):
    """A key, class or IRI is not in the context or the ontology."""


class SourceMismatch(DataError):
    """A source's text is not the text its record describes."""


class QuoteNotFound(DataError):
    """A quote does not occur in its source, or occurs more than once."""


class NumberMismatch(DataError):
    """A number is not what its quote says."""


class EvidenceMissing(DataError):
    """A stated value has no words, context or reason behind it."""


class CoverageIncomplete(DataError):
    """A number or name of the source is neither used nor excused."""


class ShapeViolated(DataError):
    """A SHACL shape or a check is violated."""


class QuestionInvalid(DataError):
    """A query file or its front matter is wrong."""


class DataErrors(ErqiError):
    """Several data errors found in one pass."""

    def __init__(self, errors: list[DataError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors
