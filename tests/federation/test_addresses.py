"""What a name resolves to is checked, and only that is connected to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from erqi_kg.errors import UsageError
from erqi_kg.federation.addresses import refusal
from erqi_kg.federation.caller import CallError, Wish, call
from erqi_kg.settings import Settings
from erqi_kg.settings.federating import AllowedEndpoint, allowed_endpoints
from tests.federation.conftest import THERE
from tests.federation.remotes import Remote, Reply, answers_from, running_remote

NAMED = AllowedEndpoint("http://data.example/sparql")
FORBIDDEN = [
    *("127.0.0.1", "127.0.0.2", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1"),
    *("192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("::ffff:169.254.169.254", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1"),
    *("fd00:ec2::254", "ff02::1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "2001:db8::1", "2001:0:7f00:1::", "nonsense", "127.1"),
]
PUBLIC = ["8.8.8.8", "91.198.174.192", "2620:0:862:ed1a::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refusal(address, NAMED)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_taken(address: str) -> None:
    assert refusal(address, NAMED) == ""


@pytest.mark.parametrize(
    ("setting", "address", "is_taken"),
    [
        ("http://127.0.0.1:8080/sparql", "127.0.0.1", True),
        ("http://127.0.0.1:8080/sparql", "127.0.0.2", False),
        ("http://[::1]/sparql", "::1", True),
        ("http://[::1]/sparql", "127.0.0.1", False),
        ("http://localhost/sparql", "127.0.0.1", True),
        ("http://localhost/sparql", "10.0.0.1", False),
        ("http://localhost.example/sparql", "127.0.0.1", False),
        ("http://inner.example/sparql 10.1.2.3 fd00::7", "10.1.2.3", True),
        ("http://inner.example/sparql 10.1.2.3 fd00::7", "fd00::7", True),
        ("http://inner.example/sparql 10.1.2.3", "10.1.2.4", False),
        ("http://2130706433/sparql", "127.0.0.1", False),
        ("http://0x7f.1/sparql", "127.0.0.1", False),
    ],
)
def test_the_operator_lets_one_address_in_by_naming_it(
    setting: str, address: str, is_taken: bool
) -> None:
    (endpoint,) = allowed_endpoints(setting)
    assert (refusal(address, endpoint) == "") is is_taken


@pytest.mark.parametrize(
    "setting",
    [
        *("ftp://a.example/", "a.example/sparql", "http://u:p@a.example/", "http:///sparql"),
        *("http://a.example/\\x", "http://a.example/ nowhere", "http://a.example:0/"),
        "http://a b/",
    ],
)
def test_a_wrong_endpoint_in_the_setting_is_named(setting: str) -> None:
    with pytest.raises(UsageError, match="ERQI_SERVICE_ALLOW"):
        Settings.load({"ERQI_SERVICE_ALLOW": setting})


@pytest.fixture
def canary() -> Iterator[Remote]:
    with running_remote(answers_from(THERE)) as running:
        yield running


def wish(endpoint: str, seconds: float = 2.0) -> Wish:
    return Wish(endpoint, "SELECT ?s WHERE { ?s <http://w/size> 1 }", ("s",), seconds, 100)


def resolver(*turns: list[str]):  # type: ignore[no-untyped-def]
    """A resolver that answers otherwise each time, as a name does that is bound anew."""
    left = list(turns)

    def resolve(host: str, port: int) -> list[tuple[object, ...]]:
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [
            (
                socket.AF_INET6 if ip_address(one).version == 6 else socket.AF_INET,
                socket.SOCK_STREAM, 6, "", (one, port),
            )
            for one in addresses
        ]  # fmt: skip

    return resolve


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_to_loopback_is_not_followed(canary: Remote, address: str) -> None:
    endpoint = f"http://data.example:{canary.port}/sparql"
    with pytest.raises(CallError, match="it is refused"):
        call(wish(endpoint), Settings(service_allow=endpoint), resolver([address]))
    assert canary.connections == 0


def test_one_forbidden_address_among_public_ones_is_enough(canary: Remote) -> None:
    endpoint = f"http://data.example:{canary.port}/sparql"
    with pytest.raises(CallError, match="loopback"):
        call(wish(endpoint), Settings(service_allow=endpoint), resolver(["8.8.8.8", "127.0.0.1"]))
    assert canary.connections == 0


def test_a_name_is_resolved_once_and_the_checked_address_is_used(canary: Remote) -> None:
    """The name is bound to another address between the check and the connection."""
    endpoint = f"http://data.example:{canary.port}/sparql"
    asked: list[str] = []
    inner = resolver(["127.0.0.3"], ["127.0.0.1"])

    def resolve(host: str, port: int) -> list[tuple[object, ...]]:
        asked.append(host)
        return inner(host, port)

    with pytest.raises(CallError, match="cannot be asked"):  # nothing listens at 127.0.0.3
        call(wish(endpoint), Settings(service_allow=f"{endpoint} 127.0.0.3"), resolve)
    assert asked == ["data.example"]
    assert canary.connections == 0


def test_the_host_stays_that_of_the_endpoint(canary: Remote) -> None:
    endpoint = f"http://data.example:{canary.port}/sparql"
    settings = Settings(service_allow=f"{endpoint} 127.0.0.1", contact="mailto:a@example.org")
    found = call(wish(endpoint), settings, resolver(["127.0.0.1"]))
    assert found.lines == "(<http://w/1>)\n"
    (heard,) = canary.heard
    assert heard["host"] == f"data.example:{canary.port}"
    assert heard["user-agent"].startswith("erqi-kg/")
    assert "mailto:a@example.org" in heard["user-agent"]
    assert heard["accept"].startswith("application/sparql-results+json")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_leads_nowhere_that_is_not_allowed(canary: Remote, status: int) -> None:
    def away(query: str) -> Reply:
        return Reply(status=status, headers={"Location": canary.url})

    with running_remote(away) as remote, pytest.raises(CallError, match="does not allow"):
        call(wish(remote.url), Settings(service_allow=remote.url))
    assert canary.connections == 0


@pytest.mark.parametrize(
    "location", ["//127.0.0.1:PORT/", "/elsewhere", "", "http://[bad", "\\\\x"]
)
def test_odd_redirects_are_not_followed(canary: Remote, location: str) -> None:
    def away(query: str) -> Reply:
        place = location.replace("PORT", str(canary.port))
        return Reply(status=302, headers={"Location": place})

    with running_remote(away) as remote:
        with pytest.raises(CallError):
            call(wish(remote.url), Settings(service_allow=remote.url))
        assert remote.connections <= 4
    assert canary.connections == 0


def test_a_redirect_to_an_allowed_endpoint_is_followed_and_checked_again(canary: Remote) -> None:
    with running_remote(lambda query: Reply(status=307, headers={"Location": canary.url})) as old:
        found = call(wish(old.url), Settings(service_allow=f"{old.url}, {canary.url}"))
    assert found.rows == 1
    named = f"http://data.example:{canary.port}/sparql"
    before = canary.connections
    with running_remote(lambda query: Reply(status=307, headers={"Location": named})) as old:
        both = Settings(service_allow=f"{old.url}, {named}")
        with pytest.raises(CallError, match="loopback"):
            call(wish(old.url), both, resolver(["127.0.0.1"]))
    assert canary.connections == before


def test_a_redirect_that_never_ends_is_left(canary: Remote) -> None:
    canary.answer = lambda query: Reply(status=302, headers={"Location": canary.url})
    with pytest.raises(CallError, match="for ever"):
        call(wish(canary.url), Settings(service_allow=canary.url))
    assert canary.connections == 4
