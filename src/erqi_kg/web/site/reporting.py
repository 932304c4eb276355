"""`/report`: tell the operator that a value is wrong, with what he needs to look into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, current_app, g, request

from erqi_kg.errors import BadRequest, NotFound, StoreError
from erqi_kg.namespaces import ID_PATTERN
from erqi_kg.web.http.negotiation import HTML
from erqi_kg.web.http.operations import absolute_iri, answers, or_empty, text, thing_id
from erqi_kg.web.linked.around import told_of
from erqi_kg.web.linked.nodes import Fact, Node, read_nodes
from erqi_kg.web.linked.thing import titles_of
from erqi_kg.web.service import EXTENSION, service
from erqi_kg.web.showing.display import Display
from erqi_kg.web.showing.language import message
from erqi_kg.web.showing.pages import display, fresh_page, language, page
from erqi_kg.web.showing.parameters import check_parameters
from erqi_kg.web.sparql.protocol import is_absolute_iri

blueprint = Blueprint("reporting", __name__)

LONGEST_VALUE = 500
"""Characters of a value that a report carries."""
_FIELDS = (
    thing_id("thing", "id of the thing, such as division/410103"),
    or_empty(absolute_iri("property", "the property whose value is wrong")),
    text("value", "the value"),
    text("release", "id of the release that showed it"),
)


@blueprint.get("/report")
@answers(HTML, fields=_FIELDS, errors=(400, 404))
def report() -> Response:
    """Prepare the report of an error, and say where to send it."""
    check_parameters(field.name for field in _FIELDS)
    _show_release(request.args.get("release", ""))
    fresh = fresh_page()
    if fresh is not None:
        return fresh
    shown = display()
    told = _told(shown)
    body = "\n".join(f"{message(f'report.{key}', language())}: {told[key]}" for key in told)
    body += "\n\n" + message("report.what", language()) + "\n"
    return page(
        "error_report.html",
        text=body,
        target=_target(told, body),
        contact=service().settings.contact,
        about=told.get("thing", ""),
        back=_back(),
    )


def _show_release(wanted: str) -> None:
    """Look into the release that showed the value, while it is here."""
    parts = current_app.extensions[EXTENSION]
    if not wanted or wanted == parts.release.id:
        return
    try:
        g.service = replace(parts, pinned=parts.store_directory.release(wanted))
    except StoreError:
        return  # the report names it all the same


def _told(shown: Display) -> dict[str, str]:
    """Return what the report says, by the message that names it."""
    thing, name = request.args.get("thing", ""), request.args.get("property", "")
    if name and not is_absolute_iri(name):
        raise BadRequest(f"property: {name!r} is not an absolute IRI.")
    told: dict[str, str] = {}
    if thing:
        if not ID_PATTERN.fullmatch(thing):
            raise BadRequest(f"thing: {thing!r} is no id such as division/410103.")
        told |= _of_thing(thing, name, shown)
    value = request.args.get("value", "")[:LONGEST_VALUE]
    if value:
        told["value"] = value
    told["release"] = request.args.get("release", "")[:40] or service().release.id
    return {key: told[key] for key in _ORDER if told.get(key)}


_ORDER = ("thing", "iri", "property", "value", "source", "quote", "release")


def _of_thing(thing: str, name: str, shown: Display) -> dict[str, str]:
    iri = service().names.thing(thing)
    found = read_nodes(told_of({iri}, self={iri})).get(iri)
    if found is None:
        raise NotFound(f"Nothing is stated about <{iri}>.")
    quotes = [
        one
        for support in found.facts.get(name, Fact(name)).supports_in_order
        for one in support.quotes
    ] or (found.quotes("stated") if not name else [])
    shown.learn({iri, name, *_mentioned(found), *(one.source for one in quotes)} - {""})
    told = {"thing": titles_of(found, shown)[language()].text, "iri": iri}
    if name:
        told["property"] = f"{shown.label(name).text} <{name}>"
    if quotes:
        told["source"] = f"{shown.label(quotes[0].source).text} <{quotes[0].source}>"
        told["quote"] = quotes[0].exact
    return told


def _mentioned(node: Node) -> set[str]:
    values = (value for fact in node.facts.values() for value in fact.values)
    return {value.value for value in values if value.is_iri}


def _target(told: Mapping[str, str], body: str) -> str:
    """Return where the report is sent by a click; "" where nobody said."""
    settings = service().settings
    subject = f"{message('report.subject', language())}: {told.get('thing', told['release'])}"
    if settings.report_url:
        given = {**dict.fromkeys(_ORDER, ""), **told, "text": body}
        address = settings.report_url
        for name, value in given.items():
            address = address.replace(f"{{{name}}}", quote(value, safe=""))
        return address
    if settings.contact.startswith("mailto:"):
        joint = "&" if "?" in settings.contact else "?"
        fields = {"subject": subject, "body": body}
        return f"{settings.contact}{joint}{urlencode(fields, quote_via=quote)}"
    return ""


def _back() -> str:
    thing = request.args.get("thing", "")
    return f"/doc/{quote(thing)}" if thing else "/"
