"""What a release calls its classes, properties and concepts: asked once, kept while served."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from erqi_kg.namespaces import PREFIXES, Names
from erqi_kg.web.showing.language import LANGUAGES
from erqi_kg.web.showing.terms import Solution, Solutions

RDF_TYPE = PREFIXES["rdf"] + "type"
LABEL = PREFIXES["rdfs"] + "label"
_PARTS = (
    *("name", "hasGeometry", "supports", "division", "about", "project", "group", "programme"),
    *("holder", "contributor", "ranking", "series", "indicator", "member", "measure", "period"),
    *("status", "eventKind", "post", "container", "inSet", "linkSubject", "edition", "property"),
    *("dimension", "attribute"),
)
"""Properties whose values a thing without a name is called after, in this order."""
_SUB_CLASS_OF = PREFIXES["rdfs"] + "subClassOf"


@dataclass(frozen=True)
class Vocabulary:
    """Labels by IRI and language, the hierarchy of classes, and the ids that were retired."""

    labels: Mapping[str, Mapping[str, str]]
    parents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()

    def is_a(self, class_iri: str, ancestor: str) -> bool:
        """Say whether a class is another one or below it."""
        seen: set[str] = set()
        waiting = {class_iri}
        while waiting:
            if ancestor in waiting:
                return True
            seen |= waiting
            waiting = {parent for iri in waiting for parent in self.parents.get(iri, ())} - seen
        return False


class VocabularyCache:
    """Holds the vocabulary of the release that is served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[str, Vocabulary] | None = None

    def of(self, release_id: str, fetch: Callable[[], Solutions], names: Names) -> Vocabulary:
        """Return the vocabulary of a release; asked for once."""
        held = self._held
        if held is not None and held[0] == release_id:
            return held[1]
        with self._lock:
            held = self._held
            if held is None or held[0] != release_id:
                held = (release_id, _vocabulary(fetch(), names))
                self._held = held
        return held[1]


def labels_from(solutions: Iterable[Solution]) -> dict[str, dict[str, str]]:
    """Collect labels by IRI and language from solutions of ?term and ?label."""
    labels: dict[str, dict[str, str]] = {}
    for solution in solutions:
        label = solution["label"]
        language = label.language.partition("-")[0].lower()
        labels.setdefault(solution["term"].value, {}).setdefault(language, label.value)
    return labels


def composed_labels(
    solutions: Iterable[Solution], known: Callable[[str], Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """Name what nobody has named after its first parts, from `labels.rq`.

    Args:
        solutions: of ?unnamed, ?property, and ?label or ?part or both.
        known: labels of a part by language.
    """
    parts: dict[str, dict[tuple[int, str], dict[str, str]]] = {}
    for solution in solutions:
        if "unnamed" not in solution:
            continue
        part = solution["part"].value if "part" in solution else ""
        place = (_place(solution["property"].value), part)
        texts = parts.setdefault(solution["unnamed"].value, {}).setdefault(place, {})
        if "label" in solution:
            label = solution["label"]
            texts[label.language.partition("-")[0].lower()] = label.value
        else:
            texts |= known(part)
    return {
        iri: {language: name for language in LANGUAGES if (name := _joined(found, language))}
        for iri, found in parts.items()
    }


def _place(property_iri: str) -> int:
    name = property_iri.rpartition("#")[2].rpartition("/")[2]
    return _PARTS.index(name) if name in _PARTS else len(_PARTS)


def _joined(parts: Mapping[tuple[int, str], Mapping[str, str]], language: str) -> str:
    texts = [
        texts.get(language) or next(iter(texts.values()))
        for _, texts in sorted(parts.items(), key=lambda item: item[0])
        if texts
    ]
    shown = list(dict.fromkeys(texts))
    # What a thing differs by from its like, such as the property of a support, comes last.
    return " · ".join([*shown[:2], *shown[2:][-1:]])


def _vocabulary(solutions: Solutions, names: Names) -> Vocabulary:
    from erqi_kg.web.showing.foreign import foreign_labels

    labels = {iri: dict(texts) for iri, texts in foreign_labels(names.prefixes()).items()}
    parents: dict[str, set[str]] = {}
    for iri, texts in labels_from(s for s in solutions if "label" in s).items():
        labels.setdefault(iri, {}).update(texts)
    for solution in solutions:
        if "parent" in solution:
            parents.setdefault(solution["term"].value, set()).add(solution["parent"].value)
    retired = frozenset(s["term"].value for s in solutions if "retired" in s)
    return Vocabulary(labels, {iri: frozenset(found) for iri, found in parents.items()}, retired)
