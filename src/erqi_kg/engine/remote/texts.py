"""Write a query so that any SPARQL 1.1 endpoint reads it as the embedded store would.

Relative IRIs get our base, and FROM goes, because the dataset is sent beside the query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from erqi_kg.engine.remote.bound import bindings
from erqi_kg.sparql.prologue import Prologue
from erqi_kg.sparql.scan import Scan
from erqi_kg.sparql.tokens import Token, tokens

_ANY_NAME = ("iri", "name")


def query_for_remote(text: str, scan: Scan, base_iri: str, terms: Mapping[str, str]) -> str:
    """Return the text that is sent for a query.

    Args:
        text: the query.
        scan: of the text.
        base_iri: the base of relative IRIs.
        terms: variable (without `?`) to RDF term in N-Triples syntax, both checked before.
    """
    if scan.has_dataset or terms:
        found = list(tokens(text))
        changes = [(start, end, "") for start, end in _dataset_clauses(found)]
        changes += bindings(text, found, terms) if terms else []
        text = _changed(text, changes)
    return text if _says_its_base(text) else f"BASE <{base_iri}> {text}"


def _says_its_base(text: str) -> bool:
    """Say whether a text begins with an absolute base; some engines take no second one."""
    found = tokens(text)
    first, second = next(found, None), next(found, None)
    if first is None or second is None or first.text.upper() != "BASE" or second.kind != "iri":
        return False
    return Prologue("").resolved(second.text) == Prologue("a:b").resolved(second.text)


def _changed(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(changes, reverse=True):
        # Line breaks stay, so that lines in messages are those of the client's text.
        breaks = "".join(letter for letter in text[start:end] if letter in "\r\n")
        text = f"{text[:start]} {new}{breaks} {text[end:]}"
    return text


def _dataset_clauses(found: Sequence[Token]) -> Iterable[tuple[int, int]]:
    for at, token in enumerate(found):
        if token.kind != "word" or token.text.upper() != "FROM" or token.braces:
            continue
        last = at + 1
        if last < len(found) and found[last].text.upper() == "NAMED":
            last += 1
        if last < len(found) and found[last].kind in _ANY_NAME:
            yield token.start, found[last].start + len(found[last].text)
