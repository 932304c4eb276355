"""Each constraint speaks: valid examples conform, invalid ones fail for their stated reason."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from pyshacl import validate
from rdflib.namespace import RDF, SH

ROOT = Path(__file__).parent.parent.parent / "ontology"
VALID = sorted((ROOT / "examples/valid").glob("*.ttl"))
INVALID = sorted((ROOT / "examples/invalid").glob("*.ttl"))
REASON = "# why it is invalid: "


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="module")
def classes() -> rdflib.Graph:
    """The class hierarchy, which shapes that ask for a class rely on."""
    graph = rdflib.Graph()
    for path in sorted((ROOT / "modules").glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


def messages(path: Path, shapes: rdflib.Graph, classes: rdflib.Graph) -> list[str]:
    data = rdflib.Graph().parse(path, format="turtle")
    conforms, report, _ = validate(data, shacl_graph=shapes, ont_graph=classes, inference="none")
    assert isinstance(report, rdflib.Graph)
    found = [str(text) for text in report.objects(None, SH.resultMessage)]
    assert conforms == (not found)
    return found


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_example_conforms(path: Path, shapes: rdflib.Graph, classes: rdflib.Graph) -> None:
    assert messages(path, shapes, classes) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_example_fails_for_its_stated_reason(
    path: Path, shapes: rdflib.Graph, classes: rdflib.Graph
) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(REASON)
    found = messages(path, shapes, classes)
    assert any(first.removeprefix(REASON).strip() in message for message in found), found


def test_every_shape_has_an_example_of_what_it_accepts(shapes: rdflib.Graph) -> None:
    used: set[rdflib.term.Node] = set()
    for path in VALID:
        data = rdflib.Graph().parse(path, format="turtle")
        used |= set(data.objects(None, RDF.type))
    targets = set(shapes.objects(None, SH.targetClass))
    assert len(targets) > 20
    assert sorted(target for target in targets if target not in used) == []


def test_every_message_is_a_sentence_in_both_languages(shapes: rdflib.Graph) -> None:
    for shape in set(shapes.subjects(SH.message, None)):
        texts = list(shapes.objects(shape, SH.message))
        assert sorted(text.language or "" for text in texts) == ["en", "zh"], texts
        assert all(str(text).endswith((".", "。")) for text in texts), texts
