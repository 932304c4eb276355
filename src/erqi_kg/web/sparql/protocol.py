"""Read a query operation from a request (SPARQL 1.1 Protocol, 2.1)."""

from __future__ import annotations

import math
import re
from binascii import a2b_qp
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from erqi_kg.errors import BadRequest, Forbidden, RequestError, TooLarge, UnsupportedMediaType
from erqi_kg.settings import Settings
from erqi_kg.sparql.admission import USE_UPDATE
from erqi_kg.web.sparql.tokens import WRITING_IS_OFF

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_BROKEN_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NOT_IN_PATH = re.compile(r'[\x00-\x20\x7f-\x9f<>"{}|^`\\%?#\[\]]')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class QueryOperation:
    """What a client asks for, before negotiation."""

    query: str | None
    """None: the client asks for the service description."""
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    timeout_s: float | None = None
    format: str | None = None
    release: str | None = None
    explains: bool = False
    """The client asks what the query would combine, not for its answer."""

    @property
    def dataset(self) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
        """Return the dataset parameters."""
        return self.default_graphs, self.named_graphs


class Message(Protocol):
    """What is read of a request; Flask's and Werkzeug's are such."""

    @property
    def method(self) -> str:
        """The method."""

    @property
    def query_string(self) -> bytes:
        """What follows the question mark."""

    @property
    def mimetype(self) -> str:
        """The media type of the body."""

    @property
    def mimetype_params(self) -> Mapping[str, str]:
        """The parameters of the media type."""

    def get_data(self, cache: bool = ...) -> bytes:
        """Return the body."""


def read_operation(request: Message, settings: Settings) -> QueryOperation:
    """Read a query operation.

    Raises:
        BadRequest: parameters missing, repeated or malformed.
        Forbidden: an update.
        TooLarge: the query.
        UnsupportedMediaType: a body that is neither a form nor a query.
    """
    pairs = list(decoded_pairs(request.query_string, "The query string"))
    if request.method in ("GET", "HEAD"):
        queries = values_of(pairs, "query")
        if values_of(pairs, "update"):
            raise BadRequest("An update is sent by POST (SPARQL 1.1 Protocol, 2.2).")
    else:
        queries, from_body = _read_body(request, pairs, settings)
        pairs += from_body
        if not queries:
            raise BadRequest("There is no query: send exactly one `query` parameter.")
    if len(queries) > 1:
        raise BadRequest(f"There are {len(queries)} queries; send exactly one.")
    query = queries[0] if queries else None
    if query is not None and len(query.encode("utf-8", "surrogatepass")) > settings.max_query_bytes:
        raise TooLarge(f"The query is longer than {settings.max_query_bytes} bytes.")
    if len(pairs) == 1 and pairs[0][0] == "query":
        return QueryOperation(query)
    return QueryOperation(
        query=query,
        default_graphs=graphs_of(pairs, "default-graph-uri", "named-graph-uri"),
        named_graphs=graphs_of(pairs, "named-graph-uri", "default-graph-uri"),
        timeout_s=_seconds(_at_most_one(pairs, "timeout")),
        # SPARQLWrapper gives some formats twice: by short name and as an Accept header.
        format=",".join(filter(None, values_of(pairs, "format"))) or None,
        release=_at_most_one(pairs, "release"),
        explains=_truth(pairs, "explain"),
    )


def _no_update_here(settings: Settings) -> RequestError:
    if settings.update_token is None:
        return Forbidden(WRITING_IS_OFF)
    return BadRequest(USE_UPDATE)


def decoded_pairs(raw: bytes, place: str) -> Pairs:
    """Return the parameters of a query string or form, decoded once and strictly.

    Raises:
        BadRequest: a broken percent sign, or bytes that are not UTF-8.
    """
    if _BROKEN_PERCENT.search(raw):
        raise BadRequest(f"{place} has a % that is not followed by two hexadecimal digits.")
    pairs = []
    for part in raw.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            pairs.append((_decoded(name, place), _decoded(value, place)))
    return pairs


def _decoded(raw: bytes, place: str) -> str:
    if b"%" not in raw:
        return _text(raw.replace(b"+", b" "), place)
    # Quoted-printable is the same with another sign, and is decoded thirty times as fast.
    quoted = raw.replace(b"=", b"=3D").replace(b"+", b" ").replace(b"%", b"=")
    return _text(a2b_qp(quoted), place)


def _text(raw: bytes, place: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{place} is not UTF-8: {error.reason}.") from error


def _read_body(request: Message, pairs: Pairs, settings: Settings) -> tuple[list[str], Pairs]:
    """Return all queries of the URL and the body, and the other parameters of the body."""
    in_url = values_of(pairs, "query")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"The body is in {charset}; send UTF-8.")
    if request.mimetype == FORM:
        form = decoded_pairs(request.get_data(cache=False), "The form")
        if values_of(form, "update"):
            if values_of(form, "query"):
                raise BadRequest("A query and an update cannot be sent together.")
            raise _no_update_here(settings)
        return in_url + values_of(form, "query"), form
    if request.mimetype == QUERY:
        return [*in_url, _text(request.get_data(cache=False), "The query")], ()
    if request.mimetype == UPDATE:
        raise _no_update_here(settings)
    raise UnsupportedMediaType(
        f"Send a query as {FORM} or {QUERY}, not as {request.mimetype or 'a body without a type'}.",
        headers={"Accept-Post": f"{FORM}, {QUERY}"},
    )


def values_of(pairs: Pairs, name: str) -> list[str]:
    """Return all values of a parameter."""
    return [value for key, value in pairs if key == name]


def _at_most_one(pairs: Pairs, name: str) -> str | None:
    values = [value for value in values_of(pairs, name) if value]
    if len(values) > 1:
        raise BadRequest(f"{name} is given {len(values)} times; once is enough.")
    return values[0] if values else None


def is_absolute_iri(value: str) -> bool:
    """Say whether a text is an absolute IRI (RFC 3987), as the engine takes it."""
    try:
        return _SCHEME.match(value) is not None and ox.NamedNode(value).value == value
    except ValueError:
        return False


def iri_path(path: str) -> str:
    """Return a decoded path as it stands in an IRI: encoded where it must be, and nowhere else."""
    return _NOT_IN_PATH.sub(lambda found: f"%{ord(found[0]):02X}", path)


def graphs_of(pairs: Pairs, name: str, other: str) -> tuple[str, ...] | None:
    """Return the graphs of one dataset parameter; () when only the other one is given.

    Raises:
        BadRequest: a relative IRI.
    """
    values = values_of(pairs, name)
    for value in values:
        if not is_absolute_iri(value):
            raise BadRequest(f"{name}: {value!r} is not an absolute IRI.")
    if not values and not values_of(pairs, other):
        return None
    return tuple(dict.fromkeys(values))


def _truth(pairs: Pairs, name: str) -> bool:
    value = _at_most_one(pairs, name)
    if value not in (None, "0", "1"):
        raise BadRequest(f"{name}: {value!r} is neither 0 nor 1.")
    return value == "1"


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError as error:
        raise BadRequest(f"timeout: {text!r} is no number of seconds.") from error
    if not math.isfinite(seconds):
        raise BadRequest(f"timeout: {text!r} is no finite number of seconds.")
    if seconds <= 0:
        raise BadRequest(f"timeout: {text!r} is not more than 0 seconds.")
    return seconds
