"""Tell what a person did wrong, from where reading a query stopped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from erqi_kg.sparql.grammar import END, Stop
from erqi_kg.sparql.sentences import Told, named
from erqi_kg.sparql.tokens import Token
from erqi_kg.sparql.words import FUNCTIONS, KNOWN_WORDS, QUERY_FORMS

CLOSING: Mapping[str, str] = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>"}
_FULL_WIDTH = dict(zip("“”‘’（）｛｝，。；：？＊！＝", "\"\"''(){},.;:?*!=", strict=True))
_SURROGATE = re.compile(r"(?<!\\)(?:\\\\)*(\\u[dD][89a-fA-F][0-9A-Fa-f]{2})")
_BAD_ESCAPE = re.compile(r"""(?<!\\)(?:\\\\)*(\\[^tbnrf"'\\uU])""")
_STARTS_A_TRIPLE = frozenset(("variable", "iri", "name", "blank"))
_LITERALS = frozenset(("string", "number"))


@dataclass(frozen=True)
class Finding:
    """A mistake: which, where, and what to name in its sentence."""

    code: str
    start: int
    """Offset in the text."""
    values: Mapping[str, str | Told] = field(default_factory=dict)


def misspelt(text: str, found: Sequence[Token]) -> Finding | None:
    """Return the first string, mark or word that cannot be SPARQL wherever it stands."""
    for index, token in enumerate(found):
        if token.kind in ("string", "iri", "quote"):
            for code, form in (("surrogate", _SURROGATE), ("escape", _BAD_ESCAPE)):
                bad = form.search(token.text) if token.kind != "iri" else None
                if bad:
                    return Finding(code, token.start + bad.start(1), {"at": bad[1]})
        if token.kind == "quote":
            return _open_string(found, index)
        if token.text in _FULL_WIDTH:
            return Finding("foreign-mark", token.start, _near(token, _FULL_WIDTH[token.text]))
        if token.kind == "word" and token.text.upper() not in KNOWN_WORDS:
            return _about_word(text, found, index)
    return None


def diagnosed(text: str, found: Sequence[Token], stop: Stop) -> Finding:
    """Return what is wrong at the first token that cannot stand where it stands."""
    if stop.index >= len(found):
        return _early_end(found, stop)
    before = found[stop.index - 1] if stop.index else None
    return (
        _bracket(text, found, stop)
        or _iri(found[stop.index])
        or (before and _of_triple(text, found, stop, before))
        or (before and _of_expression(text, found[stop.index], before, stop))
        or (before and _of_clause(found[stop.index], before, stop))
        or Finding(
            "not-here", found[stop.index].start, _near(found[stop.index], named(stop.expected))
        )
    )


def _open_string(found: Sequence[Token], index: int) -> Finding:
    token, mark = found[index], found[index].text[0]
    before = found[index - 1] if index else token
    if before.text in (mark * 2,) and before.start + 2 == token.start:
        return Finding("string-open", before.start, {"mark": mark * 3})
    return Finding("string-open", token.start, {"mark": mark})


def _about_word(text: str, found: Sequence[Token], index: int) -> Finding:
    token = found[index]
    before = found[index - 1] if index else None
    if before and before.kind == "string" and before.start + len(before.text) == token.start:
        return Finding(
            "string-ended", token.start, {"at": token.text, "mark": before.text[0]}
        )  # fmt: skip
    if before and before.text.upper() == "PREFIX":
        return Finding("prefix-colon", token.start, {"at": token.text})
    close = get_close_matches(token.text.upper(), sorted(KNOWN_WORDS), n=1, cutoff=0.7)
    if close:
        return Finding("word-near", token.start, _near(token, close[0]))
    return Finding("word-unknown", token.start, {"at": token.text})


def _early_end(found: Sequence[Token], stop: Stop) -> Finding:
    still_open = _still_open(found)
    if still_open:
        last = still_open[-1]
        return Finding("bracket-open", last.start, _near(last, CLOSING[last.text]))
    if not found:
        return Finding("empty", 0)
    last = found[-1]
    values: dict[str, str | Told] = {"before": f"`{last.text}`", "near": named(stop.expected)}
    return Finding("ended", last.start + len(last.text), values)


def _bracket(text: str, found: Sequence[Token], stop: Stop) -> Finding | None:
    token = found[stop.index]
    if token.kind != "close":
        return None
    still_open = _still_open(found[: stop.index])
    if token.text not in (CLOSING[one.text] for one in still_open):
        return Finding("bracket-extra", token.start, {"at": token.text})
    wanted = CLOSING[still_open[-1].text]
    if wanted != token.text and wanted in stop.expected:
        return Finding("bracket-missing", _gap(text, found, stop.index), _near(token, wanted))
    return None


def _iri(token: Token) -> Finding | None:
    return Finding("iri-broken", token.start) if token.text == "<" else None


def _of_triple(text: str, found: Sequence[Token], stop: Stop, before: Token) -> Finding | None:
    token, start = found[stop.index], _gap(text, found, stop.index)
    values = {"before": before.text[:40], "at": token.text[:40]}
    is_missing = token.kind == "close" or token.text in (".", ";", ",")
    if "object" in stop.expected:
        return Finding("object-missing" if is_missing else "object-wrong", start, values)
    if "predicate" in stop.expected:
        return Finding("predicate-missing" if is_missing else "predicate-wrong", start, values)
    if not {".", ";"} <= stop.expected:
        return None
    if token.kind in _STARTS_A_TRIPLE or token.text in ("[", "("):
        semicolon = found[stop.index - 3] if stop.index > 3 else before
        if semicolon.text == ";":
            return Finding("semicolon-goes-on", semicolon.start)
        return Finding("dot-missing", start, values)
    return Finding("comma-missing", start, values) if token.kind in _LITERALS else None


def _of_expression(text: str, token: Token, before: Token, stop: Stop) -> Finding | None:
    values = {"before": before.text, "at": token.text[:40]}
    if "constraint" in stop.expected and token.kind != "close":
        return Finding("brackets-needed", token.start, values)
    if token.text == "=" == before.text and before.start + 1 == token.start:
        return Finding("double-equals", before.start)
    if stop.expected & {"expression", "constraint"} and token.kind != "word":
        return Finding("expression-missing", token.start, values)
    if "AS" in stop.expected and token.kind == "variable":
        return Finding("as-missing", token.start, values)
    return None


def _of_clause(token: Token, before: Token, stop: Stop) -> Finding | None:
    word = token.text.upper()
    if "selection" in stop.expected:
        codes = {",": "selection-comma", "{": "selection-missing"}
        code = "selection-brackets" if word in FUNCTIONS else codes.get(token.text, "")
        return Finding(code, token.start, {"at": token.text}) if code else None
    if END in stop.expected:
        code = "second-query" if word in QUERY_FORMS else "after-end"
        return Finding(code, token.start, {"at": token.text[:40]})
    if stop.expected <= {"group", "FROM", "WHERE", "{"}:
        return Finding("group-missing", token.start)
    if stop.expected <= {"VAR"}:
        return Finding("variable-missing", token.start)
    if stop.expected <= {"NUMBER"}:
        return Finding("number-missing", token.start, {"before": before.text})
    return None


def _gap(text: str, found: Sequence[Token], index: int) -> int:
    """Return where something is missing before a token: there, or at the end of the line before."""
    token, before = found[index], found[index - 1]
    end = before.start + len(before.text)
    return end if "\n" in text[end : token.start] else token.start


def _still_open(found: Sequence[Token]) -> list[Token]:
    still_open: list[Token] = []
    for token in found:
        if token.kind == "open":
            still_open.append(token)
        elif token.kind == "close" and still_open and CLOSING[still_open[-1].text] == token.text:
            still_open.pop()
    return still_open


def _near(token: Token, near: str | Told) -> dict[str, str | Told]:
    return {"at": token.text[:40], "near": near}
