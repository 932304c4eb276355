"""Write JSON-LD with the short names of the release's own context (JSON-LD 1.1 API, 5.1).

The context is read once, in the process that executors are forked from; nothing is ever loaded
from elsewhere. The context in an answer holds the terms the answer uses, so it stands alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox

from erqi_kg.storedir import ONTOLOGY

Context = Mapping[str, Any]

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class ContextHolder:
    """The context of the release this process serves; executors inherit it."""

    def __init__(self) -> None:
        self.context: Context = {}

    def read(self, release_path: Path) -> None:
        """Read the context of a release, and keep it prepared; without one nothing is shortened."""
        path = release_path / ONTOLOGY / "context.jsonld"
        if path.is_file():
            self.context = json.loads(path.read_text(encoding="utf-8"))["@context"]
        compacted([], self.context)  # else each executor would import the processor


HOLDER = ContextHolder()


def compact_document(triples: Iterable[ox.Triple], context: Context) -> bytes | None:
    """Return triples as a compacted document; None where compaction would not keep them.

    Args:
        triples: all are held in memory; each takes 0.1 ms.
        context: JSON members of the context.
    """
    try:
        document = compacted(expanded(triples), context)
    except _processor().JsonLdError:
        return None  # an IRI whose scheme is one of our prefixes, such as geo:34.7,113.6
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def expanded(triples: Iterable[ox.Triple]) -> list[dict[str, Any]]:
    """Return triples as expanded JSON-LD, types as `@type`."""
    nodes: list[dict[str, Any]] = json.loads(
        ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"[]"
    )
    merged: dict[str, dict[str, Any]] = {}
    for node in nodes:
        held = merged.setdefault(node["@id"], {"@id": node["@id"]})
        for name, values in node.items():
            if name != "@id":
                _extend(held, name, values)
    return list(merged.values())


def compacted(nodes: list[dict[str, Any]], context: Context) -> dict[str, Any]:
    """Return expanded nodes compacted, with the part of the context they use.

    Raises:
        JsonLdError: a node cannot be said with the context.
    """
    options = {"documentLoader": _refuse_to_load, "graph": True}
    document: dict[str, Any] = _processor().compact(nodes, context, options)
    graph = document.get("@graph", [])
    return {"@context": _used(context, graph), "@graph": graph}


def _extend(held: dict[str, Any], name: str, values: list[Any]) -> None:
    if name == _RDF_TYPE and all(set(value) == {"@id"} for value in values):
        name, values = "@type", [value["@id"] for value in values]
    known = held.setdefault(name, [])
    known += [value for value in values if value not in known]


def _used(context: Context, graph: object) -> dict[str, Any]:
    """Return the terms that a compacted graph uses, with the terms that define those."""
    used: set[str] = {"@version"}
    waiting = {name for text in _texts(graph) for name in (text, text.partition(":")[0])}
    while waiting:
        known = {name for name in waiting if name in context} - used
        used |= known
        waiting = {
            name
            for term in known
            for text in _texts(context[term])
            for name in (text, text.partition(":")[0])
        }
    used |= {name for name, meaning in context.items() if meaning in ("@id", "@type")}
    return {name: meaning for name, meaning in context.items() if name in used}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _processor() -> Any:
    # Imported by the process that executors are forked from; web processes do without.
    from pyld import jsonld

    return jsonld


def _refuse_to_load(url: str, options: object) -> NoReturn:
    raise _processor().JsonLdError(f"{url} is not loaded", "jsonld.LoadDocumentError")
