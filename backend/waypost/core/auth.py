"""Tokens that let a caller write: random, kept as hashes, with scopes and an end."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from flask import request
from sqlalchemy import Column, Connection, Integer, Row, Table, Text, insert, select, update

from waypost.core.columns import JsonText, UtcDateTime, metadata
from waypost.core.edge import edge, now, reading
from waypost.core.errors import AuthenticationError, InputError, NotAllowedError, NotFoundError
from waypost.core.guest import GUEST, check_guest_token, find_secret
from waypost.core.loopback import host_of, is_loopback
from waypost.core.settings import AUTH_ANONYMOUS_WRITES, AUTH_GUEST, SERVER_CORS_ORIGINS

core_token: Final = Table(
    "core_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Column("scopes", JsonText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

PREFIX: Final = "wp_"
WRITE: Final = "write"
"""The scope that may do all that needs a token."""
SCOPES: Final = (WRITE, "facts")
_RANDOM_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the token itself is known only to whoever it was given to."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, at: datetime) -> str:
        """Return ``active``, ``expired`` or ``revoked``, as of *at*."""
        if self.revoked_at is not None and self.revoked_at <= at:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= at else "active"


def create_token(
    connection: Connection,
    name: str,
    *,
    at: datetime,
    scopes: Iterable[str] = (WRITE,),
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """Make a token, and return it with its text, which nobody can read again.

    Raises:
        InputError: A scope is unknown, or it would end before it begins.
    """
    scopes = tuple(scopes)
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise InputError("the scopes", [f"there is no scope '{unknown[0]}', only {', '.join(SCOPES)}"])
    if expires_at is not None and expires_at <= at:
        raise InputError("the end", ["it lies in the past"])
    text = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    values = {
        "name": name,
        "hash": _hash(text),
        "scopes": list(scopes),
        "created_at": at,
        "expires_at": expires_at,
    }
    number = connection.execute(insert(core_token).values(values).returning(core_token.c.id)).scalar_one()
    return Token(number, name, scopes, at, expires_at), text


def list_tokens(connection: Connection) -> list[Token]:
    """Return every token ever made, oldest first."""
    return [_token(row) for row in connection.execute(select(core_token).order_by(core_token.c.id))]


def revoke_token(connection: Connection, number: int, *, at: datetime) -> Token:
    """End the token with the id *number* at once, and return it. One that was revoked stays as it was.

    Raises:
        NotFoundError: There is no such token.
    """
    table = core_token.c
    statement = update(core_token).where(table.id == number, table.revoked_at.is_(None))
    connection.execute(statement.values(revoked_at=at))
    row = connection.execute(select(core_token).where(table.id == number)).one_or_none()
    if row is None:
        raise NotFoundError("token", number)
    return _token(row)


def authenticate(connection: Connection, text: str, at: datetime) -> Token:
    """Return the token whose text is *text*.

    Raises:
        AuthenticationError: There is none, it has expired, or it was revoked.
    """
    digest = _hash(text)
    row = connection.execute(select(core_token).where(core_token.c.hash == digest)).one_or_none()
    # The database compared hashes of 256 random bits, so that its timing tells nothing of use; comparing
    # once more in constant time leaves nothing to argue about.
    if row is None or not hmac.compare_digest(row.hash, digest):
        raise AuthenticationError("the token is not known")
    token = _token(row)
    state = token.state(at)
    if state != "active":
        raise AuthenticationError(f"the token is {state}")
    return token


def require_token(scope: str) -> Token:
    """Return the token of this request: one of ours, a guest's, or what stands for none where nobody needs one.

    One that may write may do what each other scope allows.

    Raises:
        AuthenticationError: It carries none that is valid.
        NotAllowedError: The token lacks *scope*.
    """
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        token = _anonymous()
    elif _is_signed(text):
        token = _guest(text.strip())
    else:
        with reading() as connection:
            token = authenticate(connection, text.strip(), now())
    if scope not in token.scopes and WRITE not in token.scopes:
        raise NotAllowedError(f"the token '{token.name}' lacks the scope '{scope}'")
    return token


def _anonymous() -> Token:
    if not edge().settings[AUTH_ANONYMOUS_WRITES]:
        raise AuthenticationError("this needs a token: send 'Authorization: Bearer wp_…'")
    # A page of another site reaches this machine too, through the browser of whoever looks at it; the browser
    # tells whose page it is, and under which name it was sent here.
    origin = request.headers.get("Origin")
    if not is_loopback(request_host()):
        raise AuthenticationError(f"without a token only this machine writes, not '{request_host()}'")
    if origin is not None and not _is_trusted(origin):
        raise AuthenticationError(f"without a token only this machine writes, not a page of '{origin}'")
    return Token(0, "anonymous", (WRITE,), now())


def _is_trusted(origin: str) -> bool:
    return origin in edge().settings[SERVER_CORS_ORIGINS] or is_loopback(host_of(origin))


def _guest(text: str) -> Token:
    if not edge().settings[AUTH_GUEST]:
        raise AuthenticationError(f"guests do not sign in here: '{AUTH_GUEST.name}' is false")
    with reading() as connection:
        secret = find_secret(connection)
    if secret is None:
        raise AuthenticationError("the token is not known")
    check_guest_token(secret, text, now())
    return Token(0, GUEST, (WRITE,), now())


def request_host() -> str:
    """Return the host that this request was sent to, as the client names it, without the port."""
    return host_of(f"//{request.host}")


def _is_signed(text: str) -> bool:
    """Tell a JSON Web Token from one of ours, which has no dots."""
    return not text.strip().startswith(PREFIX) and text.count(".") == 2  # noqa: PLR2004 - its three parts


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(row.id, row.name, tuple(row.scopes), row.created_at, row.expires_at, row.revoked_at)
