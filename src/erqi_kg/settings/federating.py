"""Which other endpoints may be asked for a client, and how much of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from erqi_kg.settings.definition import about

_ENDPOINT = re.compile(r"https?://[^\x00-\x20<>\"{}|^`\\@]+")
LONGEST_NAME = 253


@dataclass(frozen=True)
class AllowedEndpoint:
    """An endpoint that the operator lets queries ask."""

    iri: str
    """As queries must name it, letter by letter."""
    addresses: frozenset[str] = frozenset()
    """IP addresses that the operator has named for it, which need not be public."""

    @property
    def host(self) -> str:
        """Return the host's name or address, without brackets."""
        return urlsplit(self.iri).hostname or ""

    @property
    def port(self) -> int:
        """Return the port."""
        parts = urlsplit(self.iri)
        return parts.port or (443 if parts.scheme == "https" else 80)


@lru_cache(maxsize=8)
def allowed_endpoints(setting: str) -> tuple[AllowedEndpoint, ...]:
    """Read the setting: endpoints with commas between, each with its addresses after a space.

    Raises:
        ValueError: not an endpoint or not an address; says which.
    """
    return tuple(_endpoints(setting))


def _endpoints(setting: str) -> Iterator[AllowedEndpoint]:
    for entry in filter(None, (part.strip() for part in setting.split(","))):
        iri, *addresses = entry.split()
        if not _ENDPOINT.fullmatch(iri):
            raise ValueError(f"{iri!r} is no address of an endpoint (http or https)")
        parts = urlsplit(iri)
        if not parts.hostname or len(parts.hostname) > LONGEST_NAME or parts.port == 0:
            raise ValueError(f"{iri!r} names no host and port")
        known = frozenset(str(ip_address(address)) for address in addresses)
        literal = _literal(parts.hostname)
        yield AllowedEndpoint(iri, known | ({literal} if literal else frozenset()))


def _literal(host: str) -> str:
    """Return a host that is written as an IP address, as the standard writes it; else ""."""
    try:
        return str(ip_address(host))
    except ValueError:
        return ""


def _allow_fault(text: str) -> str | None:
    try:
        allowed_endpoints(text)
    except ValueError as error:
        return str(error)
    return None


@dataclass(frozen=True)
class FederatingSettings:
    """Which other endpoints may be asked for a client, and how much of them."""

    service_allow: str = field(
        default="",
        metadata=about(
            "endpoints that SERVICE may ask, with commas between; after a space, the addresses "
            "of one that are not public; none: SERVICE is refused",
            check=_allow_fault,
        ),
    )
    service_timeout_s: float = field(
        default=20.0,
        metadata=about(
            "longest that the other endpoints of one query may take, in seconds", least=0.05
        ),
    )
    service_queries: int = field(
        default=8,
        metadata=about("queries with SERVICE answered at once, for each web process", least=1),
    )
    service_rows: int = field(
        default=20_000, metadata=about("solutions of one SERVICE group", least=1)
    )
    service_mb: int = field(
        default=16,
        metadata=about(
            "largest answer of another endpoint, and of all of one query together, in MiB", least=1
        ),
    )
    service_values: int = field(
        default=2_000,
        metadata=about(
            "values sent along with one SERVICE group; where there are more, none are", least=0
        ),
    )
    service_batch: int = field(
        default=100, metadata=about("values sent along in one request", least=1)
    )
    service_concurrency: int = field(
        default=4, metadata=about("requests at once to one host", least=1)
    )
    service_per_minute: int = field(
        default=120, metadata=about("requests a minute to one host", least=1)
    )
    service_cache_mb: int = field(
        default=16,
        metadata=about("answers of other endpoints kept, in MiB; 0 keeps none", least=0),
    )
    service_cache_s: float = field(
        default=300.0,
        metadata=about(
            "how long they are kept where the endpoint does not say, in seconds", least=0.0
        ),
    )
