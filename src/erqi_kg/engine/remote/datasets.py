"""The dataset that is sent beside a query (SPARQL 1.1 Protocol, 2.1.4).

Engines differ in what their default graph is, so it is named with every query: the merge that
was published, or the built graphs one by one.
"""

from __future__ import annotations

from collections.abc import Callable

from erqi_kg.engine.interface import QueryRequest
from erqi_kg.engine.remote.published import Published
from erqi_kg.namespaces import REMOTE_NOTHING, Names
from erqi_kg.sparql.scan import Scan

Parameters = list[tuple[str, str]]


def dataset_parameters(
    request: QueryRequest,
    scan: Scan,
    published: Published,
    names: Names,
    workspaces: Callable[[], tuple[str, ...]],
) -> Parameters:
    """Return `default-graph-uri` and `named-graph-uri` of a query.

    Args:
        request: the query; its parameters go before what its text says.
        scan: of its text.
        published: what stands on the endpoint.
        names: of the release.
        workspaces: asks for the workspace graphs, when the query can see them.
    """
    default, named = request.default_graphs, request.named_graphs
    if default is None and named is None and scan.has_dataset:
        default, named = scan.default_graphs, scan.named_graphs
    if default is None and named is None:
        default = published.default_graphs
        named = (*published.graphs, *workspaces()) if scan.names_graphs else None
    else:
        default, named = default or (), named or ()
    nothing = (names.remote(REMOTE_NOTHING),)
    parameters = [("default-graph-uri", iri) for iri in dict.fromkeys(default or nothing)]
    if scan.names_graphs:
        parameters += [("named-graph-uri", iri) for iri in dict.fromkeys(named or nothing)]
    return parameters
