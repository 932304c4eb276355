"""The server looks before it listens."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from erqi_kg.errors import StoreError, UsageError
from erqi_kg.settings import Settings
from erqi_kg.web.announcement import site_address
from erqi_kg.web.server import check_address, serve


def test_a_port_in_use_is_named_with_its_setting() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=rf"port {port}.*ERQI_PORT"):
            check_address("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(UsageError, match=r"192\.0\.2\.1"):
        check_address("192.0.2.1", 7878)


def test_without_a_release_nothing_is_started(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="erqi-kg build"):
        serve(Settings(store_dir=tmp_path))


def test_a_host_without_an_address_is_named_with_its_setting() -> None:
    with pytest.raises(UsageError, match=r"nonsense\.invalid.*ERQI_HOST"):
        check_address("nonsense.invalid", 7878)


def test_a_host_name_is_listened_to_by_its_address() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert check_address("localhost", port) in ("127.0.0.1", "::1")


@pytest.mark.parametrize(
    ("address", "page"),
    [("127.0.0.1", "http://127.0.0.1:7878/"), ("::1", "http://[::1]:7878/")],
)
def test_the_address_of_the_site_can_be_opened(address: str, page: str) -> None:
    assert site_address(address, 7878) == page
