"""Tell who a client is, behind reverse proxies too, so that each can have its fair share."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from erqi_kg.errors import UsageError
from erqi_kg.settings import variable_name

Networks: TypeAlias = tuple[IPv4Network | IPv6Network, ...]
_OF_ONE_CLIENT = 64
"""Bits of an IPv6 address that tell clients apart: whoever has one address has 2^64 of them."""


def trusted_networks(setting: str) -> Networks:
    """Read the addresses and networks of reverse proxies.

    Raises:
        UsageError: one of them is none.
    """
    try:
        return tuple(ip_network(part.strip()) for part in setting.split(",") if part.strip())
    except ValueError as error:
        raise UsageError(f"{variable_name('trusted_proxy')}: {error}") from error


@lru_cache(maxsize=4096)
def client_of(remote: str, forwarded: str, trusted: Networks) -> str:
    """Return who sent a request.

    Args:
        remote: the address at the other end of the connection.
        forwarded: the X-Forwarded-For header: each proxy adds whom it answers at the end.
        trusted: proxies that are believed.
    """
    client = remote
    for named in reversed(forwarded.split(",") if trusted else []):
        if not _is_trusted(client, trusted):
            break
        client = named.strip() or client
    return _share_of(client)


def _is_trusted(address: str, trusted: Networks) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in trusted)


def _share_of(client: str) -> str:
    try:
        address = ip_address(client)
    except ValueError:
        return client[:64]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((int(address), _OF_ONE_CLIENT), strict=False))
    return client
