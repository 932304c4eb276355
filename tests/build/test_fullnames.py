from __future__ import annotations

from erqi_kg.build.fullnames import full_names

LABELS = {
    "cn": {"zh": "中国", "en": "China"},
    "henan": {"zh": "河南省", "en": "Henan"},
    "zhengzhou": {"zh": "郑州市", "en": "Zhengzhou"},
    "erqi": {"zh": "二七区", "en": "Erqi District"},
    "town": {"zh": "马寨镇"},
}
CONTAINERS = {"henan": "cn", "zhengzhou": "henan", "erqi": "zhengzhou", "town": "erqi"}


def names_of(iri: str) -> set[tuple[str, str]]:
    return {(name, tag) for found, name, tag in full_names(LABELS, CONTAINERS) if found == iri}


def test_a_place_has_a_name_with_each_number_of_containers() -> None:
    assert names_of("erqi") == {
        ("郑州市二七区", "zh"), ("河南省郑州市二七区", "zh"), ("郑州二七区", "zh"),
        ("河南郑州二七区", "zh"), ("Erqi District, Zhengzhou", "en"),
    }  # fmt: skip


def test_a_country_is_in_no_name_and_a_language_not_mixed() -> None:
    assert names_of("henan") == set()
    assert names_of("town") == {
        ("二七区马寨镇", "zh"), ("郑州市二七区马寨镇", "zh"), ("河南省郑州市二七区马寨镇", "zh"),
        ("郑州二七区马寨镇", "zh"), ("河南郑州二七区马寨镇", "zh"),
    }  # fmt: skip


def test_places_that_contain_each_other_end() -> None:
    found = list(full_names({"a": {"zh": "甲"}, "b": {"zh": "乙"}}, {"a": "b", "b": "a"}))
    assert {iri for iri, _, _ in found} == {"a", "b"}
