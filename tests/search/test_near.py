"""Names that are a letter or two away from what is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.errors import StoreError
from erqi_kg.search.near import find_near, near_names
from erqi_kg.storedir import Release


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Zhengzou", "Zhengzhou"), ("zhengzhuo", "Zhengzhou"), ("Erqi Distrct", "Erqi District"),
     ("Erq Distrct", "Erqi District"), ("Bejing", "Beijing"), ("Henna", "Henan"),
     ("erqiqv", "二七区"), ("二气区", "二七区"), ("二氣區", "二七区"), ("放官服", "放管服")],
)  # fmt: skip
def test_a_wrong_letter_or_two_that_changed_places_are_forgiven(
    built_release: Release, typed: str, name: str
) -> None:
    assert name in [near.text for near in near_names(built_release, typed)]


@pytest.mark.parametrize(
    "typed", ["", "?!", "410199", "Erq", "二气", "xxxxxxxx", "\\0", "德化布街"]
)
def test_what_is_short_a_number_or_like_nothing_has_no_near_names(
    built_release: Release, typed: str
) -> None:
    assert near_names(built_release, typed) == []
    assert find_near(built_release, typed) == ()


def test_only_the_nearest_are_offered(built_release: Release) -> None:
    assert [near.text for near in near_names(built_release, "Zhengzou")] == ["Zhengzhou"]


def test_a_likeness_is_the_share_of_letters_that_stay(built_release: Release) -> None:
    assert near_names(built_release, "Bejing")[0].likeness == pytest.approx(1 - 1 / 6)


def test_a_missing_index_is_the_stores_fault(release_without_index: Release) -> None:
    with pytest.raises(StoreError):
        near_names(release_without_index, "Zhengzou")


@given(typed=st.text(max_size=120))
def test_any_text_has_a_bounded_number_of_near_names(built_release: Release, typed: str) -> None:
    near = near_names(built_release, typed, limit=3)
    assert len(near) <= 3
    assert all(0 < one.likeness <= 1 for one in near)
