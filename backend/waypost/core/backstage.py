"""What Backstage's frontend asks beside the plugins: to sign a guest in, and who may do what."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask import Flask
from marshmallow import EXCLUDE, fields

from waypost.core.answers import Reply, answers
from waypost.core.auth import request_host, require_token
from waypost.core.edge import edge, now, reading, writing
from waypost.core.errors import AuthenticationError, NotAllowedError, NotFoundError
from waypost.core.guest import GUEST, LIFETIME, find_secret, issue_guest_token, make_secret
from waypost.core.loopback import is_loopback
from waypost.core.schemas import WireSchema
from waypost.core.settings import AUTH_GUEST

_READS: Final = frozenset({"tech-insights.check.run"})
"""Permissions whose action says "update", though nothing is changed here by what they allow."""
_NOT_KEPT: Final = (("Cache-Control", "no-store"),)


class _UserSchema(WireSchema):
    """Whom the token speaks for."""

    type = fields.Constant("user")
    user_entity_ref = fields.String(required=True)
    ownership_entity_refs = fields.List(fields.String(), required=True)


class _BackstageIdentitySchema(WireSchema):
    """A token, and whom it speaks for."""

    token = fields.String(required=True)
    expires_in_seconds = fields.Integer(required=True)
    identity = fields.Nested(_UserSchema, required=True)


class SessionSchema(WireSchema):
    """Who is signed in, as Backstage's frontend keeps it."""

    profile = fields.Dict(required=True)
    backstage_identity = fields.Nested(_BackstageIdentitySchema, required=True)


class _AttributesSchema(WireSchema):
    """What a permission is about."""

    class Meta:
        """What is not looked at may be there."""

        unknown = EXCLUDE

    action = fields.String()


class _PermissionSchema(WireSchema):
    """A permission of a plugin of Backstage's."""

    class Meta:
        """What is not looked at may be there."""

        unknown = EXCLUDE

    name = fields.String()
    attributes = fields.Nested(_AttributesSchema, load_default=dict)


class _QuestionSchema(WireSchema):
    """Whether the caller has a permission."""

    class Meta:
        """What is not looked at may be there."""

        unknown = EXCLUDE

    id = fields.String(required=True)
    permission = fields.Nested(_PermissionSchema, required=True)


class QuestionsSchema(WireSchema):
    """What the caller wants to know."""

    items = fields.List(fields.Nested(_QuestionSchema), required=True)


class _VerdictSchema(WireSchema):
    """The answer to one question."""

    id = fields.String(required=True)
    result = fields.String(required=True)


class VerdictsSchema(WireSchema):
    """The answers, one for each question."""

    items = fields.List(fields.Nested(_VerdictSchema), required=True)


def mount_backstage(app: Flask) -> None:
    """Add the routes to *app*."""
    app.add_url_rule("/api/auth/guest/refresh", "guest", sign_in_guest, methods=["GET", "POST"])
    app.add_url_rule("/api/permission/authorize", "authorize", authorize, methods=["POST"])


@answers(SessionSchema, raw=True, errors=[NotAllowedError, NotFoundError])
def sign_in_guest() -> Reply:
    """Sign the caller in as a guest for an hour, where the setting ``auth.guest`` allows it."""
    if not edge().settings[AUTH_GUEST]:
        raise NotFoundError("sign-in provider", "guest")
    host = request_host()
    # A page of another site reaches this machine under a name of its own, which its browser tells.
    if not is_loopback(host):
        raise NotAllowedError(f"guests sign in on this machine alone, at localhost, not at '{host}'")
    with reading() as connection:
        secret = find_secret(connection)
    if secret is None:
        with writing() as connection:
            secret = make_secret(connection)
    return Reply(orjson.dumps(_session(issue_guest_token(secret, now()))), headers=_NOT_KEPT)


def _session(token: str) -> dict[str, Any]:
    return {
        "profile": {},
        "backstageIdentity": {
            "token": token,
            "expiresInSeconds": int(LIFETIME.total_seconds()),
            "identity": {"type": "user", "userEntityRef": GUEST, "ownershipEntityRefs": [GUEST]},
        },
    }


@answers(VerdictsSchema, body=QuestionsSchema)
def authorize(body: dict[str, Any]) -> dict[str, Any]:
    """Tell which permissions the caller has: to read anything, and to write what its token may."""
    allowed = {"read"} if not _may_write() else {"read", "create", "update", "delete", None}

    def judge(permission: dict[str, Any]) -> str:
        is_read = permission.get("name") in _READS
        return "ALLOW" if is_read or permission["attributes"].get("action") in allowed else "DENY"

    return {"items": [{"id": item["id"], "result": judge(item["permission"])} for item in body["items"]]}


def _may_write() -> bool:
    try:
        require_token("write")
    except (AuthenticationError, NotAllowedError):
        return False
    return True
