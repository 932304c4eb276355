"""Who may write: the bearer of the operator's token (RFC 6750, 2.1 and 3)."""

from __future__ import annotations

import hmac

from flask import Request

from erqi_kg.errors import Forbidden, Unauthorized
from erqi_kg.settings import Settings, variable_name

REALM = "erqi-kg"
WRITING_IS_OFF = (
    "Writing is off on this server: it answers queries only. Its operator turns it on with "
    f"{variable_name('update_token')}."
)


def check_may_write(request: Request, settings: Settings) -> None:
    """Let a request pass that bears the token.

    Raises:
        Forbidden: writing is off.
        Unauthorized: the token is missing or wrong.
    """
    if settings.update_token is None:
        raise Forbidden(WRITING_IS_OFF)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise _unauthorized("Send the operator's token: Authorization: Bearer <token>.", "")
    if not hmac.compare_digest(given.strip().encode(), settings.update_token.encode()):
        raise _unauthorized("The token is not the one of this server.", 'error="invalid_token"')


def _unauthorized(detail: str, error: str) -> Unauthorized:
    challenge = ", ".join(filter(None, [f'Bearer realm="{REALM}"', error]))
    return Unauthorized(detail, headers={"WWW-Authenticate": challenge})
