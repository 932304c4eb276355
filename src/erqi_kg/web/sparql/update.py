"""`/update`: SPARQL Update (SPARQL 1.1 Protocol, 2.2)."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from erqi_kg.engine.interface import ChangeRequest, Committed
from erqi_kg.errors import BadRequest, UnsupportedMediaType
from erqi_kg.web.http.operations import absolute_iri, answers
from erqi_kg.web.service import service
from erqi_kg.web.sparql.protocol import FORM, QUERY, UPDATE, decoded_pairs, graphs_of, values_of
from erqi_kg.web.sparql.tokens import check_may_write

blueprint = Blueprint("update", __name__)

_MIB = 1024 * 1024
_USING, _USING_NAMED = "using-graph-uri", "using-named-graph-uri"
_FIELDS = (
    absolute_iri(
        _USING, "a graph of the default graph that patterns are matched against", repeated=True
    ),
    absolute_iri(_USING_NAMED, "a named graph that patterns are matched against", repeated=True),
)


@blueprint.post("/update")
@answers("application/json", method="POST", fields=_FIELDS, takes=(FORM, UPDATE), is_write=True)
def update() -> Response:
    """Do an update; the answer tells the release that shows it."""
    check_may_write(request, service().settings)
    return committed_response(service().engine.change(_read_change()))


def committed_response(committed: Committed, status: int = 200) -> Response:
    """Return what a change did, as JSON."""
    members = {
        "release": committed.release,
        "added": committed.added,
        "removed": committed.removed,
        "graphs": {"created": list(committed.created), "dropped": list(committed.dropped)},
    }
    response = Response(json.dumps(members, ensure_ascii=False) + "\n", status=status)
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


def read_upload() -> bytes:
    """Return the body of a request that writes.

    Raises:
        RequestEntityTooLarge: it is larger than the setting allows (413).
    """
    request.max_content_length = service().settings.max_upload_mb * _MIB
    return request.get_data(cache=False)


def _read_change() -> ChangeRequest:
    """Read an update operation.

    Raises:
        BadRequest: parameters missing, repeated or malformed; a query.
        UnsupportedMediaType: a body that is neither a form nor an update.
    """
    pairs = list(decoded_pairs(request.query_string, "The query string"))
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"The body is in {charset}; send UTF-8.")
    if request.mimetype == FORM:
        pairs += decoded_pairs(read_upload(), "The form")
        updates = values_of(pairs, "update")
        if values_of(pairs, "query"):
            raise BadRequest("This address takes updates; send queries to /sparql.")
        if len(updates) != 1:
            raise BadRequest(f"There are {len(updates)} updates; send exactly one `update`.")
        body = updates[0].encode("utf-8", "surrogatepass")
    elif request.mimetype == UPDATE:
        if values_of(pairs, "update") or values_of(pairs, "query"):
            raise BadRequest("The update stands in the body; the URL must not hold another one.")
        body = read_upload()
    elif request.mimetype == QUERY:
        raise BadRequest("This is a query; send queries to /sparql.")
    else:
        raise UnsupportedMediaType(
            f"Send an update as {FORM} or {UPDATE}, not as "
            f"{request.mimetype or 'a body without a type'}.",
            headers={"Accept-Post": f"{FORM}, {UPDATE}"},
        )
    return ChangeRequest(
        "update",
        body,
        using=graphs_of(pairs, _USING, _USING_NAMED),
        using_named=graphs_of(pairs, _USING_NAMED, _USING),
    )
