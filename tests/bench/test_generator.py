from __future__ import annotations

from itertools import islice

import pyoxigraph as ox
import pytest
from bench.generator import Generator, Layout
from bench.vocabulary import Line, Vocabulary

from erqi_kg.build.links import check_links
from erqi_kg.build.ontology import RDF_TYPE, check_terms, declared_terms
from erqi_kg.build.shapes import check_shapes, read_shapes
from erqi_kg.errors import UnknownTerm
from tests.conftest import ROOT

SIZE = 12_000


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(ROOT)


@pytest.fixture(scope="module")
def lines(vocabulary: Vocabulary) -> list[Line]:
    return list(Generator(vocabulary, SIZE).lines())


@pytest.fixture(scope="module")
def quads(lines: list[Line]) -> list[ox.Quad]:
    text = "".join(f"{triple} {graph} .\n" for triple, graph in lines)
    return list(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def test_the_same_seed_gives_the_same_data(vocabulary: Vocabulary, lines: list[Line]):
    assert list(Generator(vocabulary, SIZE).lines()) == lines


def test_another_seed_gives_other_data(vocabulary: Vocabulary, lines: list[Line]):
    assert list(Generator(vocabulary, SIZE, seed=2).lines()) != lines


@pytest.mark.parametrize("size", [6_000, SIZE, 30_000])
def test_the_size_is_passed_by_less_than_one_record(vocabulary: Vocabulary, size: int):
    generator = Generator(vocabulary, size)
    assert sum(1 for _ in generator.lines()) == generator.quads
    assert size <= generator.quads < size + 100


def test_no_quad_comes_twice(quads: list[ox.Quad]):
    assert len(set(quads)) == len(quads)


def test_some_triples_stand_in_two_graphs(quads: list[ox.Quad]):
    assert len({quad.triple for quad in quads}) < len(quads)


def test_a_larger_size_begins_as_a_smaller_one(vocabulary: Vocabulary, lines: list[Line]):
    longer = Generator(vocabulary, 2 * SIZE).lines()
    assert list(islice(longer, len(lines))) == lines


def test_every_term_is_declared(vocabulary: Vocabulary, quads: list[ox.Quad]):
    declared = declared_terms(vocabulary.ontology, vocabulary.names)
    assert check_terms(quads, vocabulary.context, {}, declared, vocabulary.names, {}) == []


def test_every_link_leads_somewhere(vocabulary: Vocabulary, quads: list[ox.Quad]):
    of_ontology = {quad.subject.value for quad in vocabulary.ontology}
    records = [quad for quad in quads if quad.subject.value not in of_ontology]
    described = [quad for quad in quads if quad.predicate == RDF_TYPE]
    assert check_links([*records, *described], vocabulary.context, vocabulary.names, {}) == []


def test_generated_records_conform_to_the_shapes(vocabulary: Vocabulary, quads: list[ox.Quad]):
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for path in (ROOT / "ontology/shapes").glob("*.ttl")
    }
    left_out = {*vocabulary.ontology, *(quad for quad in quads if _graph(quad) == "inferred")}
    sample = [quad for quad in quads if quad not in left_out][:1_500]
    whole = sample[: sample.index(next(q for q in reversed(sample) if q.predicate == RDF_TYPE))]
    assert check_shapes(whole, quads, read_shapes(texts), vocabulary.names, {}) == []


def _graph(quad: ox.Quad) -> str:
    return quad.graph_name.value.rpartition("/graph/")[2]


def test_a_field_the_context_does_not_know_is_an_error(vocabulary: Vocabulary):
    with pytest.raises(UnknownTerm, match="heigth"):
        list(vocabulary.record("division/830101", "Division", {"heigth": "1"}, "reference/x"))


def test_codes_of_counties_are_unique_and_lie_in_their_prefecture():
    layout = Layout(Generator.MOST_COUNTIES)
    codes = [layout.county(number) for number in range(Generator.MOST_COUNTIES)]
    assert len(set(codes)) == len(codes)
    assert all(
        code.startswith(layout.prefecture(number)[:4]) and len(code) == 6
        for number, code in enumerate(codes)
    )
    assert not {layout.prefecture(number) for number in range(len(codes))} & set(codes)
