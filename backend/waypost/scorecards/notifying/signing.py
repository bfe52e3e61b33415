"""Signatures of webhooks, by the scheme of Standard Webhooks."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from waypost.core.errors import SettingError

PREFIX: Final = "whsec_"
_BYTES: Final = 32
_FEWEST, _MOST = 24, 64


def new_secret() -> str:
    """Return a new secret, random."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def read_secrets(variable: str, environment: Mapping[str, str]) -> list[bytes]:
    """Return the secrets that *variable* of *environment* holds, with blanks between.

    Raises:
        SettingError: There is none, or one that cannot be. Tells nothing of it.
    """
    found = [_key(text) for text in environment.get(variable, "").split()]
    if not found:
        raise SettingError(f"the environment variable {variable} holds no secret")
    if None in found:
        raise SettingError(
            f"the environment variable {variable} must hold {PREFIX} and {_FEWEST} to {_MOST} bytes in base64;"
            " 'waypost webhook secret' makes one"
        )
    return [key for key in found if key is not None]


def _key(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return None
    return key if text.startswith(PREFIX) and _FEWEST <= len(key) <= _MOST else None


def signed_headers(number: str, body: bytes, at: datetime, keys: list[bytes]) -> dict[str, str]:
    """Return the headers that sign *body*, the message *number*, as sent *at*: once with each of *keys*."""
    seconds = str(int(at.timestamp()))
    signed = b".".join([number.encode(), seconds.encode(), body])
    signatures = [base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys]
    return {
        "webhook-id": number,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
