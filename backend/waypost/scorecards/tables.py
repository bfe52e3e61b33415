"""The tables of scorecards: definitions, results and grades as they stand, and every change of either."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, Table, Text

from waypost.core.database import JsonText, UtcDateTime, metadata

REVISION: Final = "scorecards"
"""The name under which these tables' revision is kept."""

scorecards_definition = Table(
    "scorecards_definition",
    metadata,
    Column("name", Text, primary_key=True),
    Column("lifecycle", Text, nullable=False),
    Column("document", JsonText, nullable=False),
    Column("evaluated_at", UtcDateTime),
    Column("revision", Integer),
)

scorecards_grade = Table(
    "scorecards_grade",
    metadata,
    Column("scorecard", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("score", Float),
    Column("score_without_exemptions", Float),
    Column("evaluated", Integer, nullable=False),
    Column("applicable", Integer, nullable=False),
    Column("meets_target", Boolean),
    Column("target_level", Text, nullable=False),
    Column("target_by", Date),
    Column("since", UtcDateTime, nullable=False),
    Column("states", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("due_at", UtcDateTime),
    Index("ix_scorecards_grade_entity", "entity"),
    Index("ix_scorecards_grade_owner", "owner"),
    Index("ix_scorecards_grade_due_at", "due_at"),
)
"""One row for each entity that a scorecard applies to.

``states`` has one letter (``model.STATE_LETTERS``) for each check, in the order of the definition's: that a check is at
a place is ``substr(states, place, 1) = 'f'``, counted from 1. ``details`` is JSON text with what else there is to tell
of them (``sheets``). ``due_at`` is when time alone may change something.
"""

scorecards_change = Table(
    "scorecards_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scorecard", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("level", Text, nullable=False),
    Column("was_level", Text, nullable=False),
    Column("score", Float),
    Column("because", Text, nullable=False),
    Column("moves", JsonText, nullable=False),
    Index("ix_scorecards_change_scorecard_entity", "scorecard", "entity"),
)
"""One row for each evaluation in which a check, the level or the score of an entity moved.

``moves`` are ``[check, was, state, because]``. A state of "" is none: the check came, or went, or stopped to be asked of
the entity. ``because`` is rule, data, exemption or time: what moved the level, or where that stayed, the checks.
"""

scorecards_basis = Table(
    "scorecards_basis",
    metadata,
    Column("name", Text, primary_key=True),
    Column("document", JsonText, nullable=False),
)
"""What the results that are kept were evaluated from: how far facts were read, on which day."""

scorecards_entity = Table(
    "scorecards_entity",
    metadata,
    Column("entity", Text, primary_key=True),
    Column("digest", Text, nullable=False),
)
"""The text of each entity, whether a scorecard applies to it or not, as it was when it was last evaluated."""

TABLES = (
    scorecards_definition, scorecards_grade, scorecards_change, scorecards_basis, scorecards_entity,
)  # fmt: skip
