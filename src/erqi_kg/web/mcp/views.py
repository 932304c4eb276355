"""`/mcp`: messages of the protocol by POST, each answered in JSON (streamable HTTP, stateless)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request

from erqi_kg.errors import Forbidden, UnsupportedMediaType
from erqi_kg.web.http.negotiation import preferred_media_type
from erqi_kg.web.http.operations import answers
from erqi_kg.web.mcp.inside import InsideAsker
from erqi_kg.web.mcp.messages import MESSAGE, refusal_of

blueprint = Blueprint("mcp", __name__)

JSON = "application/json"


@blueprint.post("/mcp")
@answers(
    JSON, method="POST", statuses=(200, 202, 400), takes=(JSON,), body=MESSAGE, has_tag=False,
    errors=(400, 403, 404, 413, 415),
)  # fmt: skip
def mcp() -> Response:
    """Answer one message of the Model Context Protocol."""
    _check_origin()
    if request.mimetype != JSON:
        raise UnsupportedMediaType(f"/mcp takes {JSON}.", headers={"Accept-Post": JSON})
    preferred_media_type(request.accept_mimetypes, [JSON])
    # Costs most of a second once, which only those pay who speak the protocol.
    from erqi_kg.web.mcp.bridge import answered

    body = request.get_data(cache=False)
    refusal = refusal_of(body)
    if refusal is not None:
        return _response(refusal, 400, JSON)
    asker = InsideAsker(current_app.wsgi_app, request.environ)
    exchange = answered(asker, _headers(), body)
    return _response(b"".join(exchange.chunks), exchange.status, exchange.content_type)


def _response(body: str | bytes, status: int, content_type: str) -> Response:
    response = Response(body, status=status, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response


def _headers() -> list[tuple[str, str]]:
    """Return the headers; what is acceptable was judged here, by the rules of HTTP."""
    sent = [(name, value) for name, value in request.headers.items() if name != "Accept"]
    return [*sent, ("Accept", f"{JSON}, text/event-stream")]


def _check_origin() -> None:
    """Refuse what pages of other hosts send, as the transport asks (DNS rebinding).

    Raises:
        Forbidden: the request comes from such a page.
    """
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Forbidden(f"Pages of {origin} may not call /mcp; only those of {request.host} may.")
