"""Read the numbers of a Chinese text: 282.8亿元, 第86名, 连续五年, 10.5%."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import cn2an

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_HANZI = r"[零〇一二两三四五六七八九十百千万亿]+"
_NUMBER = re.compile(rf"(?P<arabic>{_ARABIC})(?P<scale>[百千万亿]*)|(?P<hanzi>{_HANZI})")
_SCALES = {"百": 2, "千": 3, "万": 4, "亿": 8}


@dataclass(frozen=True)
class Reading:
    """One number of a text: where it stands, as written, and what it means."""

    start: int
    end: int
    written: Decimal
    """The figures as they stand: 282.8 of 282.8亿元."""
    value: Decimal
    """With its scale: 28280000000 of 282.8亿元."""


def read_numbers(text: str) -> Iterator[Reading]:
    """Yield every number of a text, in order; positions are code points."""
    for match in _NUMBER.finditer(text):
        if match["arabic"]:
            written = Decimal(match["arabic"].replace(",", ""))
            exponent = sum(_SCALES[scale] for scale in match["scale"])
            yield Reading(match.start(), match.end(), written, written.scaleb(exponent))
        else:
            value = _read_hanzi(match["hanzi"])
            if value is not None:
                yield Reading(match.start(), match.end(), value, value)


def _read_hanzi(text: str) -> Decimal | None:
    if 1 < len(text) < 4 and not set(text) & set("十百千万亿"):
        return None  # two or three bare digits are a name: 二七
    try:
        return Decimal(str(cn2an.cn2an(text.replace("〇", "零"), "smart")))
    except ValueError:  # 万 alone
        return None
