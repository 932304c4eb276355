"""Read a query operation from a request (SPARQL 1.1 Protocol, 2.1)."""

from __future__ import annotations

import math
import re
from binascii import a2b_qp
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from erqi_kg.errors import BadRequest, Forbidden, TooLarge, UnsupportedMediaType

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_BROKEN_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ABSOLUTE_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>"{}|^`\\]*')
_WRITING_IS_OFF = "Writing is off on this server: it answers queries only."

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


def read_operation(request: Message, max_query_bytes: int) -> QueryOperation:
    """Read a query operation.

    Raises:
        BadRequest: parameters missing, repeated or malformed.
        Forbidden: an update.
        TooLarge: the query.
        UnsupportedMediaType: a body that is neither a form nor a query.
    """
    pairs = list(decoded_pairs(request.query_string, "The query string"))
    if request.method in ("GET", "HEAD"):
        queries = _values(pairs, "query")
        if _values(pairs, "update"):
            raise BadRequest("An update is sent by POST (SPARQL 1.1 Protocol, 2.2).")
    else:
        queries, from_body = _read_body(request, pairs)
        pairs += from_body
        if not queries:
            raise BadRequest("There is no query: send exactly one `query` parameter.")
    if len(queries) > 1:
        raise BadRequest(f"There are {len(queries)} queries; send exactly one.")
    query = queries[0] if queries else None
    if query is not None and len(query.encode("utf-8", "surrogatepass")) > max_query_bytes:
        raise TooLarge(f"The query is longer than {max_query_bytes} bytes.")
    return QueryOperation(
        query=query,
        default_graphs=_graphs(pairs, "default-graph-uri", "named-graph-uri"),
        named_graphs=_graphs(pairs, "named-graph-uri", "default-graph-uri"),
        timeout_s=_seconds(_at_most_one(pairs, "timeout")),
        # SPARQLWrapper gives some formats twice: by short name and as an Accept header.
        format=",".join(filter(None, _values(pairs, "format"))) or None,
        release=_at_most_one(pairs, "release"),
    )


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


def _read_body(request: Message, pairs: Pairs) -> tuple[list[str], Pairs]:
    """Return all queries of the URL and the body, and the other parameters of the body."""
    in_url = _values(pairs, "query")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"The body is in {charset}; send UTF-8.")
    if request.mimetype == FORM:
        form = decoded_pairs(request.get_data(cache=False), "The form")
        if _values(form, "update"):
            if _values(form, "query"):
                raise BadRequest("A query and an update cannot be sent together.")
            raise Forbidden(_WRITING_IS_OFF)
        return in_url + _values(form, "query"), form
    if request.mimetype == QUERY:
        return [*in_url, _text(request.get_data(cache=False), "The query")], ()
    if request.mimetype == UPDATE:
        raise Forbidden(_WRITING_IS_OFF)
    raise UnsupportedMediaType(
        f"Send a query as {FORM} or {QUERY}, not as {request.mimetype or 'a body without a type'}.",
        headers={"Accept-Post": f"{FORM}, {QUERY}"},
    )


def _values(pairs: Pairs, name: str) -> list[str]:
    return [value for key, value in pairs if key == name]


def _at_most_one(pairs: Pairs, name: str) -> str | None:
    values = [value for value in _values(pairs, name) if value]
    if len(values) > 1:
        raise BadRequest(f"{name} is given {len(values)} times; once is enough.")
    return values[0] if values else None


def _graphs(pairs: Pairs, name: str, other: str) -> tuple[str, ...] | None:
    """Return the graphs of one dataset parameter; () when only the other one is given."""
    values = _values(pairs, name)
    for value in values:
        if not _ABSOLUTE_IRI.fullmatch(value):
            raise BadRequest(f"{name}: {value!r} is not an absolute IRI.")
    if not values and not _values(pairs, other):
        return None
    return tuple(dict.fromkeys(values))


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
