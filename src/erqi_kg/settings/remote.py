"""The SPARQL endpoint that is asked instead of the embedded store, and published to."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from erqi_kg.settings.definition import about

_SCHEMES = ("basic", "digest")


def _url_fault(text: str) -> str | None:
    """Say what is wrong with an endpoint's URL, without repeating what may be a password."""
    try:
        parts = urlsplit(text)
        port_is_right = parts.port != 0
    except ValueError:
        return "this is no URL"
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_right:
        return "this is no http(s) URL with a host"
    if parts.username is not None or parts.password is not None:
        return "leave the user out of the URL; ERQI_REMOTE_USER and ERQI_REMOTE_PASSWORD name it"
    return "leave out the part after #" if parts.fragment else None


def _scheme_fault(text: str) -> str | None:
    return None if text in _SCHEMES else f"{text!r} is neither {' nor '.join(_SCHEMES)}"


@dataclass(frozen=True)
class RemoteSettings:
    """The SPARQL endpoint that is asked instead of the embedded store, and published to."""

    remote_query_url: str | None = field(
        default=None,
        metadata=about(
            "SPARQL 1.1 endpoint that is asked instead of the embedded store", check=_url_fault
        ),
    )
    remote_update_url: str | None = field(
        default=None,
        metadata=about("where it takes updates; without it none are passed on", check=_url_fault),
    )
    remote_store_url: str | None = field(
        default=None,
        metadata=about(
            "its graph store (SPARQL 1.1 Graph Store Protocol), for `erqi-kg publish` and for "
            "graphs that clients write",
            check=_url_fault,
        ),
    )
    remote_user: str | None = field(
        default=None, metadata=about("name this service has at the remote endpoint")
    )
    remote_password: str | None = field(
        default=None, repr=False, metadata=about("password that goes with it")
    )
    remote_auth: str = field(
        default="basic",
        metadata=about("how they are sent: basic or digest", check=_scheme_fault),
    )
    remote_token: str | None = field(
        default=None,
        repr=False,
        metadata=about("bearer token for the remote endpoint, instead of name and password"),
    )
    remote_connections: int = field(
        default=8,
        metadata=about("queries asked of it at once, for each web process", least=1),
    )
    remote_connect_s: float = field(
        default=3.0, metadata=about("longest wait for a connection to it, in seconds", least=0.05)
    )
