"""Connect to an endpoint: its name is resolved once, each address checked, and that one used.

The connection goes to the checked address itself, so that a name that resolves otherwise a moment
later leads nowhere else; `Host` and the TLS name stay those of the endpoint.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from erqi_kg.federation.addresses import refusal
from erqi_kg.settings.federating import AllowedEndpoint

Resolve: TypeAlias = Callable[[str, int], Sequence[tuple[Any, Any, Any, Any, Any]]]


class AddressRefused(Exception):
    """The endpoint's name leads where nobody is sent."""


def resolve_name(host: str, port: int) -> Sequence[tuple[Any, Any, Any, Any, Any]]:
    """Return the addresses of a name, as the system has them."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class CheckedConnection(http.client.HTTPConnection):
    """An HTTP connection to an allowed endpoint."""

    def __init__(
        self, endpoint: AllowedEndpoint, timeout_s: float, resolve: Resolve = resolve_name
    ) -> None:
        super().__init__(endpoint.host, endpoint.port, timeout=timeout_s)
        self.endpoint = endpoint
        self._resolve = resolve
        self._is_secure = endpoint.iri.startswith("https:")
        self.default_port = 443 if self._is_secure else 80

    def connect(self) -> None:
        """Connect to a checked address.

        Raises:
            AddressRefused: an address of the endpoint is not public, nor named by the operator.
            OSError: none of them answers.
        """
        found = self._resolve(self.endpoint.host, self.endpoint.port)
        for *_, place in found:
            refused = refusal(str(place[0]), self.endpoint)
            if refused:
                raise AddressRefused(refused)
        self.sock = self._first_of(found)
        if self._is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.endpoint.host)

    def _first_of(self, found: Sequence[tuple[Any, Any, Any, Any, Any]]) -> socket.socket:
        failure = OSError("the name has no address")
        for family, kind, protocol, _, place in found:
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(self.timeout)
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as http.client does
                made.connect(place)
            except OSError as error:
                made.close()
                failure = error
                continue
            return made
        raise failure
