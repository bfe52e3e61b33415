from __future__ import annotations

from datetime import timedelta

import click
import pytest
from sqlalchemy import Connection, select

import build
from waypost.core import commands
from waypost.core.auth import (
    SCOPES,
    Token,
    authenticate,
    core_token,
    create_token,
    list_tokens,
    revoke_token,
)
from waypost.core.errors import AuthenticationError, InputError, NotFoundError

DAY = timedelta(days=1)


def test_a_token_is_known_by_its_text(connection: Connection) -> None:
    made, text = create_token(connection, "ci", at=build.NOON)

    assert text.startswith("wp_")
    assert authenticate(connection, text, build.NOON) == made
    assert made == Token(made.id, "ci", ("write",), build.NOON)


def test_only_the_hash_of_a_token_is_kept(connection: Connection) -> None:
    _, text = create_token(connection, "ci", at=build.NOON)

    row = connection.execute(select(core_token)).one()

    assert text not in str(row)
    assert text.removeprefix("wp_") not in str(row)


@pytest.mark.parametrize("change", ["", "x", "cut"])
def test_another_text_is_refused(connection: Connection, change: str) -> None:
    _, text = create_token(connection, "ci", at=build.NOON)
    other = {"": "", "x": text + "x", "cut": text[:-1]}[change]

    with pytest.raises(AuthenticationError, match="not known"):
        authenticate(connection, other, build.NOON)


def test_a_token_ends_when_it_says(connection: Connection) -> None:
    made, text = create_token(connection, "ci", at=build.NOON, expires_at=build.NOON + DAY)

    assert authenticate(connection, text, build.NOON + DAY - timedelta(seconds=1)) == made
    with pytest.raises(AuthenticationError, match="expired"):
        authenticate(connection, text, build.NOON + DAY)


def test_a_revoked_token_is_refused_and_stays_revoked(connection: Connection) -> None:
    made, text = create_token(connection, "ci", at=build.NOON)

    first = revoke_token(connection, made.id, at=build.NOON + DAY)
    again = revoke_token(connection, made.id, at=build.NOON + 2 * DAY)

    assert first == again
    assert first.revoked_at == build.NOON + DAY
    with pytest.raises(AuthenticationError, match="revoked"):
        authenticate(connection, text, build.NOON + DAY)
    assert list_tokens(connection) == [first]


def test_what_cannot_be_is_refused(connection: Connection) -> None:
    with pytest.raises(InputError, match="there is no scope 'fly', only write, facts"):
        create_token(connection, "ci", at=build.NOON, scopes=["fly"])
    with pytest.raises(InputError, match="lies in the past"):
        create_token(connection, "ci", at=build.NOON, expires_at=build.NOON)
    with pytest.raises(NotFoundError, match="no token is named '7'"):
        revoke_token(connection, 7, at=build.NOON)


def test_the_command_offers_every_scope() -> None:
    [choice] = [option.type for option in commands.create_token.params if option.name == "scope"]

    assert isinstance(choice, click.Choice)
    assert tuple(choice.choices) == SCOPES
