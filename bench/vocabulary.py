"""Write records of the project's model as N-Quads: the JSON-LD context names every term.

A field or class the context does not know is an error, as in the build, so generated data cannot
drift from the model. What the hierarchies entail goes into `graph/inferred`, as in the build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from erqi_kg.build.context import Context
from erqi_kg.build.inference import infer
from erqi_kg.build.inputs import Inputs
from erqi_kg.build.ontology import read_ontology
from erqi_kg.namespaces import PREFIXES, Names

Value: TypeAlias = str | Sequence[str] | Mapping[str, str]
Line: TypeAlias = tuple[str, str]
"""A triple without its final dot, and the IRI of its graph in angle brackets."""

_RDF_TYPE = PREFIXES["rdf"] + "type"
_PROBE = "urn:probe:"


class Vocabulary:
    """The terms of the context, and what the ontology says stands above each.

    Args:
        project_dir: holds `ontology/`.
    """

    def __init__(self, project_dir: Path) -> None:
        self.inputs = Inputs(project_dir)
        self.names = Names()
        self.context = Context(self.inputs.text(project_dir / Context.FILE))
        self.ontology = read_ontology(self.inputs, self.names)
        self.inferred = f"<{self.names.graph('inferred')}>"
        self._above = self._ancestors()

    def prelude(self) -> Iterator[Line]:
        """Yield the ontology, the concepts and the alignments."""
        for quad in self.ontology:
            yield f"{quad.subject} {quad.predicate} {quad.object}", str(quad.graph_name)

    def record(
        self, record_id: str, class_name: str, fields: Mapping[str, Value], graph: str
    ) -> Iterator[Line]:
        """Yield the stated quads of one record, then the inferred ones.

        Args:
            record_id: such as `division/410103`.
            class_name: a class of the context.
            fields: values by the context's names, as a fact file has them.
            graph: path of the named graph, such as `reference/divisions`.
        """
        subject = f"<{self.names.thing(record_id)}>"
        class_iri = self.context.class_named(class_name, file="", record=record_id).iri
        stated = [(_RDF_TYPE, f"<{class_iri}>")]
        for name, value in fields.items():
            term = self.context.property(name, file="", record=record_id)
            stated += [(term.iri, text) for text in self._objects(term, value)]
        inferred = {(above, text) for iri, text in stated[1:] for above in self._above.get(iri, ())}
        inferred |= {(_RDF_TYPE, f"<{above}>") for above in self._above.get(class_iri, ())}
        graph_name = f"<{self.names.graph(graph)}>"
        for iri, text in stated:
            yield f"{subject} <{iri}> {text}", graph_name
        for iri, text in sorted(inferred.difference(stated)):
            yield f"{subject} <{iri}> {text}", self.inferred

    def _objects(self, term, value: Value) -> Iterator[str]:
        if isinstance(value, Mapping):
            for language, text in value.items():
                yield f"{ox.Literal(text, language=language)}"
            return
        for text in [value] if isinstance(value, str) else value:
            if term.is_link:
                yield f"<{self.iri(text)}>"
            elif term.datatype:
                yield f'"{text}"^^<{term.datatype}>'
            else:
                yield str(ox.Literal(text))

    def iri(self, text: str) -> str:
        """Return the IRI a link value stands for: a prefixed name or the id of a thing."""
        if text.startswith(("http://", "https://")):
            return text
        return self.context.expand(text) if ":" in text else self.names.thing(text)

    def _ancestors(self) -> dict[str, tuple[str, ...]]:
        """Return what stands above each class and property, as the build infers it."""
        terms = {term.iri: term for term in self.context.terms.values()}
        probes = [
            ox.Quad(
                ox.NamedNode(_PROBE + iri),
                ox.NamedNode(_RDF_TYPE if term.is_class else iri),
                ox.NamedNode(iri if term.is_class else _PROBE),
            )
            for iri, term in terms.items()
        ]
        above: dict[str, list[str]] = {}
        for quad in infer([*self.ontology, *probes], self.names):
            iri = quad.subject.value.removeprefix(_PROBE)
            if iri in terms and quad.subject.value.startswith(_PROBE):
                found = quad.object if terms[iri].is_class else quad.predicate
                above.setdefault(iri, []).append(found.value)
        return {iri: tuple(sorted(found)) for iri, found in above.items()}
