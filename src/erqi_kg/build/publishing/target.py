"""A remote graph store and its query endpoint (SPARQL 1.1 Graph Store HTTP Protocol)."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from erqi_kg import __version__
from erqi_kg.errors import RemoteFailed, RemoteUnavailable
from erqi_kg.settings import Settings

_TRIPLES = "application/n-triples"
_JSON = "application/sparql-results+json"
_AGAIN = frozenset((429, 502, 503, 504))
_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0)
_LONGEST_WAIT_S = 60.0
_MOST_CHARACTERS = 300

Sleep = Callable[[float], None]


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def authentication(settings: Settings) -> AuthBase | None:
    """Return how this service says who it is at the remote endpoint."""
    if settings.remote_token is not None:
        return _Bearer(settings.remote_token)
    if settings.remote_user is None:
        return None
    kind = HTTPDigestAuth if settings.remote_auth == "digest" else HTTPBasicAuth
    return kind(settings.remote_user, settings.remote_password or "")


@dataclass
class Target:
    """Where a release is published to.

    Args:
        store_url: the graph store.
        query_url: answers queries over the same graphs.
        auth: how we say who we are.
        patience_s: longest wait for an answer to one request.
        sleep: waits between attempts.
    """

    store_url: str
    query_url: str
    auth: AuthBase | None = None
    patience_s: float = 600.0
    sleep: Sleep = time.sleep
    takes_gzip: bool = False

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.auth = self.auth
        self._session.headers["User-Agent"] = f"erqi-kg/{__version__}"
        self._session.trust_env = False  # a .netrc must not add a password of its own

    @property
    def name(self) -> str:
        """Return the host and port."""
        return urlsplit(self.store_url).netloc

    def replace(self, graph: str, body: bytes) -> None:
        """Make a graph hold these N-Triples and nothing else."""
        self._write("PUT", graph, body)

    def add(self, graph: str, body: bytes) -> None:
        """Add N-Triples to a graph."""
        self._write("POST", graph, body)

    def remove(self, graph: str) -> None:
        """Remove a graph, unless it is gone already."""
        self._send("DELETE", self.store_url, (404,), params={"graph": graph})

    def count(self, graph: str) -> int:
        """Return how many triples a graph has."""
        text = f"SELECT (COUNT(*) AS ?count) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        return int(self.solutions(text)[0]["count"])

    def solutions(self, text: str) -> list[dict[str, str]]:
        """Return the solutions of a query.

        Raises:
            RemoteFailed: it is not answered as SPARQL 1.1 says.
        """
        answer = self._send("POST", self.query_url, data={"query": text}, accept=_JSON)
        try:
            bindings = answer.json()["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in bindings]
        except (ValueError, KeyError, TypeError) as error:
            raise RemoteFailed(f"{urlsplit(self.query_url).netloc} sent no SPARQL JSON.") from error

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _write(self, method: str, graph: str, body: bytes) -> None:
        headers = {"Content-Type": _TRIPLES}
        if self.takes_gzip:
            body, headers["Content-Encoding"] = gzip.compress(body, 4, mtime=0), "gzip"
        self._send(method, self.store_url, params={"graph": graph}, data=body, headers=headers)

    def _send(
        self,
        method: str,
        url: str,
        allowed: tuple[int, ...] = (),
        *,
        accept: str = "*/*",
        headers: dict[str, str] | None = None,
        **what: Any,
    ) -> requests.Response:
        """Send a request, again where that may help.

        Raises:
            RemoteUnavailable: it cannot be reached, or is busy, after several attempts.
            RemoteFailed: it refuses.
        """
        name, fault = urlsplit(url).netloc, ""
        for wait_s in (*_WAITS_S, None):
            try:
                answer = self._session.request(
                    method,
                    url,
                    headers={"Accept": accept} | (headers or {}),
                    timeout=(10, self.patience_s),
                    allow_redirects=False,
                    **what,
                )
            except requests.RequestException as error:
                fault = type(error).__name__
            else:
                if 200 <= answer.status_code < 300 or answer.status_code in allowed:
                    return answer
                if answer.status_code not in _AGAIN:
                    raise _refused(name, method, answer)
                fault = f"it answers {answer.status_code}"
                wait_s = _asked_wait_s(answer, wait_s)
            if wait_s is not None:
                self.sleep(wait_s)
        raise RemoteUnavailable(
            f"{name} cannot be published to ({method}: {fault}); run `erqi-kg publish` again, "
            "it goes on where it stopped"
        )


def _asked_wait_s(answer: requests.Response, wait_s: float | None) -> float | None:
    asked = answer.headers.get("Retry-After", "")
    if wait_s is None or not asked.isdecimal():
        return wait_s
    return min(max(wait_s, float(asked)), _LONGEST_WAIT_S)


def _refused(name: str, method: str, answer: requests.Response) -> RemoteFailed:
    status = answer.status_code
    if 300 <= status < 400:
        return RemoteFailed(f"{name} leads elsewhere, and redirects are not followed.")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return RemoteFailed(
            f"{name} does not let us {method} ({status}): set ERQI_REMOTE_USER, "
            "ERQI_REMOTE_PASSWORD and ERQI_REMOTE_AUTH, or ERQI_REMOTE_TOKEN"
        )
    words = " ".join(answer.text.split())[:_MOST_CHARACTERS]
    return RemoteFailed(f"{name} refuses {method} ({status}): {words}")
