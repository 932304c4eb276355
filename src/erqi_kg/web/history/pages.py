"""`/releases/<id>`: one release for readers, and what changed by it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, request

from erqi_kg.differences.files import SECTIONS, Summary
from erqi_kg.differences.reading import (
    ChangedThing,
    count_about,
    summary_of,
    things_about,
    things_of,
)
from erqi_kg.errors import BadRequest, NotFound
from erqi_kg.namespaces import ID_PATTERN
from erqi_kg.storedir import Release
from erqi_kg.web.history.shown import ShownThing, shown_things
from erqi_kg.web.history.steps import release_named
from erqi_kg.web.http.negotiation import HTML
from erqi_kg.web.http.operations import PAGE, answers, chosen, thing_id
from erqi_kg.web.service import service
from erqi_kg.web.showing.pages import display, fresh_page, page, page_number
from erqi_kg.web.showing.parameters import check_parameters

blueprint = Blueprint("history", __name__)

PAGE_SIZE = 25
_FIELDS = (
    chosen("kind", "what is looked at", SECTIONS),
    thing_id("thing", "id of a thing: only what changed of it and about it"),
    PAGE,
)


@dataclass(frozen=True)
class Pages:
    """The pages of a list."""

    page: int
    count: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.count // PAGE_SIZE))


@blueprint.get("/releases/<release_id>")
@answers(HTML, fields=_FIELDS, errors=(400,))
def release(release_id: str) -> Response:
    """Show a release: its figures, its files, and what changed from the one before."""
    check_parameters(field.name for field in _FIELDS)
    section, number, thing = _section(), page_number(), _thing()
    shown = release_named(release_id)
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    summary = summary_of(shown)
    section = section or _first_changed(summary)
    pages = Pages(number, _count(shown, summary, section, thing))
    if number > pages.pages:
        raise NotFound(f"There are {pages.pages} pages of changes, not {number}.")
    return page(
        "release.html",
        shown=shown,
        is_served=shown.id == service().release.id,
        summary=summary,
        section=section,
        things=_things(shown, summary, section, thing, number),
        thing=thing,
        pages=pages,
        display=display(),
        is_known=_is_here,
    )


def _section() -> str:
    asked = request.args.get("kind", "")
    if asked and asked not in SECTIONS:
        raise BadRequest(f"kind: {asked!r} is none of {', '.join(SECTIONS)}.")
    return asked


def _first_changed(summary: Summary | None) -> str:
    """Return the section that a reader sees first: one where something changed."""
    changed = [one for one in SECTIONS if summary and any(summary.things[one].values())]
    return changed[0] if changed else SECTIONS[0]


def _thing() -> str:
    asked = request.args.get("thing", "")
    if asked and not ID_PATTERN.fullmatch(asked):
        raise BadRequest(f"thing: {asked!r} is no id such as division/410103.")
    return asked


def _count(release: Release, summary: Summary | None, section: str, thing: str) -> int:
    if summary is None:
        return 0
    if thing and summary.is_complete:
        return count_about(release, service().names.thing(thing))
    return sum(summary.things[section].values())


def _things(
    release: Release, summary: Summary | None, section: str, thing: str, number: int
) -> list[ShownThing]:
    if summary is None or not summary.is_complete:
        return []
    offset = PAGE_SIZE * (number - 1)
    found: tuple[ChangedThing, ...]
    if thing:
        iri = service().names.thing(thing)
        found = things_about(release, iri, limit=PAGE_SIZE, offset=offset)
    else:
        found = things_of(release, section, limit=PAGE_SIZE, offset=offset)
    previous = summary.previous if _is_here(summary.previous) else None
    return shown_things(found, display(), previous)


def _is_here(release_id: str) -> bool:
    """Say whether a release can still be asked."""
    return any(one.id == release_id for one in service().store_directory.releases())
