"""Pass changes on to a remote endpoint, under the same rules for who may write where.

The endpoint says neither what a change added nor which graphs it made, so what is told here is
less than what the embedded store tells. A workspace graph that is written is entered in a
register first, for the dataset of later queries names its graphs.
"""

from __future__ import annotations

import time
from http import HTTPStatus

from erqi_kg.engine.interface import ChangeRequest, Committed
from erqi_kg.engine.remote.asking import Asker
from erqi_kg.engine.remote.connections import Address, Connections, Exchange, Message
from erqi_kg.engine.remote.credentials import Credentials
from erqi_kg.engine.remote.patience import Patience
from erqi_kg.engine.remote.published import Published
from erqi_kg.engine.remote.refusals import refusal
from erqi_kg.engine.remote.update_texts import checked_operations, update_for_remote
from erqi_kg.errors import Forbidden, NotOffered
from erqi_kg.namespaces import PREFIXES, REMOTE_WORKSPACES, Names
from erqi_kg.settings import Settings, variable_name
from erqi_kg.sparql.media_types import JSON_LD
from erqi_kg.sparql.updates import ANY_GRAPH
from erqi_kg.storedir import Release

_METHODS = {"replace": "PUT", "merge": "POST", "drop": "DELETE"}
_ENTRY = f"<{{}}> <{PREFIXES['dcterms']}type> <{PREFIXES['void']}Dataset> .\n"
_DONE = frozenset((HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT))
_TRIPLES = "application/n-triples"
_OF_ONE_GRAPH = frozenset(("text/turtle", _TRIPLES, "application/rdf+xml"))


class RemoteWriter:
    """Passes changes on; thread-safe.

    Args:
        settings: the addresses, the token, the limits.
        credentials: for the endpoint.
    """

    def __init__(self, settings: Settings, credentials: Credentials) -> None:
        self._settings = settings
        self._update = self._asker(settings.remote_update_url, credentials)
        self._store = self._asker(settings.remote_store_url, credentials)

    @property
    def is_on(self) -> bool:
        """Say whether anything can be written through this service."""
        has_place = self._update is not None or self._store is not None
        return has_place and self._settings.update_token is not None

    def change(
        self,
        request: ChangeRequest,
        release: Release,
        published: Published,
        workspaces: tuple[str, ...],
    ) -> Committed:
        """Change the remote graphs.

        Args:
            request: the change.
            release: the local one.
            published: what stands on the endpoint.
            workspaces: the workspace graphs there are.

        Raises:
            Forbidden, BadRequest, MalformedQuery: it may not be done, or is wrong.
            NotOffered: it cannot be passed on.
            QueryTimedOut, RemoteFailed, RemoteUnavailable: the endpoint did not do it, or it is
                not known whether it did.
        """
        if self._settings.update_token is None:
            raise Forbidden(f"Writing is off; {variable_name('update_token')} turns it on.")
        if request.kind == "undo":
            raise NotOffered("A remote engine keeps no commits, so none can be undone.")
        if request.unchanged_since is not None:
            raise NotOffered("A remote engine cannot hold a graph still: leave out If-Match.")
        names = Names(release.manifest.base_iri)
        patience = Patience(time.monotonic() + self._settings.update_timeout_s)
        if request.kind == "update":
            self._pass_update(request, names, published, workspaces, patience)
            return Committed(release.id, None, None, (), (), existed=True)
        existed = self._pass_graph(request, names, patience)
        return Committed(release.id, None, None, (), (), existed=existed)

    def close(self) -> None:
        """Close the connections."""
        for asker in (self._update, self._store):
            if asker is not None:
                asker.close()

    def _asker(self, url: str | None, credentials: Credentials) -> Asker | None:
        settings = self._settings
        if url is None:
            return None
        connections = Connections(Address(url), credentials, 0, settings.remote_connect_s)
        return Asker(connections, settings.max_answer_mb)

    def _pass_update(
        self,
        request: ChangeRequest,
        names: Names,
        published: Published,
        workspaces: tuple[str, ...],
        patience: Patience,
    ) -> None:
        if self._update is None:
            raise _without("remote_update_url", "updates")
        operations = checked_operations(request, names, self._settings)
        targets = sorted({one for operation in operations for one in operation.targets})
        default = request.using if request.using is not None else published.default_graphs
        named = (*published.graphs, *sorted({*workspaces, *targets}))
        if request.using is not None or request.using_named is not None:
            named = request.using_named or ()
        if request.using is not None or request.using_named is not None:
            operations = tuple(one.reading(default, named) for one in operations)
        text = update_for_remote(operations, names, default, named, targets)
        body, headers = text.encode(), {"Content-Type": "application/sparql-update"}
        message = Message("POST", self._update_target, body, headers, is_safe=False)
        self._do(self._update, message, patience, request.body.decode("utf-8", "replace"))

    @property
    def _update_target(self) -> str:
        return Address(self._settings.remote_update_url or "").target()

    def _pass_graph(self, request: ChangeRequest, names: Names, patience: Patience) -> bool:
        if self._store is None:
            raise _without("remote_store_url", "graphs")
        if request.graph == ANY_GRAPH:
            raise NotOffered("Whole datasets are not passed on: send one graph at a time.")
        if not request.graph.startswith(names.workspace):
            raise Forbidden(
                "Only workspace graphs can be written: name one whose IRI begins with "
                f"{names.workspace}",
                extra={"workspace": names.workspace},
            )
        if request.kind != "drop":
            _check_type(request.media_type)
            self._enter(request.graph, names, patience)
        target = Address(self._settings.remote_store_url or "").target({"graph": request.graph})
        headers = {"Content-Type": request.media_type} if request.kind != "drop" else {}
        message = Message(_METHODS[request.kind], target, request.body, headers, is_safe=False)
        status = self._do(self._store, message, patience, "")
        return status not in (HTTPStatus.CREATED, HTTPStatus.NOT_FOUND)

    def _enter(self, graph: str, names: Names, patience: Patience) -> None:
        """Enter a graph in the register, before it is written: an entry too many is harmless."""
        if self._store is None:
            return
        url = Address(self._settings.remote_store_url or "")
        target = url.target({"graph": names.remote(REMOTE_WORKSPACES)})
        body, headers = _ENTRY.format(graph).encode(), {"Content-Type": _TRIPLES}
        message = Message("POST", target, body, headers, is_safe=False)
        self._do(self._store, message, patience, None)

    def _do(self, asker: Asker, message: Message, patience: Patience, text: str | None) -> int:
        exchange: Exchange = asker.send(message, patience)
        is_gone = message.method == "DELETE" and exchange.status == HTTPStatus.NOT_FOUND
        if exchange.status not in _DONE and not is_gone:
            raise refusal(asker.name, exchange, text)
        exchange.close()
        return exchange.status


def _check_type(media_type: str) -> None:
    if media_type in _OF_ONE_GRAPH:
        return
    if media_type == JSON_LD:
        raise NotOffered("JSON-LD may name other graphs and contexts: send Turtle instead.")
    raise NotOffered(f"{media_type} is not passed on to a remote engine: send Turtle.")


def _without(setting: str, what: str) -> NotOffered:
    return NotOffered(f"No {what} are passed on here; {variable_name(setting)} names their place.")
