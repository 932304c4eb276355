from __future__ import annotations

import socket
import time

import pytest

from erqi_kg.errors import UsageError
from erqi_kg.web.http.clients import client_of, trusted_networks
from erqi_kg.web.http.presence import Presence, connections_from


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "client"),
    [
        ("192.0.2.1", "", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", "", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.9", "10.0.0.0/8", "198.51.100.9"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.9, 10.0.0.2", "10.0.0.0/8", "198.51.100.9"),
        ("10.0.0.1", "", "10.0.0.1", "10.0.0.1"),
        ("192.0.2.1", "198.51.100.9", "10.0.0.1, ::1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "", "", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:9::9", "", "", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", "", "192.0.2.1"),
        ("10.0.0.1", "x" * 500, "10.0.0.1", "x" * 64),
        ("", "", "", ""),
    ],
)
def test_a_client_is_told_behind_proxies_that_are_trusted_only(
    remote: str, forwarded: str, trusted: str, client: str
) -> None:
    assert client_of(remote, forwarded, trusted_networks(trusted)) == client


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(UsageError, match="ERQI_TRUSTED_PROXY"):
        trusted_networks("10.0.0.1, proxy.example")


@pytest.fixture
def pair() -> tuple[socket.socket, socket.socket]:
    """A client's end and ours of a connection that bytes came in on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    theirs.sendall(b"GET")
    ours.recv(3)
    return theirs, ours


def test_a_client_is_there_until_it_closes(pair: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = pair
    presence = Presence("127.0.0.1")
    assert presence.is_there()
    theirs.close()
    time.sleep(0.02)
    assert not presence.is_there()
    ours.close()
    assert not presence.is_there()


def test_a_client_whose_connection_is_not_known_is_taken_to_be_there(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    theirs, ours = pair
    time.sleep(0.2)
    late = Presence("127.0.0.1")
    assert late.is_there()
    assert list(connections_from("127.0.0.1"))
    theirs.close()
    ours.close()
    assert not late.is_there()  # nobody at all is there any more
    assert not list(connections_from("127.0.0.1"))
