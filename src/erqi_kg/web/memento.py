"""Earlier releases of documents and graphs, by time (Memento, RFC 7089).

An address is its own TimeGate (pattern 1.1): with `Accept-Datetime` it leads to the release of
that time, `?release=<id>`, which is the memento.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, Response, request
from werkzeug.http import http_date, parse_date

from erqi_kg.errors import BadRequest, NotFound
from erqi_kg.storedir import Release
from erqi_kg.web.http.conditional import ALWAYS_ASK, PINNED, built_at, entity_tag, with_validators
from erqi_kg.web.http.operations import answers
from erqi_kg.web.service import pin_release, service
from erqi_kg.web.showing.pages import link_header
from erqi_kg.web.sparql.protocol import iri_path

blueprint = Blueprint("memento", __name__)

LINK_FORMAT = "application/link-format"
_KEPT = ("doc", "graph")
"""First segments of the paths that have earlier releases."""
_ENDPOINTS = ("things.document", "graphs.graph")


def install_memento(app: Flask) -> None:
    """Make an application lead to earlier releases of its documents and graphs."""
    app.before_request(_choose)
    app.after_request(_tell)


@blueprint.get("/timemap/<path:target>")
@answers(LINK_FORMAT)
def timemap(target: str) -> Response:
    """List the releases of a document or graph (RFC 7089, 5)."""
    path = f"/{iri_path(target)}"
    if path.split("/")[1] not in _KEPT or len(path.split("/")) < 3:
        raise NotFound("There are time maps of /doc/... and /graph/...")
    links = [
        (quote(path), 'rel="original timegate"'),
        (quote(request.path), f'rel="self"; type="{LINK_FORMAT}"'),
        *_mementos(path),
    ]
    response = Response(link_header(links).replace(", <", ",\n<") + "\n", mimetype=LINK_FORMAT)
    release = service().release
    return with_validators(response, entity_tag(release.id, "timemap", path), release)


def _choose() -> Response | None:
    """Show the release that is named, or lead to the one of a time."""
    if request.endpoint not in _ENDPOINTS or request.method not in ("GET", "HEAD"):
        return None
    wanted = request.args.get("release")
    if wanted:
        pin_release(wanted)
        return None
    text = request.headers.get("Accept-Datetime")
    if text is None:
        return None
    moment = parse_date(text)
    if moment is None:
        raise BadRequest(f"Accept-Datetime: {text!r} is no date such as {http_date()}.")
    response = Response(status=302)
    del response.headers["Content-Type"]
    response.headers["Location"] = _address(request.path, _at(moment))
    response.headers["Cache-Control"] = ALWAYS_ASK
    return response


def _tell(response: Response) -> Response:
    """Add what says where the earlier releases are."""
    if request.endpoint not in _ENDPOINTS or response.status_code not in (200, 302, 304, 410):
        return response
    path = request.path
    links = [
        (quote(path), 'rel="original timegate"'),
        (quote(f"/timemap{path}"), f'rel="timemap"; type="{LINK_FORMAT}"'),
    ]
    pinned = service().pinned
    if pinned is None:
        response.vary.add("Accept-Datetime")
    else:
        links += _mementos(path)
        response.headers["Memento-Datetime"] = http_date(built_at(pinned))
        if response.headers.get("Cache-Control") == ALWAYS_ASK:
            response.headers["Cache-Control"] = PINNED
    further = response.headers.get("Link")
    response.headers["Link"] = ", ".join(filter(None, [further, link_header(links)]))
    return response


def _releases() -> list[Release]:
    """Return the releases, the oldest first."""
    return service().store_directory.releases()[::-1]


def _at(moment: datetime) -> Release:
    """Return the release of a time; the first one for a time before it (RFC 7089, 4.5.3)."""
    found = _releases()
    return next((one for one in reversed(found) if built_at(one) <= moment), found[0])


def _mementos(path: str) -> list[tuple[str, str]]:
    found = _releases()
    links = []
    for number, release in enumerate(found):
        relations = [
            *(["first"] if number == 0 else []),
            *(["last"] if number == len(found) - 1 else []),
            "memento",
        ]
        time = http_date(built_at(release))
        links.append((_address(path, release), f'rel="{" ".join(relations)}"; datetime="{time}"'))
    return links


def _address(path: str, release: Release) -> str:
    return f"{quote(path)}?{urlencode({'release': release.id})}"
