"""Add to a dataset the graphs that describe it: its questions and prefixes, and VoID."""

from __future__ import annotations

from collections.abc import Iterable

from erqi_kg.build import examples, void
from erqi_kg.build.release import Dataset
from erqi_kg.build.voidcounts import triples_of
from erqi_kg.namespaces import Names
from erqi_kg.questions import Question


def add_descriptions(dataset: Dataset, questions: Iterable[Question], names: Names) -> None:
    """Add `graph/queries`, then `graph/void`, which counts everything and itself.

    Raises:
        StoreError: the counts do not settle.
    """
    dataset.add(names.graph(examples.GRAPH), examples.examples(questions, names))
    graphs = {iri: list(triples_of(lines)) for iri, lines in dataset.lines_of_graphs().items()}
    described = void.describe(graphs, names)
    dataset.add(names.graph(void.GRAPH), described)
