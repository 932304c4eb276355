"""Say which IP addresses may be connected to for an endpoint (RFC 6890; RFC 4291, 2.5.5)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from erqi_kg.settings.federating import AllowedEndpoint

_LOOPBACK_NAMES = frozenset(("localhost", "localhost.localdomain"))
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")


def refusal(address: str, endpoint: AllowedEndpoint) -> str:
    """Return why an address may not be connected to; "" when it may.

    Args:
        address: what the endpoint's name resolved to.
        endpoint: as the operator allowed it; its own addresses need not be public.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return f"{address} is no IP address"
    if str(found) in endpoint.addresses:
        return ""
    if endpoint.host.lower() in _LOOPBACK_NAMES and found.is_loopback:
        return ""
    kind = _kind(found)
    return f"{endpoint.host} resolves to {address}, {kind}" if kind else ""


def _kind(found: IPv4Address | IPv6Address) -> str:
    """Return what forbids an address; "" when it is public."""
    if isinstance(found, IPv6Address):
        held = _held(found)
        if held is not None:
            return _kind(held) and f"which holds {held}, {_kind(held)}"
        if found.is_site_local:
            return "a site-local address"
    if found.is_loopback:
        return "a loopback address"
    if found.is_link_local:
        return "a link-local address"
    if found.is_multicast:
        return "a multicast address"
    if found.is_private or found.is_reserved or found.is_unspecified:
        return "an address that is not public"
    return "" if found.is_global else "an address that is not public"


def _held(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _COMPATIBLE and int(address) > 1:
        return IPv4Address(int(address))
    return None
