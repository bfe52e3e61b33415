"""Guests: short-lived signed tokens for a Backstage frontend on the same machine."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Column, Connection, Table, Text, select

from waypost.core.columns import insert_into, metadata
from waypost.core.errors import AuthenticationError

core_secret: Final = Table(
    "core_secret",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# Whom Backstage's own guest provider signs in, and for how long.
GUEST: Final = "user:development/guest"
LIFETIME: Final = timedelta(hours=1)
_SECRET: Final = "guest"  # noqa: S105 - its name in the table.
_FIND: Final = select(core_secret.c.value).where(core_secret.c.name == _SECRET)
_RANDOM_BYTES: Final = 32


def find_secret(connection: Connection) -> str | None:
    """Return what guests' tokens are signed with, None before anybody signed in as a guest."""
    return connection.execute(_FIND).scalar_one_or_none()


def make_secret(connection: Connection) -> str:
    """Return what guests' tokens are signed with; it is made where there is none, one for all workers."""
    found = find_secret(connection)
    if found is not None:
        return found
    made = insert_into(connection, core_secret).values(
        name=_SECRET, value=secrets.token_urlsafe(_RANDOM_BYTES)
    )
    # Where another worker makes one at the same moment, the first to be kept counts.
    connection.execute(made.on_conflict_do_nothing())
    value: str = connection.execute(_FIND).scalar_one()
    return value


def issue_guest_token(secret: str, at: datetime) -> str:
    """Return a token of the guest that ends after an hour: a JSON Web Token, as Backstage's frontend reads it."""
    issued = int(at.timestamp())
    claims = {
        "iss": "waypost",
        "sub": GUEST,
        "ent": [GUEST],
        "aud": "backstage",
        "iat": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
    }
    signed = f"{_HEADER}.{_encode(orjson.dumps(claims))}"
    return f"{signed}.{_sign(secret, signed)}"


def check_guest_token(secret: str, text: str, at: datetime) -> None:
    """Return where *text* is a token of the guest that has not ended.

    Raises:
        AuthenticationError: It is not, or it has.
    """
    signed, _, signature = text.rpartition(".")
    # The signature is looked at first: whatever it covers was written above.
    if not hmac.compare_digest(signature.encode(), _sign(secret, signed).encode()):
        raise AuthenticationError("the token is not known")
    claims: dict[str, Any] = orjson.loads(urlsafe_b64decode(signed.partition(".")[2] + "=="))
    if claims["exp"] <= at.timestamp():
        raise AuthenticationError("the token is expired")


def _sign(secret: str, text: str) -> str:
    return _encode(hmac.digest(secret.encode(), text.encode(), "sha256"))


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


_HEADER: Final = _encode(orjson.dumps({"typ": "vnd.backstage.user", "alg": "HS256"}))
