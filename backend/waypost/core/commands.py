"""The host's own commands: the database and its tokens."""

from __future__ import annotations

from datetime import datetime

import click

from waypost.core.clock import utc_now
from waypost.core.durations import parse_duration
from waypost.core.errors import InputError
from waypost.core.host import Host


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
@click.pass_obj
def upgrade_database(host: Host) -> None:
    """Make the tables, or bring them up to date.

    All of it happens or none. Several processes may run this at once.
    """
    from waypost.core.database import upgrade

    done = upgrade(host.engine, host.plugins)
    for revision in done:
        click.echo(revision)
    if not done:
        click.echo("The database is up to date.")


@click.group()
def token() -> None:
    """Make and end the tokens that let a caller write."""


@token.command("create")
@click.argument("name")
@click.option("--expires", metavar="DURATION", help="End it after this long, such as P90D. Default: never.")
@click.option(
    "--scope",
    type=click.Choice(("write", "facts")),
    default="write",
    show_default=True,
    help="What it is good for: 'facts' only pushes facts and asks for them anew, 'write' does all that needs a token.",
)
@click.pass_obj
def create_token(host: Host, name: str, expires: str | None, scope: str) -> None:
    """Make a token and print it, this once.

    NAME says what it is for. Send it as 'Authorization: Bearer TOKEN'. Only its hash is kept.
    """
    from waypost.core import auth
    from waypost.core.database import transaction, upgrade

    at = utc_now()
    upgrade(host.engine, host.plugins)
    with transaction(host.engine) as connection:
        end = _end(at, expires)
        _, text = auth.create_token(connection, name, at=at, scopes=[scope], expires_at=end)
    click.echo(text)


@token.command("list")
@click.pass_obj
def list_tokens(host: Host) -> None:
    """List every token: its number, name, scopes, and whether it is active."""
    from waypost.core import auth
    from waypost.core.database import reading, upgrade

    at = utc_now()
    upgrade(host.engine, host.plugins)
    with reading(host.engine) as connection:
        tokens = auth.list_tokens(connection)
    for each in tokens:
        until = f" until {each.expires_at:%Y-%m-%d}" if each.expires_at else ""
        click.echo(f"{each.id}  {each.name}  {','.join(each.scopes)}  {each.state(at)}{until}")


@token.command("revoke")
@click.argument("number", type=int)
@click.pass_obj
def revoke_token(host: Host, number: int) -> None:
    """End the token with this NUMBER, as 'token list' shows it, at once."""
    from waypost.core import auth
    from waypost.core.database import transaction, upgrade

    upgrade(host.engine, host.plugins)
    with transaction(host.engine) as connection:
        revoked = auth.revoke_token(connection, number, at=utc_now())
    click.echo(f"{revoked.name} is revoked.")


def _end(at: datetime, duration: str | None) -> datetime | None:
    if duration is None:
        return None
    try:
        return at + parse_duration(duration)
    except InputError as error:
        raise click.BadParameter(str(error), param_hint="--expires") from error
    except OverflowError as error:
        raise click.BadParameter("no calendar reaches that far", param_hint="--expires") from error
