"""Ask an endpoint one query (SPARQL 1.1 Protocol, 2.1.2), within bounds."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from erqi_kg import __version__
from erqi_kg.federation.connection import AddressRefused, CheckedConnection, Resolve, resolve_name
from erqi_kg.federation.rows import ACCEPT, RowsError, lines_of
from erqi_kg.settings import Settings
from erqi_kg.settings.federating import AllowedEndpoint, allowed_endpoints

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 3
_PART_BYTES = 65_536
_WAIT_STATUS = (429, 503)
_SHOWN = 200


class CallError(Exception):
    """The endpoint gave no solutions."""

    def __init__(self, detail: str, *, is_late: bool = False, wait_s: float = 0.0) -> None:
        super().__init__(detail)
        self.detail = detail
        self.is_late = is_late
        self.wait_s = wait_s
        """How long the endpoint asks to be left alone."""


@dataclass(frozen=True)
class Wish:
    """One request to an endpoint."""

    endpoint: str
    query: str
    variables: tuple[str, ...]
    seconds: float
    rows: int
    """Most solutions that are taken."""


@dataclass(frozen=True)
class Found:
    """Its outcome."""

    lines: str
    rows: int
    date: str
    """When the endpoint says that it made the answer."""
    age_s: float
    """How old the answer was when it came."""
    fresh_s: float | None
    """How long the endpoint lets it be kept; None: it does not say."""


def user_agent(contact: str) -> str:
    """Return how the service names itself to others (RFC 9110, section 10.1.5)."""
    name = f"erqi-kg/{__version__}"
    return f"{name} (SPARQL federation; {contact})" if contact else f"{name} (SPARQL federation)"


def call(wish: Wish, settings: Settings, resolve: Resolve = resolve_name) -> Found:
    """Ask the endpoint.

    Raises:
        CallError: it gave no solutions; says why.
    """
    until = time.monotonic() + wish.seconds
    endpoint = _allowed(wish.endpoint, settings)
    for _ in range(_MOST_REDIRECTS + 1):
        try:
            answered = _exchange(endpoint, wish, settings, until, resolve)
        except AddressRefused as error:
            raise CallError(f"it is refused: {error}") from error
        except TimeoutError as error:
            raise CallError("it did not answer in time", is_late=True) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CallError(f"it cannot be asked: {error or type(error).__name__}") from error
        if isinstance(answered, Found):
            return answered
        endpoint = _allowed(_joined(endpoint.iri, answered), settings)
    raise CallError("it redirects for ever")


def _joined(base: str, location: str) -> str:
    """Return where a redirect leads."""
    try:
        return urljoin(base, location)
    except ValueError:  # a host with a lone bracket
        return location


def _allowed(iri: str, settings: Settings) -> AllowedEndpoint:
    for endpoint in allowed_endpoints(settings.service_allow):
        if endpoint.iri == iri:
            return endpoint
    raise CallError(f"it leads to <{iri}>, which the operator does not allow")


def _exchange(
    endpoint: AllowedEndpoint, wish: Wish, settings: Settings, until: float, resolve: Resolve
) -> Found | str:
    """Return the solutions, or where the endpoint redirects to."""
    parts = urlsplit(endpoint.iri)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = CheckedConnection(endpoint, max(0.05, until - time.monotonic()), resolve)
    try:
        # Some read the parameters of an endpoint's own address in the form only.
        form = urlencode([("query", wish.query), *parse_qsl(parts.query)])
        connection.request("POST", target, form, _headers(settings))
        response = connection.getresponse()
        if response.status in _REDIRECTS:
            return response.headers.get("Location", "")
        body = _read(response, settings.service_mb * 1024 * 1024, until)
        _check_status(response, body)
        return _found(response.headers, body, wish)
    finally:
        connection.close()


def _headers(settings: Settings) -> dict[str, str]:
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": ACCEPT,
        "Accept-Encoding": "identity",
        "User-Agent": user_agent(settings.contact),
        "Connection": "close",
    }


def _read(response: http.client.HTTPResponse, most_bytes: int, until: float) -> bytes:
    """Return the body; a part that does not come in time is waited for no longer."""
    parts, size = [], 0
    while part := response.read1(_PART_BYTES):
        parts.append(part)
        size += len(part)
        if size > most_bytes:
            raise CallError(f"its answer has more than {most_bytes // (1024 * 1024)} MiB")
        if time.monotonic() > until:
            raise TimeoutError
    if response.length:
        raise CallError(f"its answer breaks off, {response.length} bytes before its end")
    return b"".join(parts)


def _check_status(response: http.client.HTTPResponse, body: bytes) -> None:
    if response.status in _WAIT_STATUS:
        wait_s = _seconds_of(response.headers.get("Retry-After", ""))
        raise CallError(f"it answered {response.status}: it asks to wait", wait_s=wait_s)
    if response.status != 200:
        said = " ".join(body[:_SHOWN].decode("utf-8", "replace").split())
        raise CallError(f"it answered {response.status}: {said}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise CallError("it answered in a content coding that was not asked for")


def _found(headers: http.client.HTTPMessage, body: bytes, wish: Wish) -> Found:
    media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    try:
        lines, rows = lines_of(body, media_type, wish.variables, wish.rows, wish.endpoint)
    except RowsError as error:
        raise CallError(str(error)) from error
    return Found(
        lines, rows, headers.get("Date", ""), _number(headers.get("Age", "")), _freshness(headers)
    )


def _freshness(headers: http.client.HTTPMessage) -> float | None:
    """Return how long an answer may be kept (RFC 9111, section 4.2.1)."""
    directives = [one.strip().lower() for one in headers.get("Cache-Control", "").split(",")]
    if {"no-store", "no-cache", "private"} & set(directives):
        return 0.0
    for directive in directives:
        name, _, value = directive.partition("=")
        if name == "max-age":
            return max(0.0, _number(value) - _number(headers.get("Age", "")))
    return None


def _seconds_of(retry_after: str) -> float:
    """Return the seconds of a Retry-After, which may be a date (RFC 9110, section 10.2.3)."""
    if not retry_after or retry_after.strip().isdigit():
        return _number(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return 0.0


def _number(text: str) -> float:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() else 0.0
