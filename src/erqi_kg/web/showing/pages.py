"""Render pages: language, links to the other formats, validators."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, render_template, request

from erqi_kg import __version__
from erqi_kg.errors import BadRequest, ErqiError
from erqi_kg.web.http.conditional import entity_tag, is_fresh, not_modified, with_validators
from erqi_kg.web.http.operations import MOST_PAGES
from erqi_kg.web.service import service
from erqi_kg.web.showing.display import Display, breakable, in_language, is_han
from erqi_kg.web.showing.language import (
    COOKIE,
    LANGUAGES,
    Language,
    chosen_language,
    message,
    messages,
    tag_of,
)
from erqi_kg.web.showing.numbers import grouped

ASSETS = "ASSETS_DIGEST"
_A_YEAR_S = 31_536_000


def install_pages(app: Flask) -> None:
    """Give all templates the language and the texts of the page."""
    app.context_processor(_common)
    app.add_template_filter(grouped, "grouped")
    app.add_template_filter(breakable, "breakable")
    app.add_template_filter(in_language, "in_language")
    app.add_template_test(is_han, "han")
    app.add_template_test(messages().__contains__, "message_key")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def language() -> Language:
    """Return the language of the page that is being made."""
    if "language" not in g:
        g.language = chosen_language(request)
    chosen: Language = g.language
    return chosen


def display() -> Display:
    """Return the display of this request's reader."""
    if "display" not in g:
        g.display = Display.for_reader(language())
    shown: Display = g.display
    return shown


def page(
    template: str, status: int = 200, *, depends_on: object = None, **values: object
) -> Response:
    """Return a page that depends on nothing but its address, the language and the release.

    Args:
        template: its file.
        status: of the answer.
        depends_on: what else it depends on.
        values: of the template.
    """
    response = Response(render_template(template, **values), status=status, mimetype="text/html")
    response.headers["Content-Language"] = tag_of(language())
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, language(), max_age=_A_YEAR_S, samesite="Lax", httponly=True)
        response.headers["Cache-Control"] = "private, no-cache"
        return response
    return with_validators(response, page_tag(depends_on), service().release)


def fresh_page(depends_on: object = None) -> Response | None:
    """Return the answer 304 when the reader holds this page already."""
    if request.args.get("lang") in LANGUAGES or not is_fresh(request, page_tag(depends_on)):
        return None
    response = not_modified(page_tag(depends_on), service().release)
    response.vary.add("Cookie")
    return response


def page_tag(depends_on: object = None) -> str:
    """Return the tag of the page at this address in this language."""
    return entity_tag(
        service().release.id,
        current_app.config[ASSETS],
        service().settings.contact,
        service().settings.report_url,
        request.full_path,
        language(),
        depends_on,
    )


def link_header(links: Mapping[str, str] | list[tuple[str, str]]) -> str:
    """Return a Link header from pairs of target and parameters."""
    pairs = links.items() if isinstance(links, Mapping) else links
    return ", ".join(f"<{target}>; {parameters}" for target, parameters in pairs)


def address_with(**changes: object) -> str:
    """Return this page's address with some parameters changed; None takes one away."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
    pairs = kept + [(key, str(value)) for key, value in changes.items() if value is not None]
    return request.path + (f"?{urlencode(pairs)}" if pairs else "")


def page_number() -> int:
    """Return `?page=`, from 1.

    Raises:
        BadRequest: it is no page number.
    """
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:8]) <= MOST_PAGES:
        raise BadRequest(f"page: {text!r} is no page number.")
    return int(text)


def _common() -> dict[str, object]:
    chosen = language()

    def text(key: str, **values: object) -> str:
        return message(key, chosen, **values)

    return {
        "t": text,
        "tm": message,
        "lang": chosen,
        "lang_tag": tag_of(chosen),
        "tag_of": tag_of,
        "languages": LANGUAGES,
        "address_with": address_with,
        "assets": current_app.config[ASSETS][:12],
        "version": __version__,
        "release": _release_or_none(),
        "here": request.path,
        "url_root": request.url_root.rstrip("/"),
    }


def _release_or_none() -> object:
    """Return the served release; a page that tells of an error must not need one."""
    try:
        return service().release
    except ErqiError:
        return None
