"""What looks equal to a reader is equal to the index."""

from __future__ import annotations

import pytest

from erqi_kg.search.folding import folded, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二七區", "二七区"), ("ＥＲＱＩ", "erqi"), ("Lǜchéng", "lucheng"), ("ERQI", "erqi"),
        ("a\0b", "a b"), ("\ud800", "?"),
    ],
)  # fmt: skip
def test_a_text_is_folded(text: str, expected: str) -> None:
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三个二七", "三 个 二 七"),
        ("2018年top100", "2018 年 top100"),
        ("“放管服”改革", "放 管 服 改 革"),
    ],
)
def test_each_han_character_is_a_word(text: str, expected: str) -> None:
    assert words(text) == expected
