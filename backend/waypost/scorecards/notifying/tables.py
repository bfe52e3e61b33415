"""The tables of webhooks: how far each has read the changes, and what is to be sent or was."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, Table, Text

from waypost.core.columns import UtcDateTime, metadata

scorecards_webhook: Final = Table(
    "scorecards_webhook",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seen", Integer, nullable=False),
    Column("gone_at", UtcDateTime),
)
"""``seen`` is the id of the last change that was looked at; ``gone_at`` is when the other side said that it is gone."""

scorecards_delivery: Final = Table(
    "scorecards_delivery",
    metadata,
    Column("id", Text, primary_key=True),
    Column("webhook", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_until", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Index("ix_scorecards_delivery_state_due_at", "state", "due_at"),
)
"""``state`` is waiting, sent or parked. ``begun_at`` is from when its age counts: a person may begin anew."""

WEBHOOK_TABLES: Final = (scorecards_webhook, scorecards_delivery)
