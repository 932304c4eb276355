"""Do everything once before the first fork, so that no executor pays for compiling patterns."""

from __future__ import annotations

import pyoxigraph as ox

from erqi_kg.engine.changes import ChangeTask, change
from erqi_kg.engine.evaluation import Task, evaluate
from erqi_kg.engine.residence import Stores
from erqi_kg.engine.spool import Spool, spool_directory
from erqi_kg.errors import RequestError

_BASE = "urn:x-erqi:"
_QUERY = 'PREFIX x: <urn:x:> SELECT ?s { ?s x:p \'a\'@en, """b""" FILTER(?s < 1) } ORDER BY ?s'
_UPDATES = (
    "INSERT DATA { GRAPH <urn:x:g> { <urn:x:s> <urn:x:p> 1.0 } }",
    "DELETE { GRAPH <urn:x:g> { ?s ?p ?o } } WHERE { GRAPH <urn:x:g> { ?s ?p ?o } }",
    "INSERT DATA {",
)
_SPOOL_BYTES = 1_000_000


def rehearse() -> None:
    """Evaluate a query, updates and a mistake on an empty store."""
    store = ox.Store()
    for text, media_type in ((_QUERY, "text/csv"), ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle")):
        spool = Spool(_SPOOL_BYTES, spool_directory())
        evaluate(Stores.of_one(store), Task(text, media_type, 1.0), _BASE, {}, spool)
        spool.close()
    for text in _UPDATES:
        task = ChangeTask("update", 1.0, nesting=10, chain=10, writable="")
        try:
            change(store, task, text.encode(), _BASE).to_lines()
        except RequestError:
            continue
