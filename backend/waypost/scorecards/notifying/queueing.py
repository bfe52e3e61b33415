"""From changes to events: what each webhook has not looked at yet, put into the outbox with how far it looked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, select, text
from sqlalchemy.exc import OperationalError

from waypost.core.database import transaction
from waypost.scorecards import service, store
from waypost.scorecards.notifying import events, outbox
from waypost.scorecards.notifying.events import Movement
from waypost.scorecards.notifying.settings import Webhook
from waypost.scorecards.reading.grades import grades_of
from waypost.scorecards.tables import scorecards_change

MOST: Final = 20_000
"""Changes that are looked at together; what is left is looked at the next time."""


def new_id() -> str:
    """Return the id of a new message."""
    return f"msg_{uuid.uuid4().hex}"


def queue_events(engine: Engine, webhooks: Iterable[Webhook], at: datetime, site: str) -> int | None:
    """Put every event that *webhooks* are to be sent into the outbox, each once, and return how many.

    Returns None where results are being written just now: then it is to be tried again.
    """
    count = 0
    for webhook in webhooks:
        looked = MOST
        while looked == MOST:
            with transaction(engine) as connection:
                if not _is_quiet(connection):
                    return None
                looked, queued = _queue(connection, webhook, at, site)
                count += queued
    with transaction(engine) as connection:
        outbox.forget(connection, at)
    return count


def _is_quiet(connection: Connection) -> bool:
    """Tell whether nobody is writing changes, and let nobody begin before this transaction ends.

    On PostgreSQL a change may become visible after one with a greater number, which would then be passed over.
    """
    if connection.dialect.name != "postgresql":
        return True
    try:
        with connection.begin_nested():
            connection.execute(text("LOCK TABLE scorecards_change IN SHARE MODE NOWAIT"))
    except OperationalError:
        return False
    return True


def _queue(connection: Connection, webhook: Webhook, at: datetime, site: str) -> tuple[int, int]:
    """Return how many changes *webhook* looked at, and how many events it queued."""
    seen, is_gone = outbox.lock_webhook(connection, webhook.name)
    state = outbox.PARKED if is_gone else outbox.WAITING
    query = select(scorecards_change).where(scorecards_change.c.id > seen).order_by(scorecards_change.c.id)
    rows = connection.execute(query.limit(MOST)).all()
    count = 0
    for group in _grouped(_movements(connection, webhook, rows)):
        for event, body in _events(connection, group, webhook, site):
            outbox.add(connection, webhook.name, event, body=body, at=at, state=state)
            count += 1
    if rows:
        outbox.put_seen(connection, webhook.name, rows[-1].id)
    return len(rows), count


def _events(
    connection: Connection, group: Sequence[Movement], webhook: Webhook, site: str
) -> Iterator[tuple[outbox.Event, bytes]]:
    """Give the events that tell of *group*: one for each, or where there are many, one for all."""
    first = group[0]
    if len(group) > webhook.digest_above:
        number = new_id()
        kind = events.TYPE + events.DIGESTS[first.event]
        yield outbox.Event(number, kind, first.scorecard["name"]), events.digest(group, number, site)
        return
    for start in range(0, len(group), store.BATCH):
        batch = group[start : start + store.BATCH]
        for each, grade in zip(batch, _grades(connection, batch), strict=True):
            number = new_id()
            told = outbox.Event(number, events.TYPE + each.event, each.entity)
            yield told, events.single(each, grade, number, site=site)


def _grades(connection: Connection, batch: Sequence[Movement]) -> Iterator[dict[str, Any]]:
    """Give what each entity of *batch*, all of one scorecard, stands at now, as the API tells it."""
    grades = grades_of(connection, batch[0].scorecard, {each.entity for each in batch})
    by_entity = {grade["entity"]: grade for grade in grades}
    for each in batch:
        yield by_entity[each.entity]


def _grouped(movements: Iterable[Movement]) -> list[list[Movement]]:
    """Return *movements* together that are of one event, one scorecard and one evaluation."""
    found: dict[tuple[str, str, datetime], list[Movement]] = {}
    for each in movements:
        found.setdefault((each.event, each.scorecard["name"], each.changed.at), []).append(each)
    return list(found.values())


def _movements(
    connection: Connection, webhook: Webhook, rows: Sequence[Row[*tuple[Any, ...]]]
) -> Iterator[Movement]:
    """Give what *webhook* is to tell of the changes *rows*: of entities that are still graded, as they are now."""
    cards = {card["name"]: card for card in service.list_scorecards(connection)}
    told = [(row, event) for row in rows if (event := _event(row, cards)) in webhook.events]
    grades = store.grades_of(connection, {row.entity for row, _ in told})
    for row, event in told:
        kept = grades.get((row.scorecard, row.entity))
        if kept is None:
            continue
        standing = kept.standing
        if webhook.wants(scorecard=row.scorecard, owner=standing.owner, tier=standing.tier):
            yield Movement(event, row.entity, store.to_changed(row), standing, cards[row.scorecard])


def _event(row: Row[*tuple[Any, ...]], cards: Mapping[str, Mapping[str, Any]]) -> str:
    card = cards.get(row.scorecard)
    if card is None:
        return ""
    levels = [level["name"] for level in card["levels"]]
    return events.event_of(levels, row.was_level, row.level, store.to_changed(row).moves)
