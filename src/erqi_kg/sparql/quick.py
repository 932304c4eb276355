"""Scan the plain queries, which are most, in a tenth of the time `scan_query` takes.

Whatever could be read in two ways is left to `scan_query`: escapes, long strings, FROM,
glued words, prefixes that are not declared, calls that answer otherwise when asked again. So a
quick scan says nothing that the exact one would not say, save that it counts all brackets where
the other counts the open ones. A comparison such as `1<2)#>` may pass here for an IRI; neither
an IRI nor a string passes the end of its line, so no more than the rest of a comment is misread.
"""

from __future__ import annotations

import re
from functools import lru_cache

from erqi_kg.sparql.chains import may_chain
from erqi_kg.sparql.scan import Scan, may_be_volatile, scan_query
from erqi_kg.sparql.tokens import EXPRESSION_WORDS, Position
from erqi_kg.sparql.words import KNOWN_WORDS, VOLATILE_FUNCTIONS

LONGEST = 20_000
"""Longer texts are scanned where they are evaluated: 20,000 characters may take 10 ms."""

# Atomic groups: Python before 3.11.5 matches a possessive repetition of a group wrongly.
_SPACE = r"(?>(?:[ \t\r\n]|#[^\r\n]*+[\r\n])+)"
_GAP = rf"{_SPACE}?"
_IRI = r'<[^\x00-\x20<>"{}|^`\\]*+>'
_NAME = r"(?>(?:[A-Za-z][A-Za-z0-9_\-]*+)?)"
_ABSOLUTE = rf"<[A-Za-z][A-Za-z0-9+.\-]*+:{_IRI[1:]}"
_DECLARATION = rf"{_GAP}(?>PREFIX{_SPACE}{_NAME}:|BASE){_GAP}{_ABSOLUTE}"
_HEAD = re.compile(
    rf"((?>(?:{_DECLARATION})*)){_GAP}(SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[ \t\r\n*({{?$<]|\Z)",
    re.IGNORECASE,
)
_DECLARED = re.compile(rf"PREFIX{_SPACE}({_NAME}):", re.IGNORECASE)
_BEFORE_GROUP = re.compile(r"""[#"']|FROM""", re.IGNORECASE)
_PASSED_OVER = re.compile(rf"""{_IRI}|"[^"\\\r\n]*+"|'[^'\\\r\n]*+'|#[^\r\n]*+""")
_PREFIXES = re.compile(r"(?<![\w.\-])((?:[^\W\d][\w.\-]*+)?):")
_WORDS = re.compile(r"(?<![\w:?$@.\-])[^\W\d]\w*+")
_GLUED = re.compile("|".join(("LOAD", "FROM", "NAMED", *EXPRESSION_WORDS)))
_KNOWN = KNOWN_WORDS.union(word.lower() for word in KNOWN_WORDS)
_VOLATILE = re.compile("|".join(sorted(VOLATILE_FUNCTIONS)))
_NOWHERE = Position(1, 1)


@lru_cache(maxsize=256)
def scan_once(text: str, base_iri: str, deepest: int) -> Scan | None:
    """Return the scan of a query; None when it is too long to be scanned between requests.

    Args:
        text: the query.
        base_iri: the base of relative IRIs.
        deepest: deepest nesting of brackets that is accepted.
    """
    if len(text) > LONGEST:
        return None
    return quick_scan(text, deepest) or scan_query(text, base_iri)


def is_volatile(text: str, base_iri: str, deepest: int) -> bool:
    """Say whether a query answers otherwise when asked again; see `scan_once`."""
    scan = scan_once(text, base_iri, deepest)
    return may_be_volatile(text) if scan is None else scan.is_volatile


def quick_scan(text: str, deepest: int) -> Scan | None:
    """Return the scan of a plain query; None for one that needs a closer look."""
    upper = text.upper()
    head = _HEAD.match(text)
    if head is None or "SERVICE" in upper or '"""' in text or "'''" in text:
        return None
    if _VOLATILE.search(upper) and may_be_volatile(text):
        return None
    rest = text[head.end() :]
    depth = rest.count("{") + rest.count("(") + rest.count("[") + rest.count("<<")
    if may_chain(rest):
        return None
    if depth > deepest or _BEFORE_GROUP.search(rest.partition("{")[0]):
        return None
    bare = _PASSED_OVER.sub(" ", rest)
    if "\\" in bare or '"' in bare or "'" in bare or _has_glued_words(bare):
        return None
    if not _declared(head[1]).issuperset(_PREFIXES.findall(bare)):
        return None
    return Scan(
        form=head[2].upper(),
        default_graphs=(),
        named_graphs=(),
        names_graphs="GRAPH" in upper,
        is_volatile=False,
        depth=depth,
        deepest=_NOWHERE,
        service=None,
        load=None,
        mistake=None,
        chain=0,
        chained=_NOWHERE,
    )


def _has_glued_words(bare: str) -> bool:
    unknown = (word.upper() for word in set(_WORDS.findall(bare)) - _KNOWN)
    return any(word not in KNOWN_WORDS and _GLUED.search(word) for word in unknown)


@lru_cache(maxsize=256)
def _declared(head: str) -> frozenset[str]:
    return frozenset((*_DECLARED.findall(head), "_"))
