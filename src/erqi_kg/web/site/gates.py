"""The gates of the build in the reader's language: the manifest tells of them in English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from erqi_kg.storedir import Gate
from erqi_kg.web.showing.language import message

_NAMES = {
    "gate.quotes": r"quotes in the text of (?P<source>\S+)",
    "gate.coverage": r"coverage of (?P<source>\S+)",
    "gate.terms": r"terms and links",
    "gate.shapes": r"shapes",
    "gate.truths": r"truths",
}
_DETAILS = {
    "gate.no-text-quotes": (
        r"the text is not at hand: (?P<count>\d+) quotes as confirmed before, "
        r"(?P<new>\d+) not confirmed yet"
    ),
    "gate.no-text": r"the text is not at hand",
    "gate.count-quotes": r"(?P<count>\d+) quotes",
    "gate.count-terms": r"(?P<count>\d+) terms",
    "gate.count-files": r"(?P<count>\d+) files",
    "gate.count-checks": r"(?P<count>\d+) checks",
    "gate.mentions": (
        r"names: (?P<names>\d+) used, (?P<names_out>\d+) excused, \d+ missing; "
        r"numbers: (?P<numbers>\d+) used, (?P<numbers_out>\d+) excused, \d+ missing; "
        r"phrases: (?P<phrases>\d+) used, (?P<phrases_out>\d+) excused, \d+ missing"
    ),
}


@dataclass(frozen=True)
class ShownGate:
    """A gate as pages tell of it."""

    name: str
    detail: str
    ran: bool


def shown_gate(gate: Gate, language: str) -> ShownGate:
    """Return a gate in a language; what is told of in no known way stays as it is."""
    return ShownGate(
        _told(gate.name, _NAMES, language), _told(gate.detail, _DETAILS, language), gate.ran
    )


def _told(text: str, forms: dict[str, str], language: str) -> str:
    for key, form in forms.items():
        found = re.fullmatch(form, text)
        if found:
            return message(key, language, **found.groupdict())
    return text
