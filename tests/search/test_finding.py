"""What people type finds what they mean, in the project's own release."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erqi_kg.errors import StoreError
from erqi_kg.search.index import LONGEST, find
from erqi_kg.storedir import Release

ERQI, ZHENGZHOU = "division/410103", "division/410100"
REFORM = "policy/fang-guan-fu"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("二七", ERQI), ("三个二七", "programme/three-erqi"), ("erqi", ERQI), ("eqq", ERQI),
        ("二七區", ERQI), ("Erqi", ERQI), ("ERQI DIST", ERQI), ("410103", ERQI), ("41 01 03", ERQI),
        ("Q1337114", ERQI), ("放管服", REFORM), ("fangguanfu", REFORM), ("fang guan fu", REFORM),
        ("zhengzhou", ZHENGZHOU), ("郑州", ZHENGZHOU), ("鄭州", ZHENGZHOU),
        ("zhengzhoushi", ZHENGZHOU), ("郑州市", ZHENGZHOU), ("郑州市二七区", ERQI),
        ("河南省郑州市二七区", ERQI), ("郑州二七区", ERQI), ("鄭州市二七區", ERQI),
        ("Erqi District, Zhengzhou", ERQI), ("erqi district zhengzhou", ERQI),
        ("北京市朝阳区", "division/110105"), ("长春市朝阳区", "division/220104"),
        ("二七区大学路街道", "division/410103/daxuelu"),
    ],
)  # fmt: skip
def test_what_is_typed_finds_first_what_is_meant(
    built_release: Release, typed: str, first: str
) -> None:
    assert find(built_release, typed).hits[0].iri.endswith(f"/id/{first}")


def test_a_place_does_not_find_what_is_in_it(built_release: Release) -> None:
    iris = [hit.iri for hit in find(built_release, "郑州市", limit=1000).hits]
    assert [iri for iri in iris if iri.endswith(f"/id/{ERQI}")] == []


def test_things_come_before_statements(built_release: Release) -> None:
    kinds = [hit.kind for hit in find(built_release, "二七", limit=100).hits]
    assert kinds == sorted(kinds, key=lambda kind: kind == "statement")
    assert "statement" in kinds


def test_kinds_are_counted_and_pages_join_without_gap(built_release: Release) -> None:
    whole = find(built_release, "二七", limit=1000)
    parts = [hit for at in range(0, whole.count, 7)
             for hit in find(built_release, "二七", limit=7, offset=at).hits]  # fmt: skip
    assert list(whole.hits) == parts
    for kind, count in whole.kinds.items():
        assert find(built_release, "二七", kind=kind, limit=1000).count == count
        assert sum(hit.kind == kind for hit in whole.hits) == count


def test_names_with_all_characters_are_found_where_no_phrase_is(built_release: Release) -> None:
    found = find(built_release, "区二七")
    assert ERQI in [hit.iri.rpartition("/id/")[2] for hit in found.hits]


def test_what_was_looked_for_is_marked_in_the_name_as_written(built_release: Release) -> None:
    assert find(built_release, "二七區").hits[0].marks == (("二七区", True),)
    assert find(built_release, "erqi").hits[0].marks[0] == ("Erqi", True)


HOSTILE = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="\"'*()^:-+{}[]~.,\\%_\0 ANDORNOTNEAR二七eq", max_size=60),
)


@given(typed=HOSTILE)
def test_no_text_is_an_error(built_release: Release, typed: str) -> None:
    find(built_release, typed)


@pytest.mark.parametrize(
    "typed",
    ["", '"', "a\0b", "NEAR(a b)", "words:二", "a AND", "* OR *", "二" * 10_000, "x " * 5_000,
     "\U0001f600", "\ud800", "ﷺ" * LONGEST],
)  # fmt: skip
def test_hostile_text_is_only_text(built_release: Release, typed: str) -> None:
    assert find(built_release, typed).count >= 0


def test_a_missing_index_is_the_stores_fault(release_without_index: Release) -> None:
    with pytest.raises(StoreError):
        find(release_without_index, "二七")
