"""Endpoints over TLS: the certificate is that of the name, though a checked address is used."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

from erqi_kg.federation.caller import CallError, Found, Wish, call
from erqi_kg.settings import Settings
from tests.federation.test_addresses import resolver

ANSWER = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: "


@dataclass
class Secure:
    """A server with a certificate for data.example, and the names it was asked for."""

    port: int
    authority: Path
    names: list[str | None] = field(default_factory=list)

    def asked_as(self, name: str) -> Found:
        iri = f"https://{name}:{self.port}/sparql"
        wish = Wish(iri, "SELECT ?s WHERE { ?s ?p ?o }", ("s",), 3.0, 10)
        settings = Settings(service_allow=f"{iri} 127.0.0.1")
        return call(wish, settings, resolver(["127.0.0.1"]))


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Secure]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("data.example").configure_cert(context)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        running = Secure(listener.getsockname()[1], tmp_path / "authority.pem")
        context.sni_callback = lambda connection, name, about: running.names.append(name)
        thread = threading.Thread(target=serve_one, args=(listener, context))
        thread.start()
        yield running
        thread.join()


def serve_one(listener: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = listener.accept()
    try:
        with context.wrap_socket(connection, server_side=True) as secured:
            while b"query=" not in secured.recv(65_536):
                continue
            secured.sendall(HEAD + str(len(ANSWER)).encode() + b"\r\n\r\n" + ANSWER)
    except (ssl.SSLError, OSError):
        connection.close()  # the client did not like the certificate


def test_the_certificate_is_that_of_the_name(
    secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.authority))
    assert secure.asked_as("data.example").rows == 0
    assert secure.names == ["data.example"]


def test_a_certificate_of_another_name_is_refused(
    secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.authority))
    with pytest.raises(CallError, match="certificate"):
        secure.asked_as("other.example")


def test_a_certificate_nobody_vouches_for_is_refused(secure: Secure) -> None:
    with pytest.raises(CallError, match="certificate"):
        secure.asked_as("data.example")
