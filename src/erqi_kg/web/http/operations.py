"""Say beside a view what it takes and answers; `/openapi.json` is made of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from erqi_kg.namespaces import ID_PATTERN
from erqi_kg.web.http.formats import EXTENSIONS, GRAPH_ALIASES, SHORT_NAMES, offers_of
from erqi_kg.web.http.negotiation import HTML

GRAPH_OFFERS = tuple(offer for offer in offers_of(graph=True) if offer != HTML)
"""RDF in every format."""
DOCUMENT_OFFERS = tuple(dict.fromkeys((*EXTENSIONS.values(), *GRAPH_ALIASES)))

_JSON = "application/json"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Field:
    """A parameter of an address."""

    name: str
    about: str
    schema: Mapping[str, object]
    """JSON Schema of one value."""
    required: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class Operation:
    """What a method of a view takes and answers when nothing goes wrong."""

    types: tuple[str, ...] = ()
    """Media types of the answer, best first; none: it has no body."""
    statuses: tuple[int, ...] = (200,)
    fields: tuple[Field, ...] = ()
    errors: tuple[int, ...] = ()
    """Of those that only some addresses have."""
    takes: tuple[str, ...] = ()
    """Media types of the body of the request."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """JSON Schema of a body that is JSON."""
    is_write: bool = False
    has_tag: bool = True
    """It is revalidated (304)."""
    schemas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """JSON Schema of an answer, by media type."""
    about: str = ""
    """In place of the first line of the view's docstring."""


def text(name: str, about: str, **more: Any) -> Field:
    """Return a parameter that is any text; when it is required, not the empty one."""
    least = {"minLength": 1} if more.get("required") else {}
    return Field(name, about, {"type": "string", **least}, **more)


def chosen(name: str, about: str, values: tuple[str, ...]) -> Field:
    """Return a parameter that is one of some words."""
    return Field(name, about, {"type": "string", "enum": list(values)})


def or_empty(field: Field) -> Field:
    """Return a parameter that forms send empty where nothing was chosen."""
    return replace(field, schema={"anyOf": [field.schema, {"type": "string", "maxLength": 0}]})


def thing_id(name: str, about: str) -> Field:
    """Return a parameter that is the id of a thing, or empty."""
    return Field(name, about, {"type": "string", "pattern": f"^({ID_PATTERN.pattern})?$"})


def absolute_iri(name: str, about: str, *, repeated: bool = False) -> Field:
    """Return a parameter that is an absolute IRI."""
    return Field(name, about, {"type": "string", "format": "iri"}, repeated=repeated)


MOST_PAGES = 1_000_000
PAGE = Field(
    "page",
    "page of a long list, from 1",
    {"type": "integer", "minimum": 1, "maximum": MOST_PAGES, "default": 1},
)
GRAPH_NAME = absolute_iri("graph", "IRI of the graph")
DEFAULT_NAME = Field("default", "the default graph, in place of `graph`", {"type": "string"})
QUERY_OFFERS = tuple(dict.fromkeys((*offers_of(graph=False), *offers_of(graph=True))))
"""What answers a query of any form."""
QUERY_FIELDS = (
    absolute_iri("default-graph-uri", "a graph of the default graph", repeated=True),
    absolute_iri("named-graph-uri", "a named graph", repeated=True),
    Field("timeout", "seconds", {"type": "number", "exclusiveMinimum": 0}),
    text("format", f"overrides Accept: {', '.join(SHORT_NAMES)}, or a media type"),
    text("release", "id of an older release"),
    text("explain", "1: what the query would combine, as JSON, instead of its answer"),
)


def query_field(*, required: bool = False) -> Field:
    """Return the parameter that is a query."""
    return text("query", "a query; without one the service is described", required=required)


def answers(*types: str, method: str = "GET", **members: Any) -> Callable[[View], View]:
    """Return a decorator that notes what a method of a view answers.

    Args:
        types: the media types, best first.
        method: of the request; those that only read share one entry, `GET`.
        members: further ones of `Operation`.
    """

    def note(view: View) -> View:
        known: dict[str, Operation] = dict(operations_of(view))
        known[method] = Operation(types, **members)
        view.operations = known  # type: ignore[attr-defined]
        return view

    return note


def writes_graphs(
    fields: tuple[Field, ...], put: tuple[str, ...], posted: tuple[str, ...]
) -> Callable[[View], View]:
    """Return a decorator that notes how graphs are written at an address.

    Args:
        fields: parameters that name a graph; none: the path does.
        put: media types of what is put.
        posted: media types of what is posted.
    """
    common: dict[str, Any] = {"fields": fields, "is_write": True}
    posts = (200, 201, 204) if fields else (201, 204)

    def note(view: View) -> View:
        view = answers(
            _JSON, method="PUT", statuses=(201, 204), takes=put, errors=(412,), **common
        )(view)
        view = answers(_JSON, method="POST", statuses=posts, takes=posted, errors=(412,), **common)(
            view
        )
        return answers(method="DELETE", statuses=(204,), errors=(404, 412), **common)(view)

    return note


def operations_of(view: Callable[..., Any]) -> Mapping[str, Operation]:
    """Return what was noted of a view, by method."""
    noted: Mapping[str, Operation] = getattr(view, "operations", {})
    return noted
