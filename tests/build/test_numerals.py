from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.build.numerals import read_numbers


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("完成282.8亿元", "282.8", "28280000000"),
        ("第86名", "86", "86"),
        ("同比增长10.5%", "10.5", "10.5"),
        ("达27万人次", "27", "270000"),
        ("连续五年", "5", "5"),
        ("十二个", "12", "12"),
        ("两库", "2", "2"),
        ("1,234.5元", "1234.5", "1234.5"),
        ("二〇一八年", "2018", "2018"),
        ("3千万元", "3", "30000000"),
    ],
)
def test_numbers_are_read_as_written_and_with_their_scale(
    text: str, written: str, value: str
) -> None:
    (reading,) = read_numbers(text)
    assert (reading.written, reading.value) == (Decimal(written), Decimal(value))


@pytest.mark.parametrize("text", ["二七区", "万人空巷", "双创", "", "无数"])
def test_names_and_bare_scales_are_no_numbers(text: str) -> None:
    assert list(read_numbers(text)) == []


@given(st.integers(min_value=10, max_value=10**11))
def test_every_chinese_numeral_is_read_back(number: int) -> None:
    (reading,) = read_numbers(f"共{cn2an.an2cn(number)}个")
    assert reading.value == number


@given(st.text(max_size=60))
def test_any_text_is_read_and_places_are_right(text: str) -> None:
    last = 0
    for reading in read_numbers(text):
        assert last <= reading.start < reading.end <= len(text)
        last = reading.end
