"""``waypost webhook``: what is on its way, what is parked, and a trial."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from waypost.core.clock import utc_now
from waypost.core.errors import NotFoundError
from waypost.core.host import Host

if TYPE_CHECKING:
    from waypost.scorecards.notifying.sending import Sender

_SHOWN = 20


@click.group()
def webhook() -> None:
    """Look after webhooks, which tell others that a level fell."""


@webhook.command("list")
@click.pass_obj
def list_webhooks(host: Host) -> None:
    """List the webhooks, how many events were sent, wait and are parked, and why the newest were not sent.

    Exits with 1 where any is parked.
    """
    from waypost.core.database import reading, upgrade
    from waypost.scorecards.notifying import outbox
    from waypost.scorecards.notifying.settings import read_webhooks

    upgrade(host.engine, host.plugins)
    known = read_webhooks(host.settings)
    with reading(host.engine) as connection:
        counts, gone = outbox.counts(connection), outbox.gone_since(connection)
        unsent = outbox.unsent(connection, _SHOWN)
    for name in sorted({*known, *(name for name, _ in counts)}):
        told = ", ".join(f"{counts.get((name, state), 0)} {state}" for state in ("sent", "waiting", "parked"))
        where = known[name].shown if name in known else "in no setting any more"
        ended = f"; gone since {gone[name]:%Y-%m-%d %H:%M} UTC" if name in gone else ""
        click.echo(f"{name} ({where}): {told}{ended}")
    for each in unsent:
        tries = f"after {each.attempts} attempts: {each.answer}" if each.attempts else "not tried yet"
        click.echo(f"  {each.state} {each.id} {each.type} {each.subject}, {tries}")
    if not known:
        click.echo("No webhook is set: give 'webhook.NAME.url' and 'webhook.NAME.secret'.")
    if any(state == outbox.PARKED for _, state in counts):
        raise SystemExit(1)


@webhook.command("retry")
@click.argument("name")
@click.pass_obj
def retry_webhook(host: Host, name: str) -> None:
    """Send everything again that was not sent to the webhook NAME, also what is parked.

    One whose other side said that it is gone is opened again. A running server sends it within a second;
    'waypost webhook send' does where none runs.
    """
    from waypost.core.database import transaction, upgrade
    from waypost.scorecards.notifying import outbox

    upgrade(host.engine, host.plugins)
    with transaction(host.engine) as connection:
        count = outbox.retry(connection, name, utc_now())
    click.echo(f"{count} events are to be sent again.")


@webhook.command("send")
@click.pass_obj
def send_webhooks(host: Host) -> None:
    """Send what is due, and return.

    A running server does so by itself. This is for where none runs: call it after 'waypost evaluate'.
    """
    from waypost.core.database import upgrade
    from waypost.scorecards.notifying.queueing import queue_events
    from waypost.scorecards.notifying.service import site_of

    upgrade(host.engine, host.plugins)
    with _open_sender(host) as sender:
        queued = queue_events(host.engine, sender.webhooks.values(), utc_now(), site_of(host.settings))
        tried = 0
        while count := sender.send_due():
            tried += count
    click.echo(
        f"{queued or 0} events are new, {tried} attempts were made; 'waypost webhook list' tells how they went."
    )


@webhook.command("test")
@click.argument("name")
@click.pass_obj
def try_webhook(host: Host, name: str) -> None:
    """Send the webhook NAME an event that tells of nothing, at once, and print what it answers.

    Exits with 1 where it does not arrive.
    """
    from waypost.scorecards.notifying.events import trial
    from waypost.scorecards.notifying.queueing import new_id
    from waypost.scorecards.notifying.service import site_of

    with _open_sender(host) as sender:
        if name not in sender.webhooks:
            raise NotFoundError("webhook", name)
        number = new_id()
        body = trial(name, number, utc_now(), site_of(host.settings))
        attempt = sender.attempt(sender.webhooks[name], number, body)
        click.echo(f"{name} ({sender.webhooks[name].shown}): {attempt.answer}")
    if not attempt.is_sent:
        raise SystemExit(1)


@webhook.command("secret")
def print_secret() -> None:
    """Print a new secret, random, to sign events with: for the environment of both sides."""
    from waypost.scorecards.notifying.signing import new_secret

    click.echo(new_secret())


@contextmanager
def _open_sender(host: Host) -> Iterator[Sender]:
    from waypost.scorecards.notifying.service import open_sender

    with open_sender(host.engine, host.settings) as sender:
        yield sender
