"""Fold names and what people type, so that equal words look equal.

SQLite's tokenizers see a Chinese sentence as one word or as runs of three characters, and find
nothing for `二七`. Han characters are therefore words of their own here; a name is looked for as
a phrase of them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_HAN_RUN = re.compile(rf"[{HAN}]+")


def folded(text: str) -> str:
    """Return a text in simplified characters, lower case, without accents and odd widths."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    simplified: str = _to_simplified().convert(bare.encode("utf-8", "replace").decode())
    return simplified.replace("\0", " ")


def runs(text: str) -> list[str]:
    """Return the runs of Han characters and the words of other scripts of a folded text."""
    return _RUN.findall(text)


def words(text: str) -> str:
    """Return a folded text as the index holds it: each Han character a word."""
    return " ".join(" ".join(run) if is_han(run) else run for run in runs(text))


def is_han(run: str) -> bool:
    """Say whether a run is of Han characters."""
    return _HAN_RUN.fullmatch(run) is not None


@cache
def _to_simplified() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
