"""`/search`: things by name, for people and for programs."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from erqi_kg.errors import BadRequest
from erqi_kg.search.index import LONGEST, Found, Hit, find
from erqi_kg.search.near import NearName, near_names
from erqi_kg.web.http.conditional import is_fresh, not_modified, with_validators
from erqi_kg.web.http.negotiation import HTML, preferred_media_type
from erqi_kg.web.http.operations import PAGE, answers, chosen, or_empty, text
from erqi_kg.web.service import service
from erqi_kg.web.showing.language import messages
from erqi_kg.web.showing.pages import display, fresh_page, language, page, page_number, page_tag

blueprint = Blueprint("search", __name__)

JSON = "application/json"
_HITS_ON_A_PAGE = 20
_FORMATS = {"json": JSON, "html": HTML}
_KIND = "kind."
_KINDS = tuple(key.removeprefix(_KIND) for key in messages() if key.startswith(_KIND))
_FIELDS = (
    text("q", "the words"),
    or_empty(chosen("kind", "kind of thing", _KINDS)),
    PAGE,
    chosen("format", "overrides Accept", tuple(_FORMATS)),
)


@blueprint.get("/search")
@answers(HTML, JSON, fields=_FIELDS, errors=(400,))
def search() -> Response:
    """Find things by what they are called."""
    media_type = _media_type()
    words = request.args.get("q", "").strip()[:LONGEST]
    kind = request.args.get("kind") or None
    if kind is not None and kind not in _KINDS:
        raise BadRequest(f"kind: there is no kind {kind!r}.")
    number = page_number()
    if media_type == JSON:
        return _program_answer(words, kind, number)
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    found = _found(words, kind, number)
    return page(
        "search.html",
        words=words,
        kind=kind,
        found=found,
        hits=[(hit, display().href(hit.iri), _names(hit)) for hit in found.hits],
        near=_near(words, found),
        links={"page": number, "pages": _pages(found)},
        display=display(),
    )


def _media_type() -> str:
    wanted = request.args.get("format")
    if wanted is None:
        return preferred_media_type(request.accept_mimetypes, [HTML, JSON])
    if wanted not in _FORMATS:
        raise BadRequest(f"format: {wanted!r} is none of {', '.join(_FORMATS)}.")
    return _FORMATS[wanted]


def _found(words: str, kind: str | None, number: int) -> Found:
    return find(
        service().release,
        words,
        kind=kind,
        limit=_HITS_ON_A_PAGE,
        offset=_HITS_ON_A_PAGE * (number - 1),
    )


def _near(words: str, found: Found) -> list[NearName]:
    """Return names like words that no name holds."""
    return [] if found.kinds else near_names(service().release, words)


def _pages(found: Found) -> int:
    return max(1, -(-found.count // _HITS_ON_A_PAGE))


def _names(hit: Hit) -> list[tuple[str, str]]:
    """Return (name, language) to show: in the reader's language first, then in the other."""
    own = language()
    return sorted(
        ((name, code) for code, name in hit.labels.items()), key=lambda pair: pair[1] != own
    )


def _program_answer(words: str, kind: str | None, number: int) -> Response:
    release, tag = service().release, page_tag() + "-json"
    if is_fresh(request, tag):
        return not_modified(tag, release)
    found = _found(words, kind, number)
    body = {
        "query": words,
        "kind": kind,
        "page": number,
        "pages": _pages(found),
        "count": found.count,
        "kinds": found.kinds,
        "hits": [_member(hit) for hit in found.hits],
        "near": [name.text for name in _near(words, found)],
    }
    text = json.dumps(body, ensure_ascii=False)
    return with_validators(Response(text, mimetype=JSON), tag, release)


def _member(hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.iri,
        "href": display().href(hit.iri),
        "kind": hit.kind,
        "labels": dict(hit.labels),
        "matched": {
            "text": hit.matched,
            "language": hit.language or None,
            "pieces": [list(piece) for piece in hit.marks],
        },
    }
