"""Say to a remote endpoint who we are: Basic, Digest (RFC 7616, 7617) or a bearer token."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from erqi_kg.settings import Settings


@dataclass(frozen=True)
class Credentials:
    """What the operator was given for the remote endpoint; never shown, never logged."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    scheme: str = "basic"

    @classmethod
    def of(cls, settings: Settings) -> Credentials:
        """Return the credentials of the settings."""
        return cls(
            settings.remote_user,
            settings.remote_password,
            settings.remote_token,
            settings.remote_auth,
        )

    def at_once(self) -> str | None:
        """Return the Authorization that is sent without being asked for it."""
        if self.token is not None:
            return f"Bearer {self.token}"
        if self.user is None or self.scheme != "basic":
            return None
        pair = f"{self.user}:{self.password or ''}".encode()
        return f"Basic {base64.b64encode(pair).decode('ascii')}"

    def answer_to(self, challenge: str, method: str, url: str) -> str | None:
        """Return the Authorization that a challenge asks for; None when it asks for another.

        Args:
            challenge: the WWW-Authenticate header.
            method: of the request.
            url: whole, of the request.
        """
        scheme, _, parameters = challenge.partition(" ")
        if self.user is None or self.scheme != "digest" or scheme.lower() != "digest":
            return None
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, self.user, self.password or "")
        asked = parse_keqv_list(list(filter(None, parse_http_list(parameters))))
        try:
            value = AbstractDigestAuthHandler(passwords).get_authorization(
                Request(url, method=method), asked
            )
        except (KeyError, ValueError):
            return None
        return None if value is None else f"Digest {value}"
