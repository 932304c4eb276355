from __future__ import annotations

import gzip
import os
import re

import pyoxigraph as ox
import pytest

from erqi_kg.build.pipeline import build, run_gates
from erqi_kg.differences.reading import summary_of, things_of
from erqi_kg.errors import DataErrors, StoreError
from erqi_kg.storedir import DEFAULT_GRAPH, DUMP, STORE, Release, StoreDirectory
from tests.build.project import Project

FACTS = "data/facts/town-news.toml"


def dump_of(project: Project) -> str:
    release = StoreDirectory(project.root / "store").current()
    return gzip.decompress((release.path / DUMP).read_bytes()).decode()


def confirmed_by_words(release: Release) -> dict[str, bool]:
    store = ox.Store.read_only(str(release.path / STORE))
    found = store.query(
        "PREFIX oa: <http://www.w3.org/ns/oa#> SELECT ?words ?confirmed { ?quote "
        "<https://w3id.org/erqi/def#confirmed> ?confirmed ; oa:hasSelector/oa:exact ?words }"
    )
    return {one["words"].value: one["confirmed"].value == "true" for one in found}


def test_two_builds_of_equal_inputs_give_the_same_bytes(project: Project) -> None:
    first = build(project.settings())
    other = build(project.settings())
    assert first.id == other.id
    again = Project(project.root / "copy")
    again.write(
        "data/sources/town-news.lock.toml", project.read("data/sources/town-news.lock.toml")
    )
    copied = build(again.settings())
    assert copied.id == first.id
    assert copied.manifest.outputs == first.manifest.outputs


def test_the_text_makes_no_difference_to_the_bytes(project: Project) -> None:
    with_text = build(project.settings())
    without_text = Project(project.root / "copy")
    lock = "data/sources/town-news.lock.toml"
    without_text.write(lock, project.read(lock))
    published = build(without_text.settings(with_text=False))
    assert published.manifest.outputs == with_text.manifest.outputs
    assert [gate.name for gate in published.manifest.gates if not gate.ran] == [
        "quotes in the text of town-news",
        "coverage of town-news",
    ]


@pytest.mark.parametrize("with_text", [True, False])
@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (FACTS, 'rank = "12"', 'rank = "13"', "placement/town-news/vitality/1: rank"),
        (FACTS, '"3150000000"', '"315000000"', "observation/town-news/gdp/1: value"),
        (FACTS, 'sourceValue = "31.5"', 'sourceValue = "31.6"', "gdp/1: sourceValue"),
        (FACTS, '"31.5亿元"', '"31.5万元"', "gdp/1: wording"),
        (FACTS, "位列全国活力百强区第12位", "位列全国活力百强县第12位", "百强县第12位"),
        (FACTS, "growthRate", "growthrate", "unknown key 'growthrate'"),
        (FACTS, "[[placement]]", "[[placements]]", "unknown table [[placements]]"),
        (FACTS, 'division = "division/1"\nranking', 'division = "division/9"\nranking',
         "points to division/9"),
        (FACTS, 'rank = "12"', "rank = 12.0", "write numbers as strings"),
        (FACTS, "inferred.division", "# inferred.division", "division has nothing behind it"),
        ("ontology/erqi.ttl", "erqi:rank a", "erqi:rang a", "erqi:rank is not declared"),
        ("ontology/context.jsonld", '"rank"', '"rang"', "unknown key 'rank'"),
        ("data/reference/places.csv", "label@en", "name@en", "unknown key 'name'"),
        ("ontology/shapes/ranking.ttl", "maxInclusive 100", "maxInclusive 10",
         "A placement has one rank up to 100."),
    ],
)  # fmt: skip
def test_a_wrong_input_stops_the_build_by_name_and_publishes_nothing(
    project: Project, file: str, old: str, new: str, expected: str, *, with_text: bool
) -> None:
    served = build(project.settings(with_text=with_text))
    project.replace(file, old, new)
    with pytest.raises(DataErrors) as raised:
        build(project.settings(with_text=with_text))
    assert expected in str(raised.value)
    assert any(name in str(raised.value) for name in (file, FACTS))
    assert StoreDirectory(project.root / "store").current_id() == served.id


def test_without_the_text_a_new_quote_waits_for_confirmation(project: Project) -> None:
    project.replace(FACTS, '[{ quote = "同比增长6.4%" }]',
                    '[{ quote = "同比增长6.4%" }, { quote = "增长6.4%" }]')  # fmt: skip
    release = build(project.settings(with_text=False))
    gate = next(gate for gate in release.manifest.gates if gate.name.startswith("quotes"))
    assert not gate.ran
    assert "1 not confirmed yet" in gate.detail
    assert confirmed_by_words(release) == {
        words: words != "增长6.4%" for words in confirmed_by_words(release)
    }


def test_a_quote_says_that_the_text_or_its_lock_file_confirmed_it(project: Project) -> None:
    with_text = confirmed_by_words(build(project.settings()))
    assert with_text["同比增长6.4%"] is True
    assert confirmed_by_words(build(project.settings(with_text=False))) == with_text
    (project.root / "data/sources/town-news.lock.toml").unlink()
    unknown = confirmed_by_words(build(project.settings(with_text=False)))
    assert set(unknown.values()) == {False}


def test_a_truth_that_fails_names_its_first_solutions(project: Project) -> None:
    project.write(
        "queries/checks/no-rank-over-ten.rq",
        "PREFIX erqi: <https://w3id.org/erqi/def#>\n"
        "SELECT ?placement WHERE { ?placement erqi:rank ?rank FILTER(?rank > 10) }",
    )
    with pytest.raises(DataErrors, match=r"no-rank-over-ten does not hold for 1: placement/"):
        build(project.settings())


def test_the_default_graph_is_the_merge_and_the_dump_holds_named_graphs(project: Project) -> None:
    project.write("data/reference/again.toml", project.read("data/reference/places.toml"))
    release = build(project.settings())
    store = ox.Store.read_only(str(release.path / STORE))
    triples = {str(quad.triple) for quad in store if quad.graph_name != ox.DefaultGraph()}
    in_default = [str(q.triple) for q in store.quads_for_pattern(None, None, None,
                                                                 ox.DefaultGraph())]  # fmt: skip
    assert sorted(triples) == sorted(in_default)
    assert release.manifest.quads > release.manifest.triples
    merge = gzip.decompress((release.path / DEFAULT_GRAPH).read_bytes()).splitlines()
    assert len(merge) == release.manifest.triples == len(set(merge))


def test_every_value_leads_to_its_words(project: Project) -> None:
    build(project.settings())
    store = ox.Store.read_only(str(StoreDirectory(project.root / "store").current().path / STORE))
    rows = store.query(
        """PREFIX erqi: <https://w3id.org/erqi/def#> PREFIX oa: <http://www.w3.org/ns/oa#>
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?rank ?words ?start ?end WHERE {
          ?placement erqi:rank ?rank ; prov:wasDerivedFrom ?quote .
          ?quote oa:hasSelector ?selector . ?selector oa:exact ?words ; oa:refinedBy ?place .
          ?place oa:start ?start ; oa:end ?end . }"""
    )
    (row,) = rows
    text = project.read("texts/town-news.txt")
    assert row["rank"].value == "12"
    assert text[int(row["start"].value) : int(row["end"].value)] == row["words"].value


def test_no_blank_node_reaches_a_release(project: Project) -> None:
    project.write("ontology/concepts/x.ttl", "[] <urn:p> <urn:o> .")
    with pytest.raises(Exception, match="a blank node at urn:p"):
        build(project.settings())


def test_the_base_iri_is_rewritten_everywhere(project: Project) -> None:
    release = build(project.settings(base_iri="http://example.org/kg/"))
    assert release.manifest.base_iri == "http://example.org/kg/"
    assert "https://w3id.org/erqi/" not in dump_of(project)
    assert "<http://example.org/kg/id/division/1>" in dump_of(project)


def test_old_releases_are_pruned_and_leftovers_removed(project: Project) -> None:
    kept = []
    for number in range(3):
        project.replace("data/reference/places.csv", "Chengdong", f"Chengdong{number}")
        kept.append(build(project.settings(releases_kept=2)).id)
        (project.root / "store/releases/.building-torn").mkdir(exist_ok=True)
    directory = StoreDirectory(project.root / "store")
    assert {release.id for release in directory.releases()} == set(kept[1:])
    assert directory.current_id() == kept[2]


def test_a_second_builder_is_told_who_holds_the_lock(project: Project) -> None:
    with (
        StoreDirectory(project.root / "store").lock("build"),
        pytest.raises(StoreError, match=rf"pid {os.getpid()}"),
    ):
        build(project.settings())


def test_a_stale_lock_file_is_named(project: Project) -> None:
    project.replace("data/sources/town-news.lock.toml", "start = ", "start = 1")
    with pytest.raises(DataErrors, match=re.escape("erqi-kg check --update-lock")):
        run_gates(project.settings())


def test_a_build_records_what_changed_and_the_id_does_not_depend_on_it(project: Project) -> None:
    first = build(project.settings())
    assert summary_of(first) is None
    project.replace("data/reference/places.csv", "Chengdong", "Chengdong District")
    second = build(project.settings())
    (change,) = [one for one in things_of(second, "things", limit=9) if one.kind == "changed"]
    assert change.iri.endswith("/id/division/1")
    assert [(quad.is_added, "District" in quad.object) for quad in change.quads] == [
        (False, False),
        (True, True),
    ]
    alone = Project(project.root / "copy")
    alone.write(
        "data/sources/town-news.lock.toml", project.read("data/sources/town-news.lock.toml")
    )
    alone.replace("data/reference/places.csv", "Chengdong", "Chengdong District")
    copied = build(alone.settings())
    assert summary_of(copied) is None
    assert (copied.id, copied.manifest.outputs) == (second.id, second.manifest.outputs)


def test_building_the_same_again_keeps_what_was_recorded(project: Project) -> None:
    build(project.settings())
    project.replace("data/reference/places.csv", "Chengdong", "Chengdong District")
    recorded = summary_of(build(project.settings()))
    assert recorded is not None
    assert summary_of(build(project.settings())) == recorded
