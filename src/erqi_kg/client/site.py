"""What an erqi_kg service offers beside its endpoint: its release, citations."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from erqi_kg.client.transport import Transport
from erqi_kg.errors import RemoteFailed, UsageError

_ENDPOINT = "/sparql"


@dataclass(frozen=True)
class Citation:
    """A query with its answer, kept by the service."""

    address: str
    bibtex: str


def site_of(transport: Transport) -> str:
    """Return the address of the service an endpoint is part of."""
    site = transport.endpoint.rstrip("/")
    if not site.endswith(_ENDPOINT):
        raise UsageError(
            f"only an erqi_kg service has this; its endpoint ends with {_ENDPOINT}, unlike {site}"
        )
    return site.removesuffix(_ENDPOINT)


def newest_release(transport: Transport) -> str:
    """Return the id of the release that is served now."""
    said = transport.get(f"{site_of(transport)}/healthz", "text/plain").body.decode().split()
    if len(said) < 2 or said[0] != "ok":
        raise RemoteFailed("the service does not say which release it has")
    return said[1]


def cited(transport: Transport, query: str) -> Citation:
    """Return the citation of a query's answer; the same answer has the same one."""
    form = urlencode({"query": query, **transport.parameters}).encode()
    got = transport.post(f"{site_of(transport)}/cite", form, "application/x-bibtex")
    return Citation(got.address, got.body.decode())
