"""The tables of facts: a row for each change, when each source was read, and what was asked and pushed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from waypost.core.columns import JsonText, UtcDateTime, metadata

facts_fact: Final = Table(
    "facts_fact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entity", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("value", JsonText, nullable=False),
    Column("source", Text, nullable=False),
    Column("collected_at", UtcDateTime, nullable=False),
    Column("as_of", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("ended_revision", BigInteger),
    Column("confirmed_at", UtcDateTime),
    Column("ages_revision", BigInteger),
    Index("ix_facts_fact_entity_path", "entity", "path"),
    Index("ix_facts_fact_ended_at", "ended_at"),
    Index("ix_facts_fact_revision", "revision"),
    Index("ix_facts_fact_ended_revision", "ended_revision"),
    Index("ix_facts_fact_ages_revision", "ages_revision"),
)
"""``collected_at`` is when the value was first seen, ``ended_at`` when it was first not; rows are kept. ``confirmed_at``
is when this fact alone was last said again, by a push or the refresh of its entity. ``revision`` and ``ended_revision``
are those of ``facts`` that began and ended the row, ``ages_revision`` that of ``facts-ages`` which confirmed it."""

facts_run: Final = Table(
    "facts_run",
    metadata,
    Column("source", Text, primary_key=True),
    Column("at", UtcDateTime),
    Column("refused", JsonText, nullable=False),
    Column("pushed_at", UtcDateTime),
    Column("first_revision", BigInteger),
    Column("ages_revision", BigInteger),
    Column("error", Text, nullable=False, server_default=""),
    Column("error_at", UtcDateTime),
)
"""``at`` is when each source was last read in full: its facts that did not change are as fresh as that. ``pushed_at`` is
when some of its facts were last pushed, ``first_revision`` the revision of ``facts`` at which it was first read in full,
``error`` why it could not be read since."""

facts_source: Final = Table(
    "facts_source",
    metadata,
    Column("name", Text, primary_key=True),
    Column("document", JsonText, nullable=False),
)

facts_item: Final = Table(
    "facts_item",
    metadata,
    Column("source", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_facts_item_at", "at"),
)
"""What was pushed under an id of its sender's, so that it counts once however often it is sent."""

facts_refresh: Final = Table(
    "facts_refresh",
    metadata,
    Column("entity", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("done_number", BigInteger, nullable=False, server_default="0"),
    Column("done_at", UtcDateTime),
    Column("said", Text, nullable=False, server_default=""),
)
"""Entities whose facts somebody wants anew: ``number`` counts the asking, ``done_number`` is the last that was met."""
