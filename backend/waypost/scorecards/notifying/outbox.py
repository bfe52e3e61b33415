"""The outbox: events that wait until they are sent, so that none is lost and none is sent by two at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, update

from waypost.core.columns import insert_into
from waypost.core.errors import NotFoundError
from waypost.scorecards.notifying.tables import scorecards_delivery, scorecards_webhook
from waypost.scorecards.tables import scorecards_change

WAITING, SENT, PARKED = "waiting", "sent", "parked"
KEPT: Final = timedelta(days=30)
"""How long it is told what became of an event."""

_columns = scorecards_delivery.c


class Looked(NamedTuple):
    """The last change that a webhook has looked at, and whether its other side is gone."""

    seen: int
    is_gone: bool


class Event(NamedTuple):
    """What is told: its id, its type, and what it is about."""

    id: str
    type: str
    subject: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way. ``begun_at`` is from when its age counts."""

    id: str
    webhook: str
    type: str
    subject: str
    body: str
    state: str
    attempts: int
    answer: str
    made_at: datetime
    begun_at: datetime
    due_at: datetime


def _delivery(row: Row[*tuple[Any, ...]]) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__slots__})


def lock_webhook(connection: Connection, name: str) -> Looked:
    """Return how far the webhook called *name* has looked, and keep others from looking meanwhile.

    One that is new begins with what happens from now on.
    """
    newest = connection.execute(select(func.coalesce(func.max(scorecards_change.c.id), 0))).scalar_one()
    made = insert_into(connection, scorecards_webhook).values(name=name, seen=newest)
    connection.execute(made.on_conflict_do_nothing())
    table = scorecards_webhook.c
    query = select(table.seen, table.gone_at).where(table.name == name).with_for_update()
    row = connection.execute(query).one()
    return Looked(row.seen, is_gone=row.gone_at is not None)


def put_seen(connection: Connection, name: str, seen: int) -> None:
    """Record up to which change the webhook called *name* has looked."""
    table = scorecards_webhook
    connection.execute(update(table).where(table.c.name == name).values(seen=seen))


def add(
    connection: Connection, webhook: str, event: Event, *, body: bytes, at: datetime, state: str = WAITING
) -> None:
    """Add *event* to what *webhook* is to be sent."""
    values: dict[str, Any] = {"id": event.id, "type": event.type, "subject": event.subject, "state": state}
    values |= {"webhook": webhook, "body": body.decode(), "attempts": 0, "answer": ""}
    values |= {"made_at": at, "begun_at": at, "due_at": at, "ended_at": at if state == PARKED else None}
    connection.execute(scorecards_delivery.insert().values(values))


def has_due(connection: Connection, names: Collection[str], at: datetime) -> bool:
    """Tell whether anything is to be sent for the webhooks *names* that nobody sends. Cheap enough to ask often."""
    return connection.execute(select(_columns.id).where(_is_due(names, at)).limit(1)).first() is not None


def claim(
    connection: Connection, names: Collection[str], *, at: datetime, until: datetime, limit: int
) -> list[Delivery]:
    """Take up to *limit* events of the webhooks *names* that are due, longest first; nobody has them *until* a time."""
    query = (
        select(scorecards_delivery)
        .where(_is_due(names, at))
        .order_by(_columns.due_at, _columns.id)
        .limit(limit)
    )
    found = [_delivery(row) for row in connection.execute(query.with_for_update(skip_locked=True))]
    taken = _columns.id.in_([each.id for each in found])
    connection.execute(update(scorecards_delivery).where(taken).values(claimed_until=until))
    return found


def _is_due(names: Collection[str], at: datetime) -> ColumnElement[bool]:
    is_free = or_(_columns.claimed_until.is_(None), _columns.claimed_until <= at)
    return and_(_columns.state == WAITING, _columns.due_at <= at, is_free, _columns.webhook.in_(names))


def settle(
    connection: Connection, delivery: Delivery, *, state: str, answer: str, at: datetime, due_at: datetime
) -> None:
    """Record what became of an attempt: the *answer*, the *state* and when it is tried again."""
    values = {"state": state, "answer": answer, "attempts": delivery.attempts + 1, "due_at": due_at}
    ended = None if state == WAITING else at
    statement = update(scorecards_delivery).where(_columns.id == delivery.id)
    connection.execute(statement.values(claimed_until=None, ended_at=ended, **values))


def postpone(connection: Connection, name: str, until: datetime) -> None:
    """Let nothing that waits for the webhook called *name* be tried before *until*."""
    early = and_(_columns.webhook == name, _columns.state == WAITING, _columns.due_at < until)
    statement = update(scorecards_delivery).where(early)
    connection.execute(statement.values(due_at=until, claimed_until=None))


def close_webhook(connection: Connection, name: str, at: datetime) -> None:
    """Record that the other side of the webhook called *name* is gone, and park all that waits for it."""
    table = scorecards_webhook
    connection.execute(update(table).where(table.c.name == name).values(gone_at=at))
    waiting = and_(_columns.webhook == name, _columns.state == WAITING)
    parked = {"state": PARKED, "ended_at": at, "claimed_until": None}
    connection.execute(update(scorecards_delivery).where(waiting).values(parked))


def gone_since(connection: Connection) -> dict[str, datetime]:
    """Return the webhooks whose other side is gone, and since when."""
    table = scorecards_webhook.c
    rows = connection.execute(select(table.name, table.gone_at).where(table.gone_at.is_not(None)))
    return {row.name: row.gone_at for row in rows}


def retry(connection: Connection, name: str, at: datetime) -> int:
    """Let everything that waits or is parked for the webhook called *name* be sent at once, and return how many.

    One whose other side was gone is open again.

    Raises:
        NotFoundError: Nothing is known of such a webhook.
    """
    table = scorecards_webhook
    opened = update(table).where(table.c.name == name).values(gone_at=None)
    if not connection.execute(opened).rowcount:
        raise NotFoundError("webhook", name)
    unsent = and_(_columns.webhook == name, _columns.state != SENT)
    begun = {"state": WAITING, "begun_at": at, "due_at": at, "claimed_until": None, "ended_at": None}
    return connection.execute(update(scorecards_delivery).where(unsent).values(begun)).rowcount


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how many events there are by webhook and state."""
    query = select(_columns.webhook, _columns.state, func.count()).group_by(_columns.webhook, _columns.state)
    return {(webhook, state): count for webhook, state, count in connection.execute(query)}


def unsent(connection: Connection, limit: int) -> list[Delivery]:
    """Return the newest events that were not sent, at most *limit*."""
    query = select(scorecards_delivery).where(_columns.state != SENT).order_by(_columns.made_at.desc())
    return [_delivery(row) for row in connection.execute(query.limit(limit))]


def forget(connection: Connection, at: datetime) -> None:
    """Remove what came to an end long before *at*, and what was made so long ago for webhooks that nobody names."""
    long_ago = at - KEPT
    old = or_(_columns.ended_at < long_ago, and_(_columns.ended_at.is_(None), _columns.begun_at < long_ago))
    connection.execute(delete(scorecards_delivery).where(old))
