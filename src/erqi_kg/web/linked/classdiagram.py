"""A diagram of the ontology's classes: each below its superclass, drawn on the server as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from erqi_kg.namespaces import PREFIXES
from erqi_kg.web.linked.termlist import OntologyTerm
from erqi_kg.web.showing.display import Display, Text

_SUB_CLASS_OF = PREFIXES["rdfs"] + "subClassOf"
_INDENT, _ROW, _MARGIN, _WIDTH = 34, 30, 16, 760
"""Pixels from a class to its subclasses, from row to row, around, and in all."""


@dataclass(frozen=True)
class Box:
    """One class at its place."""

    name: str
    label: Text
    above: str
    """Superclasses of other vocabularies, as prefixed names."""
    x: int
    y: int


@dataclass(frozen=True)
class Diagram:
    """Boxes, and the lines from each to its subclasses, as SVG paths."""

    boxes: list[Box]
    lines: list[str]
    width: int
    height: int


def class_diagram(terms: Iterable[OntologyTerm], display: Display) -> Diagram:
    """Lay the classes out as an indented tree, in the order of the modules.

    A class with several superclasses of ours stands below the first.
    """
    return _Layout({term.node.iri: term for term in terms if term.is_class}, display).diagram()


class _Layout:
    def __init__(self, classes: Mapping[str, OntologyTerm], display: Display) -> None:
        self.classes = classes
        self.display = display
        self.boxes: list[Box] = []
        self.lines: list[str] = []
        self.children: dict[str, list[str]] = {}
        self.roots: list[str] = []
        for iri in classes:
            own = [above for above in self.above(iri) if above in classes]
            (self.children.setdefault(own[0], []) if own else self.roots).append(iri)

    def above(self, iri: str) -> list[str]:
        return [value.value for value in self.classes[iri].node.values(_SUB_CLASS_OF)]

    def diagram(self) -> Diagram:
        for root in self.roots:
            self.place(root, 0, None)
        height = len(self.boxes) * _ROW + 2 * _MARGIN
        return Diagram(self.boxes, self.lines, _WIDTH, height)

    def place(self, iri: str, depth: int, parent: Box | None) -> None:
        foreign = [above for above in self.above(iri) if above not in self.classes]
        y = _MARGIN + len(self.boxes) * _ROW + _ROW // 2
        box = Box(
            self.classes[iri].name,
            self.display.label(iri),
            " · ".join(self.display.short(above) for above in foreign),
            _MARGIN + depth * _INDENT,
            y,
        )
        self.boxes.append(box)
        if parent is not None:
            self.lines.append(f"M{parent.x + 4},{parent.y + 10} V{y} H{box.x - 4}")
        for child in self.children.get(iri, ()):
            self.place(child, depth + 1, box)
